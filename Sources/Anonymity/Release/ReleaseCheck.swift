import BulwarkProvenance

/// What a released table has, computed from that table alone.
///
/// It shares the definitions of diversity and distance with the search, and nothing of how rows come into
/// classes: those are made here of the texts that are released.
public struct ReleaseCheck: Sendable {
    /// What was reached of one requirement by the worst class.
    public struct Reached: Sendable {
        /// What was asked for.
        public let requirement: PrivacyRequirement
        /// What was reached: distinct values, the exponential of the entropy, the ratio, or the distance.
        public let value: Double
        /// Whether that is enough.
        public var isMet: Bool { requirement.isMet(by: value) }
    }

    /// The sizes of the classes, from the smallest.
    public let classSizes: [Int]
    /// What was reached of each requirement.
    public let reached: [Reached]

    /// Looks at a table.
    ///
    /// - Parameters:
    ///   - table: The table that is to be released.
    ///   - quasiIdentifiers: The columns by which rows are told apart.
    ///   - requirements: What is asked of sensitive columns.
    /// - Throws: `AnonymityError` if a column is missing or a value does not fit.
    public init(
        _ table: TextTable,
        quasiIdentifiers: [String],
        requirements: [PrivacyRequirement]
    ) throws(AnonymityError) {
        var columns: [TextColumn] = []
        for name in quasiIdentifiers { columns.append(try Self.column(name, table)) }
        var classes: [[ExactString]: [Int]] = [:]
        for row in 0..<table.rowCount {
            classes[columns.map { ExactString($0[row]) }, default: []].append(row)
        }
        classSizes = classes.values.map(\.count).sorted()
        var reached: [Reached] = []
        for requirement in requirements {
            let column = try Self.column(requirement.column, table)
            let distance = try requirement.distance(column)
            var all = [Int](repeating: 0, count: column.values.count)
            for code in column.codes { all[code] += 1 }
            var counts = [Int](repeating: 0, count: all.count)
            let values = classes.values.map { rows in
                for row in rows { counts[column.codes[row]] += 1 }
                // Only closeness has to see the values that a class lacks.
                let seen =
                    requirement.dependsOnTable
                    ? counts : ClassSelection.present(counts, rows[...], column.codes)
                let value = requirement.reached(seen, of: all, distance)
                for row in rows { counts[column.codes[row]] = 0 }
                return value
            }
            guard let first = values.first else { continue }
            reached.append(
                Reached(requirement: requirement, value: values.reduce(first, requirement.worse))
            )
        }
        self.reached = reached
    }

    /// How many rows the smallest class has; nil without rows.
    public var k: Int? { classSizes.first }

    /// Makes sure that a goal was reached.
    ///
    /// - Throws: `AnonymityError.releaseFails`.
    public func require(_ goal: PrivacyGoal) throws(AnonymityError) {
        guard let k, k >= goal.k else {
            throw .releaseFails(requirement: "\(goal.k)-anonymity", reached: "\(k ?? 0)")
        }
        for one in reached where !one.isMet {
            throw .releaseFails(requirement: "\(one.requirement)", reached: "\(one.value)")
        }
    }

    private static func column(_ name: String, _ table: TextTable) throws(AnonymityError) -> TextColumn {
        guard let column = table.column(name) else { throw .missingColumn(name: name) }
        return column
    }
}
