/// That something went wrong with a model in use.
///
/// The subject is the model.
public struct IncidentPredicate: ClaimPredicate {
    /// The type of claim.
    public static var claimType: ClaimType { .incident }

    /// How bad it is.
    public enum Severity: String, Codable, Sendable, Hashable {
        case low, medium, high, critical
    }

    /// Whether somebody meant it: harm without intent is a matter of safety, with intent one of security.
    public enum Kind: String, Codable, Sendable, Hashable {
        case security, safety, unknown
    }

    /// What the incident is called.
    public let identifier: String
    /// How bad it is.
    public let severity: Severity
    /// Whether somebody meant it.
    public let kind: Kind
    /// What happened, in a sentence.
    public let summary: String
    /// Records of it.
    public let evidence: [ContentReference]
    /// When it was noticed.
    public let detected: Timestamp
    /// When it was over; nil while it is not.
    public let resolved: Timestamp?

    /// An incident claim.
    public init(
        identifier: String,
        severity: Severity,
        kind: Kind,
        summary: String,
        evidence: [ContentReference],
        detected: Timestamp,
        resolved: Timestamp?
    ) {
        self.identifier = identifier
        self.severity = severity
        self.kind = kind
        self.summary = summary
        self.evidence = evidence
        self.detected = detected
        self.resolved = resolved
    }

    /// Refuses an incident without a name, or that was over before it was noticed.
    ///
    /// - Throws: `ClaimError` for what cannot be so.
    public func validate() throws(ClaimError) {
        guard !identifier.isEmpty else { throw .impossible(member: "identifier", problem: "is empty") }
        if let resolved, resolved < detected {
            throw .impossible(member: "resolved", problem: "is before 'detected'")
        }
    }
}
