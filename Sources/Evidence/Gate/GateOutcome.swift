/// What a rule says of a model, from the worst to the best: the outcome of several is the least of them.
public enum GateOutcome: String, Sendable, Hashable, Codable, CaseIterable, Comparable {
    /// It does not hold, or nothing shows that it does.
    case fail
    /// The evidence does not settle it.
    case inconclusive
    /// It holds.
    case pass

    /// By how good it is.
    public static func < (left: GateOutcome, right: GateOutcome) -> Bool { left.rank < right.rank }

    private var rank: Int {
        switch self {
        case .fail: 0
        case .inconclusive: 1
        case .pass: 2
        }
    }
}

/// What one rule found, and which entries of the log it rests on.
public struct GateFinding: Sendable, Hashable {
    /// What it says.
    public let outcome: GateOutcome
    /// Why, with numbers.
    public let reason: String
    /// The entries of the log behind it.
    public let entries: [UInt64]

    init(_ outcome: GateOutcome, _ reason: String, entries: [UInt64] = []) {
        (self.outcome, self.reason, self.entries) = (outcome, reason, entries)
    }

    /// Without evidence a rule does not hold.
    static func missing(_ what: String) -> GateFinding { GateFinding(.fail, "no evidence: \(what)") }
}
