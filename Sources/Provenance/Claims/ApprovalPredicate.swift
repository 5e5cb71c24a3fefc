/// That somebody agrees to a release.
///
/// The subject is the model.
public struct ApprovalPredicate: ClaimPredicate {
    /// The type of claim.
    public static var claimType: ClaimType { .approval }

    /// Whether somebody agrees.
    public enum Decision: String, Codable, Sendable, Hashable {
        case approved, rejected
        /// One rule of the policy, named in `scope`, need not hold.
        case waived
    }

    /// In which role: what the policy asks for.
    public let role: String
    /// Whether they agree.
    public let decision: Decision
    /// Why.
    public let reason: String
    /// What they looked at.
    public let evidence: [ContentReference]
    /// For what use.
    public let scope: String
    /// When.
    public let decided: Timestamp
    /// Until when; nil if no end is set, which a waiver always has.
    public let expires: Timestamp?

    /// An approval claim.
    public init(
        role: String,
        decision: Decision,
        reason: String,
        evidence: [ContentReference],
        scope: String,
        decided: Timestamp,
        expires: Timestamp?
    ) {
        self.role = role
        self.decision = decision
        self.reason = reason
        self.evidence = evidence
        self.scope = scope
        self.decided = decided
        self.expires = expires
    }

    /// Refuses an approval without role or that ends before it begins, and a waiver without an end.
    ///
    /// - Throws: `ClaimError` for what cannot be so.
    public func validate() throws(ClaimError) {
        guard !role.isEmpty else { throw .impossible(member: "role", problem: "is empty") }
        if let expires, expires <= decided {
            throw .impossible(member: "expires", problem: "is not after 'decided'")
        }
        guard decision != .waived || expires != nil else {
            throw .impossible(member: "expires", problem: "is missing, and a waiver ends some day")
        }
    }
}
