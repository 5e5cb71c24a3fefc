import BulwarkTensors

/// A lower bound on the distance to the nearest row that reaches an aim, in polynomial time.
///
/// Leaves of different trees that some row of the ball gets to at once are the edges of a graph with a part
/// for each tree, and what the trees can say together is its heaviest clique. Groups of trees are merged: for
/// each the boxes in which one leaf of every tree meet are listed, and the best of each group added up. H.
/// Chen, Zhang, Si, Li, Boning and Hsieh, "Robustness verification of tree-based models" (NeurIPS 2019),
/// section 3.3, algorithm 1; a box counts if it meets the ball of any norm, as in Wang, Zhang, Chen, Si, Boning
/// and Hsieh, "On Lp-norm robustness of ensemble decision stumps and trees" (ICML 2020), section 4.2.
struct TreeCliques {
    /// Cells that leaves have in common, and what the leaves say.
    private struct Clique {
        var sides: [LeafBoxes.Side]
        var leads: [Double]
    }

    /// How many groups are merged into one at each level, and how many levels there are.
    private static let groupSize = 2
    private static let levels = 2
    /// The most boxes of a group; a merger with more is left out.
    private static let maximumCliques = 4096
    /// How often the interval of radii is halved.
    private static let halvings = 24

    private let problem: TreeProblem
    private let boxes: LeafBoxes

    /// Nil if the paths of the trees were too many to list, or the sample itself is not allowed.
    init?(_ problem: TreeProblem) {
        guard let boxes = problem.trees.boxes, problem.everything?.row == problem.input else { return nil }
        self.problem = problem
        self.boxes = boxes
    }

    /// A radius within which no row reaches the aim, as large as this method proves.
    ///
    /// - Parameter limit: The largest radius that is of interest.
    /// - Returns: From 0 to the limit.
    func radius(within limit: Double) -> Double {
        if isSafe(limit) { return limit }
        var (low, high) = (0.0, min(limit, farthest))
        for _ in 0..<Self.halvings {
            let middle = (low + high) / 2
            if isSafe(middle) { low = middle } else { high = middle }
        }
        return low
    }

    /// A distance at which every leaf is in the ball.
    private var farthest: Double {
        boxes.leaves.indices.reduce(0) { max($0, distance(boxes.sides(of: $1)) ?? 0) }
    }

    /// Whether no row within a radius reaches the aim, as far as this method tells.
    private func isSafe(_ radius: Double) -> Bool {
        let width = problem.contests.count
        var groups = boxes.trees.map { paths in
            paths.compactMap { path -> Clique? in
                let sides = boxes.sides(of: path)
                guard let distance = distance(sides), distance <= radius else { return nil }
                let first = boxes.leaves[path] * width
                return Clique(sides: Array(sides), leads: Array(problem.leads[first..<first + width]))
            }
        }
        for _ in 0..<Self.levels where groups.count > 1 {
            groups = stride(from: 0, to: groups.count, by: Self.groupSize).flatMap { first in
                merged(groups[first..<min(first + Self.groupSize, groups.count)], radius)
            }
        }
        var totals = problem.baseLeads
        for group in groups {
            for contest in 0..<width {
                totals[contest] += group.reduce(-.infinity) { max($0, $1.leads[contest]) }
            }
        }
        return !problem.mayReach(totals)
    }

    /// The groups as one, or as they are if that one is too large.
    private func merged(_ groups: ArraySlice<[Clique]>, _ radius: Double) -> [[Clique]] {
        guard var result = groups.first else { return [] }
        for group in groups.dropFirst() {
            var next: [Clique] = []
            for left in result {
                for right in group {
                    guard let sides = common(left.sides, right.sides), let distance = distance(sides[...]),
                        distance <= radius
                    else { continue }
                    guard next.count < Self.maximumCliques else { return Array(groups) }
                    next.append(Clique(sides: sides, leads: zip(left.leads, right.leads).map { $0 + $1 }))
                }
            }
            result = next
        }
        return [result]
    }

    /// The cells that two boxes have in common; nil if there are none.
    private func common(_ left: [LeafBoxes.Side], _ right: [LeafBoxes.Side]) -> [LeafBoxes.Side]? {
        var sides: [LeafBoxes.Side] = []
        sides.reserveCapacity(left.count + right.count)
        var (i, j) = (0, 0)
        while i < left.count || j < right.count {
            if j == right.count || i < left.count && left[i].feature < right[j].feature {
                sides.append(left[i])
                i += 1
            } else if i == left.count || right[j].feature < left[i].feature {
                sides.append(right[j])
                j += 1
            } else {
                let (first, last) = (max(left[i].first, right[j].first), min(left[i].last, right[j].last))
                guard first <= last else { return nil }
                sides.append(LeafBoxes.Side(feature: left[i].feature, first: first, last: last))
                (i, j) = (i + 1, j + 1)
            }
        }
        return sides
    }

    /// How far a box is from the sample; nil if no row that is allowed is in it.
    private func distance(_ sides: ArraySlice<LeafBoxes.Side>) -> Double? {
        var (row, input): ([Float], [Float]) = ([], [])
        for side in sides {
            let feature = Int(side.feature)
            guard let value = problem.nearest(feature, from: side.first, through: side.last) else {
                return nil
            }
            row.append(value)
            input.append(problem.input[feature])
        }
        return problem.norm.distance(row, input)
    }
}
