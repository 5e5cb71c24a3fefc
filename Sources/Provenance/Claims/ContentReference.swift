/// Some content that a claim refers to: what it is called, and which it is.
public struct ContentReference: Codable, Sendable, Hashable {
    /// What it is called where the claim was made.
    public let name: String
    /// The SHA-256 digest of the content, or of its manifest where it is many files.
    public let sha256: ContentDigest

    /// A reference.
    public init(name: String, sha256: ContentDigest) {
        self.name = name
        self.sha256 = sha256
    }
}
