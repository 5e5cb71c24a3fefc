import Foundation

extension ModelManifest {
    /// The manifest as a statement, in the form that other tools read.
    package var statement: Statement {
        let resources = files.map { file in
            JSONValue.object([
                ("name", .string(file.path?.text ?? Self.singleFileName)),
                ("algorithm", .string("sha256")),
                ("digest", .string(file.digest.hexadecimal)),
            ])
        }
        let serialization = JSONValue.object([
            ("method", .string("files")),
            ("hash_type", .string("sha256")),
            ("allow_symlinks", .boolean(allowsSymbolicLinks)),
            ("ignore_paths", .array(ignoredPaths.sorted().map { .string($0.text) })),
        ])
        return Statement(
            subjects: [subject],
            claimType: .modelSignature,
            predicate: .object([("resources", .array(resources)), ("serialization", serialization)])
        )
    }

    private static let singleFileName = "."

    /// Reads a manifest out of a statement.
    ///
    /// - Throws: `ModelSigningError` or `JSONError` if it is of another type or form, its files could lie
    ///   outside of the model or are named twice, or its digest is not that of its files.
    public init(signedBytes: Data) throws {
        let statement = try Statement(signedBytes: signedBytes)
        guard statement.claimType == .modelSignature else {
            throw ModelSigningError.unexpectedPredicate(statement.claimType.rawValue)
        }
        guard statement.subjects.count == 1, let subject = statement.subjects.first else {
            throw ModelSigningError.severalModels(statement.subjects.count)
        }
        // The specification lets verifiers pass over members of the predicate that they do not know.
        var predicate = try JSONMembers(statement.predicate, path: "predicate")
        var serialization = try JSONMembers(
            predicate.take("serialization"),
            path: "predicate.serialization"
        )
        let method = try serialization.string("method")
        let hash = try serialization.string("hash_type")
        guard method == "files", hash == "sha256" else {
            throw ModelSigningError.unsupportedSerialization(method: method, hash: hash)
        }
        let allowsSymbolicLinks = try serialization.boolean("allow_symlinks")
        var ignoredPaths: [RelativePath] = []
        if let listed = serialization.takeIfPresent("ignore_paths") {
            guard case .array(let elements) = listed else {
                throw JSONError.unexpected(
                    problem: "a list is expected",
                    path: "predicate.serialization.ignore_paths"
                )
            }
            for element in elements {
                guard case .string(let text) = element, let path = RelativePath(text) else {
                    throw ModelSigningError.unusableIgnoredPath
                }
                ignoredPaths.append(path)
            }
        }
        let files = try Self.files(predicate.array("resources"), modelName: subject.name)
        self.init(
            modelName: subject.name,
            files: files,
            ignoredPaths: ignoredPaths,
            allowsSymbolicLinks: allowsSymbolicLinks
        )
        guard rootDigest == subject.sha256 else { throw ModelSigningError.wrongRootDigest }
    }

    private static func files(_ resources: [JSONValue], modelName: String) throws -> [File] {
        guard !resources.isEmpty else { throw ModelSigningError.emptyModel }
        var names: Set<RelativePath> = []
        return try resources.enumerated().map { number, resource in
            var members = try JSONMembers(resource, path: "predicate.resources[\(number)]")
            let name = try members.string("name")
            guard try members.string("algorithm") == "sha256" else {
                throw ModelSigningError.unsupportedSerialization(method: "files", hash: "other than sha256")
            }
            guard let digest = ContentDigest(hexadecimal: try members.string("digest")) else {
                throw JSONError.unexpected(
                    problem: "a SHA-256 digest is expected",
                    path: members.place(of: "digest")
                )
            }
            if resources.count == 1, name == singleFileName { return File(path: nil, digest: digest) }
            guard let path = RelativePath(name) else { throw ModelSigningError.unusableName(name) }
            guard names.insert(path).inserted else { throw ModelSigningError.duplicateName(path) }
            return File(path: path, digest: digest)
        }
    }
}
