import BulwarkAnonymity
import BulwarkProvenance
import Foundation
import Testing

/// The search against all combinations of levels, judged by code that shares nothing with it but the definitions of
/// diversity and distance.
struct LatticeSearchTests {
    private static let sensitive = ["a", "b", "c", "d"]

    /// Requirements that are kept by any union, and ones that are not.
    private static let requirements: [[PrivacyRequirement]] = [
        [], [PrivacyRequirement(column: "s", .distinct(l: 2))],
        [PrivacyRequirement(column: "s", .entropy(l: 1.9))],
        [PrivacyRequirement(column: "s", .recursive(c: 1.5, l: 2))],
        [PrivacyRequirement(column: "s", .closeness(t: 0.3, .equal))],
        [PrivacyRequirement(column: "s", .closeness(t: 0.25, .ordered(sensitive)))],
        [
            PrivacyRequirement(column: "s", .distinct(l: 2)),
            PrivacyRequirement(column: "s", .recursive(c: 2, l: 2)),
            PrivacyRequirement(column: "s", .closeness(t: 0.3, .equal)),
        ],
    ]

    @Test(arguments: requirements.indices)
    func itFindsWhatLosesLeastOfAll(_ index: Int) throws {
        var draws = Draws(UInt64(100 + index))
        var (reached, refused) = (0, 0)
        for _ in 0..<20 {
            let rows = Int.random(in: 2...24, using: &draws)
            let table = Self.randomTable(rows, &draws)
            for metric in InformationMetric.allCases {
                for share in [0, 0.15, 0.4] {
                    let goal = PrivacyGoal(
                        // One in eight cannot be reached by any combination.
                        k: Int.random(in: 0..<8, using: &draws) == 0
                            ? rows + 1 : Int.random(in: 2...3, using: &draws),
                        requirements: Self.requirements[index],
                        maximumSuppression: share,
                        metric: metric
                    )
                    let expected = try Self.best(table, goal)
                    let found = Self.release(table, goal)
                    #expect((found == nil) == (expected == nil))
                    guard let found, let expected else {
                        refused += 1
                        continue
                    }
                    reached += 1
                    let privacy = try #require(found.report.privacy)
                    #expect(abs(privacy.informationLoss - expected) < 1e-9 * max(expected, 1))
                    #expect(privacy.k >= goal.k)
                    #expect(found.report.suppressedRows <= goal.maximumSuppressedRows(of: rows))
                }
            }
        }
        // Both outcomes were tried.
        #expect(reached > 60)
        #expect(refused > 0)
    }

    @Test func itLooksAtAPartOfTheCombinations() throws {
        var draws = Draws(5)
        let table = Self.randomTable(200, &draws)
        let found = try #require(Self.release(table, PrivacyGoal(k: 5, metric: .discernibility)))
        let privacy = try #require(found.report.privacy)
        #expect(privacy.nodes == 4 * 3 * 3)
        #expect(privacy.visitedNodes < privacy.nodes)
    }

    /// What is released when no class may be left out is a class of all rows at worst.
    @Test func oneClassOfAllIsAlwaysThere() throws {
        let table = try Support.table("n,m,d,s", "1,11,2024-01-01,a", "39,27,1987-05-09,b")
        let found = try #require(Self.release(table, PrivacyGoal(k: 2)))
        #expect(found.report.columns.compactMap(\.level) == [3, 2, 2])
        #expect(found.report.privacy?.informationLoss == 1)
    }

    // MARK: - All combinations

    private static let hierarchies: [(name: String, any GeneralizationHierarchy)] = [
        ("n", RangeHierarchy(widths: ["10", "20"]).map { $0 as any GeneralizationHierarchy }),
        ("m", MaskingHierarchy(from: .end, [1])), ("d", DateHierarchy([.year])),
    ].compactMap { name, hierarchy in hierarchy.map { (name, $0) } }

