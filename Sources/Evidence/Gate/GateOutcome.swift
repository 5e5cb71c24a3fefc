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
    /// The number that was compared with the rule's limit; nil for a rule without one, or without evidence.
    public let number: GateNumber?
    /// Whether it fails because nothing in the log speaks for it or against it.
    public let isMissing: Bool

    init(
        _ outcome: GateOutcome,
        _ reason: String,
        entries: [UInt64] = [],
        number: GateNumber? = nil,
        isMissing: Bool = false
    ) {
        (self.outcome, self.reason, self.entries) = (outcome, reason, entries)
        (self.number, self.isMissing) = (number, isMissing)
    }

    /// Without evidence a rule does not hold.
    static func missing(_ what: String, entries: [UInt64] = []) -> GateFinding {
        GateFinding(.fail, "no evidence: \(what)", entries: entries, isMissing: true)
    }
}
