extension Assessment {
    /// What was done, and of what, in a run that ended early.
    public struct Partial: Sendable, Equatable, Codable {
        /// `interrupted`, `budget` if the model must not be asked any more, or `unavailable` if it answers no more.
        public var cause: String
        /// Why the run ended, in words.
        public var reason: String
        /// Each attack of the plan, in order.
        public var attacks: [Attack]
        /// What else the run was to do and did not, in words, as in "resilience curve".
        public var leftOut: [String]

        /// How far one attack of the plan came.
        public struct Attack: Sendable, Equatable, Codable {
            /// The attack's name.
            public var name: String
            /// How many samples it had attacked.
            public var done: Int
            /// How many it was to attack; nil if it had not begun.
            public var total: Int?

            /// All parts.
            public init(name: String, done: Int, total: Int?) {
                self.name = name
                self.done = done
                self.total = total
            }

            /// Whether it attacked every sample it was to attack.
            public var isDone: Bool { done == total }
        }

        /// All parts.
        public init(cause: String, reason: String, attacks: [Attack], leftOut: [String]) {
            self.cause = cause
            self.reason = reason
            self.attacks = attacks
            self.leftOut = leftOut
        }

        /// How far the run came, as in "3 of 8 attacks were done, and fab-t with 256 of 871 samples".
        public var summary: String {
            let done = attacks.count(where: \.isDone)
            let verb = done == 1 ? "was" : "were"
            var text = "\(done) of \(attacks.count) \(attacks.count == 1 ? "attack" : "attacks") \(verb) done"
            for attack in attacks where !attack.isDone && attack.done > 0 {
                text += ", and \(attack.name) with \(attack.done) of \(attack.total ?? attack.done) samples"
            }
            if done == attacks.count && !leftOut.isEmpty {
                text += ", but not: \(leftOut.joined(separator: ", "))"
            }
            return text
        }
    }
}
