import Foundation

/// Which files some data are, where they come from, and what was done to them.
public struct DataManifest: Codable, Sendable, Hashable {
    /// The name of the format, in `schema`.
    public static let schemaName = "bulwark.data-manifest/1"

    /// The name of the format.
    public let schema: String
    /// What the data are called.
    public let name: String
    /// Where they come from: an address, a device, an institution.
    public let source: String
    /// Who collected them.
    public let collector: String
    /// Under which licence, by its SPDX identifier where it has one.
    public let licence: String
    /// When they were collected.
    public let collected: Timestamp
    /// The manifests of the data that these were made of; none for data that were collected.
    public let parents: [ContentReference]
    /// What was done to the parents, in order; none for data that were collected.
    public let transformations: [Transformation]
    /// The columns, or what else the data consist of; nil where nobody looked.
    public let columns: [Column]?
    /// The files.
    public let files: [File]

    /// Something that was done to data.
    public struct Transformation: Codable, Sendable, Hashable {
        /// What was done.
        public let name: String
        /// Its options, as text, by name.
        public let parameters: [String: String]
        /// What did it; nil where that is not known.
        public let tool: ContentReference?

        /// A transformation.
        public init(name: String, parameters: [String: String], tool: ContentReference?) {
            self.name = name
            self.parameters = parameters
            self.tool = tool
        }
    }

    /// A column of a table, or an array.
    public struct Column: Codable, Sendable, Hashable {
        /// What it is called.
        public let name: String
        /// What kind of values it holds.
        public let type: String
        /// The shape of one value; nil for a single one.
        public let shape: [Int]?

        /// A column.
        public init(name: String, type: String, shape: [Int]?) {
            self.name = name
            self.type = type
            self.shape = shape
        }
    }

    /// A file of the data.
    public struct File: Codable, Sendable, Hashable {
        /// Where it is in the folder; for data that are a single file, its name.
        public let path: RelativePath
        /// How many bytes it has.
        public let byteCount: Int
        /// Its CRC-32C, in eight hexadecimal digits: it finds accidents, and nobody who changes a file on
        /// purpose.
        public let crc32c: String
        /// Its SHA-256 digest.
        public let sha256: ContentDigest
    }

    /// The bytes that the digest is of and that children refer to: canonical JSON (RFC 8785).
    ///
    /// - Throws: `ClaimError.malformed` if a number cannot be expressed in JSON.
    public func json() throws(ClaimError) -> Data {
        do {
            return CanonicalJSON.write(try CanonicalJSON.value(of: self))
        } catch {
            throw .malformed(error)
        }
    }

    /// The manifest as the subject of a claim, or as a parent of another.
    ///
    /// - Throws: `ClaimError.malformed` if a number cannot be expressed in JSON.
    public func reference() throws(ClaimError) -> ContentReference {
        ContentReference(name: name, sha256: ContentDigest(of: try json()))
    }

    func validate() throws(ClaimError) {
        guard schema == Self.schemaName else {
            throw .impossible(member: "schema", problem: "'\(Self.schemaName)' is read")
        }
        guard !files.isEmpty else { throw .impossible(member: "files", problem: "there are none") }
        var seen: Set<RelativePath> = []
        for file in files {
            guard seen.insert(file.path).inserted else {
                throw .impossible(member: "files", problem: "'\(file.path)' is listed twice")
            }
            guard file.byteCount >= 0, file.crc32c.utf8.count == 8, Hexadecimal.decode(file.crc32c) != nil
            else {
                throw .impossible(member: "files", problem: "'\(file.path)' has no size or checksum")
            }
        }
        for column in columns ?? [] where column.shape?.contains(where: { $0 < 0 }) ?? false {
            throw .impossible(member: "columns", problem: "'\(column.name.printable)' has a shape below zero")
        }
        guard transformations.isEmpty || !parents.isEmpty else {
            throw .impossible(
                member: "transformations",
                problem: "something was done to data without parents"
            )
        }
        guard Set(parents.map(\.sha256)).count == parents.count else {
            throw .impossible(member: "parents", problem: "a parent is listed twice")
        }
    }
}