    private static func randomTable(_ rows: Int, _ draws: inout Draws) -> TextTable {
        let cells = (0..<rows).map { _ in
            [
                "\(Int.random(in: 0..<40, using: &draws))",
                "\(Int.random(in: 1...2, using: &draws))"
                    + "\(Int.random(in: 0...1, using: &draws))",
                "\(Int.random(in: 2020...2021, using: &draws))-0"
                    + "\(Int.random(in: 1...2, using: &draws))-01",
                sensitive[min(Int.random(in: 0..<6, using: &draws), 3)],
            ]
        }
        return Support.table(["n", "m", "d", "s"], cells)
    }

    private static func release(_ table: TextTable, _ goal: PrivacyGoal) -> Anonymizer.Release? {
        let rules = AnonymizationRules(
            columns: hierarchies.map { ($0.name, .quasiIdentifier(QuasiIdentifierRule($0.1))) }
                + [("s", .sensitive)],
            goal: goal
        )
        return try? Anonymizer(rules).release(table)
    }

    /// A row at one level of one column: what it becomes, and what is lost.
    private typealias Cell = (text: String, lost: Double)

    /// The least loss of all combinations; nil if none reaches the goal.
    private static func best(_ table: TextTable, _ goal: PrivacyGoal) throws -> Double? {
        let levels = try hierarchies.indices.map { column in
            try (0...hierarchies[column].1.innerLevelCount + 1).map { try cells(table, column, level: $0) }
        }
        var best: Double?
        for first in levels[0] {
            for second in levels[1] {
                for third in levels[2] {
                    guard let loss = try loss(table, goal, [first, second, third]) else { continue }
                    best = min(best ?? loss, loss)
                }
            }
        }
        return best
    }

    private static func cells(_ table: TextTable, _ column: Int, level: Int) throws -> [Cell] {
        let hierarchy = hierarchies[column].1
        func text(_ value: String) throws -> String {
            if level == 0 { return value }
            return level > hierarchy.innerLevelCount ? "*" : try hierarchy.generalized(value, to: level)
        }
        let values = table.columns[column].values
        let texts = try values.map(text)
        return try (0..<table.rowCount).map { row in
            let own = try text(table.columns[column][row])
            let alike = texts.count { $0 == own }
            return (own, values.count > 1 ? Double(alike - 1) / Double(values.count - 1) : 0)
        }
    }

    private static func loss(_ table: TextTable, _ goal: PrivacyGoal, _ cells: [[Cell]]) throws -> Double? {
        let rows = (0..<table.rowCount).map { row in
            (
                key: cells.map { $0[row].text }, sensitive: table.columns[3][row],
                lost: cells.reduce(0) { $0 + $1[row].lost } / 3
            )
        }
        let allowed = Int(goal.maximumSuppression * Double(rows.count) + 1e-9)
        var classes = Dictionary(grouping: rows, by: \.key)
        classes = try classes.filter { _, members in
            try members.count >= goal.k
                && goal.requirements.allSatisfy { requirement in
                    if case .closeness = requirement.model { return true }
                    return try isMet(requirement, members.map(\.sensitive), rows.map(\.sensitive))
                }
        }
        while true {
            let kept = classes.values.flatMap { $0.map(\.sensitive) }
            let close = try classes.filter { _, members in
                try goal.requirements.allSatisfy { try isMet($0, members.map(\.sensitive), kept) }
            }
            if close.count == classes.count { break }
            classes = close
        }
        let kept = classes.values.reduce(0) { $0 + $1.count }
        guard kept > 0, rows.count - kept <= allowed else { return nil }
        let out = Double(rows.count - kept)
        switch goal.metric {
        case .discernibility:
            return classes.values.reduce(out * Double(rows.count)) { $0 + Double($1.count * $1.count) }
        case .loss:
            let lost = classes.values.flatMap { $0.map(\.lost) }.reduce(out, +)
            return lost / Double(rows.count)
        }
    }

    private static func isMet(
        _ requirement: PrivacyRequirement,
        _ members: [String],
        _ all: [String]
    ) throws -> Bool {
        let column = TextColumn(name: "s", sensitive)
        func counts(_ values: [String]) -> [Int] { sensitive.map { value in values.count { $0 == value } } }
        let distance = try requirement.distance(column)
        return requirement.isMet(by: requirement.reached(counts(members), of: counts(all), distance))
    }
}
