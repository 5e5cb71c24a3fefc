import BulwarkProvenance
import Foundation

/// The least work of turning one distribution of sensitive values into another (Li, Li and Venkatasubramanian,
/// ICDE 2007, section 5), with the values of one column.
package enum EarthMoversDistance: Sendable {
    /// Values equally far from each other.
    case equal
    /// The rank of each value, how many ranks there are, and whether those that the whole table does not have
    /// count.
    case ordered(ranks: [Int], count: Int, countsAbsent: Bool)
    /// The tree, its heights and the leaf of each value.
    case hierarchical(TaxonomyTree, heights: [Int], leaves: [Int])

    /// The distance of the values of a column.
    ///
    /// - Parameters:
    ///   - ground: How far apart two values are.
    ///   - column: The column; its codes are the places of the counts that are compared.
    /// - Throws: `AnonymityError` if a value is no number, or not in the list or the tree.
    package init(_ ground: GroundDistance, _ column: TextColumn) throws(AnonymityError) {
        func places(
            _ problem: String,
            _ place: (String) -> Int?
        ) throws(AnonymityError) -> [Int] {
            var places: [Int] = []
            for (code, value) in column.values.enumerated() {
                guard let found = place(value) else {
                    throw .unfitValue(
                        column: column.name,
                        row: column.firstRow(of: code),
                        problem: problem
                    )
                }
                places.append(found)
            }
            return places
        }
        switch ground {
        case .equal: self = .equal
        case .numeric:
            let numbers = column.values.map { DecimalNumber($0) }
            let sorted = Set(numbers.compactMap(\.self)).sorted()
            let ranks = Dictionary(zip(sorted, sorted.indices), uniquingKeysWith: { first, _ in first })
            let maximum = DecimalNumber.maximumCharacters
            let problem = "a decimal number of at most \(maximum) characters is expected"
            self = .ordered(
                ranks: try places(problem) { DecimalNumber($0).flatMap { ranks[$0] } },
                count: sorted.count,
                countsAbsent: false
            )
        case .ordered(let order):
            let ranks = Dictionary(
                zip(order.map { ExactString($0) }, order.indices),
                uniquingKeysWith: { first, _ in first }
            )
            self = .ordered(
                ranks: try places("the value is not in the list of the order") { ranks[ExactString($0)] },
                count: order.count,
                countsAbsent: true
            )
        case .hierarchical(let tree):
            self = .hierarchical(
                tree,
                heights: tree.heights,
                leaves: try places("the value is no leaf of the taxonomy") { tree.leaf($0) }
            )
        }
    }

    /// The distance, from 0 to 1.
    ///
    /// - Parameters:
    ///   - counts: How often each value occurs in a class.
    ///   - all: How often in the whole table.
    /// - Returns: The distance of the two distributions; 0 if one is empty.
    package func distance(_ counts: [Int], _ all: [Int]) -> Double {
        let (size, total) = (counts.reduce(0, +), all.reduce(0, +))
        guard size > 0, total > 0 else { return 0 }
        let differences = zip(counts, all).map { Double($0) / Double(size) - Double($1) / Double(total) }
        switch self {
        case .equal: return differences.reduce(0) { $0 + abs($1) } / 2
        case .ordered(let ranks, let count, let countsAbsent):
            return Self.ordered(differences, all, ranks, count, countsAbsent)
        case .hierarchical(let tree, let heights, let leaves):
            return Self.hierarchical(differences, tree, heights, leaves)
        }
    }

    /// Section 5.1: what lies between neighbouring ranks has to be carried across.
    private static func ordered(
        _ differences: [Double],
        _ all: [Int],
        _ ranks: [Int],
        _ count: Int,
        _ countsAbsent: Bool
    ) -> Double {
        var surplus = [Double](repeating: 0, count: count)
        var isPresent = [Bool](repeating: countsAbsent, count: count)
        for (value, rank) in ranks.enumerated() {
            surplus[rank] += differences[value]
            if all[value] > 0 { isPresent[rank] = true }
        }
        var (carried, work, present) = (0.0, 0.0, 0)
        for rank in 0..<count where isPresent[rank] {
            carried += surplus[rank]
            work += abs(carried)
            present += 1
        }
        return present > 1 ? work / Double(present - 1) : 0
    }

    /// Section 5.2: below each node, as much as possible is evened out among its children.
    private static func hierarchical(
        _ differences: [Double],
        _ tree: TaxonomyTree,
        _ heights: [Int],
        _ leaves: [Int]
    ) -> Double {
        guard heights[0] > 0 else { return 0 }
        var extra = [Double](repeating: 0, count: tree.count)
        var surplus = extra
        var shortage = extra
        for (value, leaf) in leaves.enumerated() { extra[leaf] += differences[value] }
        var work = 0.0
        for node in (0..<tree.count).reversed() {
            work += Double(heights[node]) * min(surplus[node], shortage[node])
            guard node > 0 else { break }
            let parent = tree.parents[node]
            extra[parent] += extra[node]
            if extra[node] > 0 { surplus[parent] += extra[node] } else { shortage[parent] -= extra[node] }
        }
        return work / Double(heights[0])
    }
}
