/// What a rule is about: safety is built on security, and improvement goes on around both (Tallam,
/// "Security-First AI", arXiv 2504.16110).
public enum GatePhase: String, Sendable, Hashable, Codable, CaseIterable {
    /// Whether somebody could make the model, its data or its pipeline do what they must not.
    case security
    /// Whether the model does harm that nobody meant; looked at only where security has passed.
    case safety
    /// Whether it is time to look again; does not decide about the release.
    case improvement
}
