/// The place of a file inside of a folder, which cannot lead out of it.
public struct RelativePath: Sendable {
    /// The names of the folders on the way and of the file.
    public let components: [String]

    /// The longest path that is taken.
    public static let maximumBytes = 4_096

    /// A path from its text, with slashes between its parts; nil if it is absolute, empty, too long, or has
    /// parts that are empty, `.` or `..`.
    public init?(_ text: String) {
        guard text.utf8.count <= Self.maximumBytes, !text.utf8.contains(0) else { return nil }
        let slash = UInt8(ascii: "/")
        let parts = text.utf8.split(separator: slash, omittingEmptySubsequences: false).map {
            String($0) ?? ""
        }
        guard parts.allSatisfy({ !$0.isEmpty && $0 != "." && $0 != ".." }) else { return nil }
        components = parts
    }

    private init(components: [String]) { self.components = components }

    /// The path of something in this folder.
    ///
    /// - Parameter name: One part, as a folder lists it.
    /// - Returns: The path, one part longer.
    func appending(_ name: String) -> RelativePath { RelativePath(components: components + [name]) }

    /// The root of everything, to which parts are appended.
    static let root = RelativePath(components: [])

    /// The parts with slashes between them.
    public var text: String { components.joined(separator: "/") }

    /// The folders on the way.
    var folders: [RelativePath] {
        (1..<max(1, components.count)).map { RelativePath(components: Array(components.prefix($0))) }
    }

    /// Whether this is another path or lies below it.
    public func isInside(_ other: RelativePath) -> Bool {
        components.count >= other.components.count
            && zip(components, other.components).allSatisfy { ExactString($0) == ExactString($1) }
    }
}

extension RelativePath: Hashable, Comparable {
    /// Paths are equal if their bytes are, which `String` does not ask for.
    public static func == (left: RelativePath, right: RelativePath) -> Bool {
        left.components.count == right.components.count && left.isInside(right)
    }

    /// By their bytes.
    public func hash(into hasher: inout Hasher) {
        for part in components { hasher.combine(ExactString(part)) }
    }

    /// Part by part, each by its code points, so that what is in a folder stays together.
    public static func < (left: RelativePath, right: RelativePath) -> Bool {
        left.components.lexicographicallyPrecedes(right.components) { ExactString($0) < ExactString($1) }
    }
}

extension RelativePath: CustomStringConvertible {
    /// The text, fit for a terminal.
    public var description: String { text.printable }
}

extension RelativePath: Codable {
    /// Reads the path from its text.
    ///
    /// - Throws: `DecodingError` if it could lead out of a folder.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let path = RelativePath(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(
                in: container,
                debugDescription: "this is no path inside of a folder"
            )
        }
        self = path
    }

    /// Writes the path as its text.
    ///
    /// - Throws: What the encoder throws.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}
