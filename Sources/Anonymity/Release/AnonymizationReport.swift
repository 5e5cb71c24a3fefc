/// What was done to a table and what it has now.
public struct AnonymizationReport: Sendable, Encodable {
    /// The name of the format.
    public let schema = "bulwark.anonymization-report/1"
    /// How many rows the table had.
    public let rows: Int
    /// How many of them were left out.
    public let suppressedRows: Int
    /// What became of each column, in the order of the table.
    public let columns: [Column]
    /// What was reached; nil if nothing was asked for.
    public let privacy: Privacy?
    /// What is now told apart, and what was before.
    public let risk: Risk?

    /// What became of a column.
    public struct Column: Sendable, Encodable {
        /// Its name.
        public let name: String
        /// Its role.
        public let role: String
        /// What was done: `dropped`, `pseudonymized`, `generalized`, `kept`, `redacted` or `inspected`.
        public let treatment: String
        /// The level that was chosen; nil if there are none.
        public let level: Int?
        /// The highest level of its hierarchy.
        public let highestLevel: Int?
        /// How often each kind of personal information was found; nil if nothing was looked for.
        public let found: [String: Int]?

        init(
            _ name: String,
            _ rule: ColumnRule,
            _ treatment: String,
            level: Int? = nil,
            highestLevel: Int? = nil,
            found: [PersonalInformation: Int]? = nil
        ) {
            (self.name, role, self.treatment) = (name, rule.role, treatment)
            (self.level, self.highestLevel) = (level, highestLevel)
            self.found = found.map { counts in
                Dictionary(uniqueKeysWithValues: counts.map { ($0.key.rawValue, $0.value) })
            }
        }
    }

    /// What was asked for and what was reached.
    public struct Privacy: Sendable, Encodable {
        /// The number of rows that each class has at least, as asked for.
        public let requiredK: Int
        /// The number that it has.
        public let k: Int
        /// What was reached of the other requirements.
        public let requirements: [Requirement]
        /// How many rows may have been left out.
        public let maximumSuppressedRows: Int
        /// The metric of what was lost.
        public let metric: String
        /// What was lost.
        public let informationLoss: Double
        /// How many combinations of levels there are.
        public let nodes: Int
        /// For how many of them the classes were computed.
        public let visitedNodes: Int
        /// How many rows the largest class has.
        public let largestClass: Int
        /// How many the average class has.
        public let averageClass: Double

        /// What was reached of a requirement.
        public struct Requirement: Sendable, Encodable {
            /// What was asked for, in words.
            public let required: String
            /// What the worst class has; nil if it is not finite.
            public let reached: Double?
        }
    }

    /// Risks before and after.
    public struct Risk: Sendable, Encodable {
        /// With the table as it was.
        public let before: ReidentificationRisk
        /// With the table that is released.
        public let after: ReidentificationRisk
        /// Against a population; nil if none was given, when the prosecutor's risk is its upper bound.
        public let population: PopulationRisk?
    }
}
