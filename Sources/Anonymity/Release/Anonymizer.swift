import BulwarkProvenance

/// Makes of a table one that may be released.
public struct Anonymizer: Sendable {
    /// How many combinations of levels are searched at most.
    public static let maximumNodes = 1 << 20

    private let rules: AnonymizationRules
    private let digest: KeyedDigest?

    /// A table that may be released, and what is to be told about it.
    public struct Release: Sendable {
        /// The table.
        public let table: TextTable
        /// What was done.
        public let report: AnonymizationReport
    }

    /// - Parameters:
    ///   - rules: What is done with each column.
    ///   - digest: Digests under the key of pseudonyms; only rules with pseudonyms need it.
    public init(_ rules: AnonymizationRules, digest: KeyedDigest? = nil) {
        (self.rules, self.digest) = (rules, digest)
    }

    /// Makes the release.
    ///
    /// - Parameters:
    ///   - table: The table.
    ///   - population: Everybody who could be in the table, with the same quasi-identifiers; nil if that is not
    ///     known.
    /// - Returns: A table that was checked to have what the rules ask for.
    /// - Throws: `AnonymityError`.
    public func release(
        _ table: TextTable,
        population: TextTable? = nil
    ) throws(AnonymityError) -> Release {
        let ruled = try Self.ruled(table, rules)
        let chosen = try rules.goal.map { goal throws(AnonymityError) in
            try ChosenGeneralization(table, ruled, goal)
        }
        let rows = chosen?.keptRows ?? Array(0..<table.rowCount)
        var (columns, notes): ([TextColumn], [AnonymizationReport.Column]) = ([], [])
        for (column, rule) in ruled {
            let (released, note) = try treat(column.keeping(rows), rule, chosen, rows)
            if let released { columns.append(released) }
            notes.append(note)
        }
        let release = TextTable(columns: columns, rowCount: rows.count)
        let findings = try chosen.map { chosen throws(AnonymityError) in
            try chosen.findings(release, population)
        }
        return Release(
            table: release,
            report: AnonymizationReport(
                rows: table.rowCount,
                suppressedRows: table.rowCount - rows.count,
                columns: notes,
                privacy: findings?.privacy,
                risk: findings?.risk
            )
        )
    }

    /// Each column with its rule, in the order of the table.
    private static func ruled(
        _ table: TextTable,
        _ rules: AnonymizationRules
    ) throws(AnonymityError) -> [(column: TextColumn, rule: ColumnRule)] {
        for (name, _) in rules.columns where table.column(name) == nil { throw .missingColumn(name: name) }
        var ruled: [(column: TextColumn, rule: ColumnRule)] = []
        for column in table.columns {
            guard let found = rules.columns.first(where: { ExactString($0.name) == ExactString(column.name) })
            else { throw .unknownColumn(name: column.name) }
            ruled.append((column, found.rule))
        }
        return ruled
    }

    /// What is released of a column, and what is told about it.
    private func treat(
        _ column: TextColumn,
        _ rule: ColumnRule,
        _ chosen: ChosenGeneralization?,
        _ rows: [Int]
    ) throws(AnonymityError) -> (TextColumn?, AnonymizationReport.Column) {
        switch rule {
        case .drop: return (nil, .init(column.name, rule, "dropped"))
        case .sensitive, .insensitive: return (column, .init(column.name, rule, "kept"))
        case .pseudonymize(let pseudonyms):
            guard let digest else { throw .keyNeeded(column: column.name) }
            let pseudonymizer = Pseudonymizer(column: column.name, pseudonyms, digest)
            return (
                column.map { pseudonymizer.pseudonym(of: $0) }, .init(column.name, rule, "pseudonymized")
            )
        case .quasiIdentifier:
            guard let (levels, level) = chosen?.level(of: column.name) else {
                preconditionFailure("rules with quasi-identifiers have a goal")
            }
            return (
                TextColumn(name: column.name, rows.lazy.map { levels.label(row: $0, level: level) }),
                .init(
                    column.name,
                    rule,
                    "generalized",
                    level: level,
                    highestLevel: levels.highestLevel
                )
            )
        case .text(let text):
            let redactor = try TextRedactor(column: column.name, text, digest)
            var found: [PersonalInformation: Int] = [:]
            let results = column.values.map { redactor.redacted($0) }
            for code in column.codes { for kind in results[code].found { found[kind, default: 0] += 1 } }
            let treatment = text.treatment == .report ? "inspected" : "redacted"
            return (
                TextColumn(name: column.name, column.codes.lazy.map { results[$0].text }),
                .init(column.name, rule, treatment, found: found)
            )
        }
    }
}
