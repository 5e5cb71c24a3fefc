/// What a rule of a policy asks for, apart from the evidence.
public struct GateRequirement: Sendable, Hashable {
    /// The number that is asked for; nil for a rule that rests on none.
    public let limit: Limit?
    /// What else has to be so, each in a few words: the attacker, the age, the roles.
    public let conditions: [String]

    init(_ limit: Limit? = nil, conditions: [String] = []) {
        (self.limit, self.conditions) = (limit, conditions)
    }

    /// A number and the side of it on which a measured one has to lie.
    public struct Limit: Sendable, Hashable {
        /// What is measured, as in *robust accuracy*.
        public let quantity: String
        /// What the number counts.
        public let unit: Unit
        /// On which side a measured number has to lie.
        public let bound: Bound
        /// The number itself, which is allowed.
        public let value: Double

        static func atLeast(_ value: Double, _ quantity: String) -> Limit {
            Limit(quantity: quantity, unit: .share, bound: .atLeast, value: value)
        }

        static func atMost(_ value: Double, _ quantity: String, _ unit: Unit = .share) -> Limit {
            Limit(quantity: quantity, unit: unit, bound: .atMost, value: value)
        }
    }

    /// What a number counts.
    public enum Unit: String, Sendable, Hashable, Codable, CaseIterable {
        /// A part of one, which is everything.
        case share
        /// Points of a score, from 0 to 10.
        case points
        /// Days of 86,400 seconds.
        case days
        /// A number without a unit.
        case plain
    }

    /// On which side of a limit a number has to lie.
    public enum Bound: String, Sendable, Hashable, Codable, CaseIterable {
        case atLeast, atMost
    }
}

extension GateRequirement {
    /// Age limits in seconds as conditions; none where any age will do.
    static func age(_ maximum: Int64?) -> [String] {
        guard let maximum else { return [] }
        let days = Double(maximum) / 86_400
        let text = days == days.rounded() ? "\(Int(days))" : days.shares
        return ["at most \(text) \(days == 1 ? "day" : "days") old"]
    }
}
