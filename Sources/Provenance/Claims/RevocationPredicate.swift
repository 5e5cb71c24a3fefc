/// That an earlier claim or a key is no longer to be believed.
///
/// The subject is what is revoked: the payload of a claim, or the DER of a key.
public struct RevocationPredicate: ClaimPredicate {
    /// The type of claim.
    public static var claimType: ClaimType { .revocation }

    /// What kind of thing is revoked.
    public enum Target: String, Codable, Sendable, Hashable {
        case claim, key
    }

    /// What kind of thing is revoked.
    public let target: Target
    /// Why.
    public let reason: String
    /// From when on.
    public let from: Timestamp
    /// What takes its place; nil for nothing.
    public let replacement: ContentReference?

    /// A revocation claim.
    public init(
        target: Target,
        reason: String,
        from: Timestamp,
        replacement: ContentReference?
    ) {
        self.target = target
        self.reason = reason
        self.from = from
        self.replacement = replacement
    }

    /// Refuses a revocation without a reason.
    ///
    /// - Throws: `ClaimError` for what cannot be so.
    public func validate() throws(ClaimError) {
        guard !reason.isEmpty else { throw .impossible(member: "reason", problem: "is empty") }
    }
}
