import BulwarkProvenance

/// The levels that a search has chosen for a table.
struct ChosenGeneralization {
    private let table: TextTable
    private let goal: PrivacyGoal
    private let rules: [QuasiIdentifierRule]
    private let data: Microdata
    private let node: LatticeSearch.Candidate
    private let nodes: Int
    private let visitedNodes: Int

    /// - Throws: `AnonymityError` if a value does not fit, or no combination reaches the goal.
    init(
        _ table: TextTable,
        _ ruled: [(column: TextColumn, rule: ColumnRule)],
        _ goal: PrivacyGoal
    ) throws(AnonymityError) {
        var (levels, rules): ([LevelTable], [QuasiIdentifierRule]) = ([], [])
        var ranges: [ClosedRange<Int>] = []
        for (column, rule) in ruled {
            guard case .quasiIdentifier(let rule) = rule else { continue }
            let level = try LevelTable(column, rule.hierarchy)
            let highest = rule.maximumLevel ?? level.highestLevel
            guard rule.minimumLevel <= highest, highest <= level.highestLevel else {
                throw .noSuchLevel(column: column.name, level: highest, highest: level.highestLevel)
            }
            levels.append(level)
            rules.append(rule)
            ranges.append(rule.minimumLevel...highest)
        }
        var sensitive: [Microdata.SensitiveColumn] = []
        for requirement in goal.requirements { sensitive.append(try .init(requirement, in: table)) }
        data = Microdata(
            quasiIdentifiers: levels,
            weights: rules.map(\.weight),
            sensitive: sensitive,
            rowCount: table.rowCount
        )
        let lattice = try Lattice(ranges, maximumNodes: Anonymizer.maximumNodes)
        var search = LatticeSearch(data, goal, lattice)
        guard let best = search.run() else {
            throw .unreachable(
                what: goal.text,
                maximumSuppressedRows: goal.maximumSuppressedRows(of: table.rowCount),
                rows: table.rowCount
            )
        }
        (node, nodes, visitedNodes) = (best, lattice.count, search.visitedNodes)
        (self.table, self.goal, self.rules) = (table, goal, rules)
    }

    /// The rows that are released, in their order.
    var keptRows: [Int] { (0..<table.rowCount).filter { node.isKept[node.partition.classes[$0]] } }

    /// The level of a column, with what its values become.
    func level(of name: String) -> (levels: LevelTable, level: Int)? {
        zip(data.quasiIdentifiers, node.levels).first { ExactString($0.0.name) == ExactString(name) }
    }

    /// What the release has, by a check that knows nothing but the release.
    ///
    /// - Throws: `AnonymityError` if that is not what was asked for.
    func findings(
        _ release: TextTable,
        _ population: TextTable?
    ) throws(AnonymityError) -> (privacy: AnonymizationReport.Privacy, risk: AnonymizationReport.Risk) {
        let names = data.quasiIdentifiers.map(\.name)
        let check = try ReleaseCheck(release, quasiIdentifiers: names, requirements: goal.requirements)
        try check.require(goal)
        let before = try ReleaseCheck(table, quasiIdentifiers: names, requirements: [])
        let risk = AnonymizationReport.Risk(
            before: ReidentificationRisk(classSizes: before.classSizes),
            after: ReidentificationRisk(classSizes: check.classSizes),
            population: try population.map { population throws(AnonymityError) in
                do throws(AnonymityError) {
                    return try populationRisk(release, population)
                } catch {
                    throw .ofPopulation(error)
                }
            }
        )
        let privacy = AnonymizationReport.Privacy(
            requiredK: goal.k,
            k: check.k ?? 0,
            requirements: check.reached.map {
                .init(required: "\($0.requirement)", reached: $0.value.isFinite ? $0.value : nil)
            },
            maximumSuppressedRows: goal.maximumSuppressedRows(of: table.rowCount),
            metric: goal.metric.rawValue,
            informationLoss: node.loss,
            nodes: nodes,
            visitedNodes: visitedNodes,
            largestClass: check.classSizes.last ?? 0,
            averageClass: Double(release.rowCount) / Double(max(check.classSizes.count, 1))
        )
        return (privacy, risk)
    }

    /// The classes of the release with the numbers of people in the population who become the same.
    private func populationRisk(
        _ release: TextTable,
        _ population: TextTable
    ) throws(AnonymityError) -> PopulationRisk {
        var people: [LevelTable] = []
        var released: [TextColumn] = []
        for (column, rule) in zip(data.quasiIdentifiers, rules) {
            guard let register = population.column(column.name), let own = release.column(column.name)
            else { throw .missingColumn(name: column.name) }
            people.append(try LevelTable(register, rule.hierarchy))
            released.append(own)
        }
        var classes: [[ExactString]: (rows: Int, population: Int)] = [:]
        for row in 0..<release.rowCount {
            classes[released.map { ExactString($0[row]) }, default: (0, 0)].rows += 1
        }
        for row in 0..<population.rowCount {
            let key = zip(people, node.levels).map { ExactString($0.0.label(row: row, level: $0.1)) }
            classes[key]?.population += 1
        }
        return try PopulationRisk(Array(classes.values), populationRows: population.rowCount)
    }
}
