/// What a statement is about: a name, and digests that say exactly which content is meant.
public struct Subject: Sendable, Hashable, Codable {
    /// What the content is called where it is looked at.
    public let name: String
    /// Digests in lowercase hexadecimal, by algorithm (in-toto DigestSet); always with `sha256`.
    public let digest: [String: String]

    /// A subject by its SHA-256 digest.
    public init(name: String, sha256: ContentDigest) {
        self.name = name
        digest = ["sha256": sha256.hexadecimal]
    }

    /// The SHA-256 digest; nil if the subject has none that is one.
    public var sha256: ContentDigest? { digest["sha256"].flatMap { ContentDigest(hexadecimal: $0) } }

    init(_ value: JSONValue, path: String) throws(JSONError) {
        var members = try JSONMembers(value, path: path)
        name = try members.string("name")
        let place = members.place(of: "digest")
        guard case .object(let entries) = try members.take("digest") else {
            throw .unexpected(problem: "an object is expected", path: place)
        }
        // The other members of a ResourceDescriptor describe; they do not decide what is meant.
        for other in ["uri", "content", "downloadLocation", "mediaType", "annotations"] {
            _ = members.takeIfPresent(other)
        }
        try members.finish()
        var digest: [String: String] = [:]
        for (algorithm, value) in entries {
            guard case .string(let text) = value, let bytes = Hexadecimal.decode(text), !bytes.isEmpty else {
                throw .unexpected(problem: "a digest is lowercase hexadecimal", path: place)
            }
            digest[algorithm.text] = text
        }
        self.digest = digest
        guard sha256 != nil else { throw .unexpected(problem: "there is no SHA-256 digest", path: place) }
    }

    var jsonValue: JSONValue {
        .object([("name", .string(name)), ("digest", .object(digest.map { ($0.key, .string($0.value)) }))])
    }
}
