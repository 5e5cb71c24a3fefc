extension Assessment {
    /// What the rows that attacks made had to satisfy.
    public struct Constraints: Sendable, Equatable, Codable {
        /// Where they were read from.
        public var path: String
        /// The SHA-256 digest of the file, in hexadecimal.
        public var sha256: String
        /// The constraints in words, a line for each kind.
        public var summary: [String]
        /// How many samples were left out because they break the constraints themselves.
        public var skippedSamples: Int
        /// What was left out because of the constraints, in words.
        public var notes: [String]

        /// All parts.
        public init(path: String, sha256: String, summary: [String], skippedSamples: Int, notes: [String]) {
            self.path = path
            self.sha256 = sha256
            self.summary = summary
            self.skippedSamples = skippedSamples
            self.notes = notes
        }
    }
}
