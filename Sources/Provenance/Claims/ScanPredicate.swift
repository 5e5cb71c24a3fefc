/// What was found in a model's files.
///
/// No verdict says that files are safe: rules find what they know.
public struct ScanPredicate: ClaimPredicate {
    /// The type of claim.
    public static var claimType: ClaimType { .scan }

    /// Something in a file.
    public struct Finding: Codable, Sendable, Hashable {
        /// The file.
        public let path: String
        /// The rule that found it.
        public let rule: String
        /// How bad it is.
        public let verdict: ScanVerdict

        /// A finding.
        public init(path: String, rule: String, verdict: ScanVerdict) {
            self.path = path
            self.rule = rule
            self.verdict = verdict
        }
    }

    /// The worst of all files.
    public let verdict: ScanVerdict
    /// The version of the rules.
    public let rules: String
    /// How many files were looked at.
    public let fileCount: Int
    /// What was found.
    public let findings: [Finding]
    /// The whole result; nil where it was not kept.
    public let report: ContentReference?
    /// When it was done.
    public let finished: Timestamp

    /// A scan claim.
    public init(
        verdict: ScanVerdict,
        rules: String,
        fileCount: Int,
        findings: [Finding],
        report: ContentReference?,
        finished: Timestamp
    ) {
        self.verdict = verdict
        self.rules = rules
        self.fileCount = fileCount
        self.findings = findings
        self.report = report
        self.finished = finished
    }

    /// Refuses a verdict that the findings do not bear out.
    ///
    /// - Throws: `ClaimError` for what cannot be so.
    public func validate() throws(ClaimError) {
        guard fileCount > 0 else { throw .impossible(member: "fileCount", problem: "is not above zero") }
        let worst = findings.map(\.verdict).max() ?? .nothingFound
        guard verdict == worst else {
            throw .impossible(
                member: "verdict",
                problem: "is '\(verdict.rawValue)', the worst finding '\(worst.rawValue)'"
            )
        }
    }
}
