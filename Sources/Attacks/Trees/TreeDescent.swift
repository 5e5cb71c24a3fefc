import BulwarkTensors

/// Quick upper bounds: rows that are sure to reach the aim and not far away, though perhaps not the nearest.
///
/// A first row is found by entering, tree by tree, the leaf that brings most for the distance that it costs.
/// Then single features go back towards the sample as long as the aim stays reached, as in the descent over
/// neighbouring leaves of Zhang, Zhang and Hsieh, "An efficient adversarial attack for tree ensembles"
/// (NeurIPS 2020), of which this takes the steps of one feature. Groups of features of which one is 1 stay.
struct TreeDescent {
    private let problem: TreeProblem
    private let start: TreeRegion

    /// The most contests that are tried, the closest first.
    private static let maximumContests = 10
    /// The most cells that a feature tries on its way back.
    private static let maximumCells: Int32 = 64

    init(_ problem: TreeProblem, _ start: TreeRegion) {
        self.problem = problem
        self.start = start
    }

    /// Rows that reach the aim, the nearest last; none where nothing was found.
    func candidates() -> [[Float]] {
        guard let boxes = problem.trees.boxes else { return [] }
        let leads = problem.leads(at: problem.trees.cells(of: start.row))
        let order = leads.indices.sorted { (leads[$0], -$0) > (leads[$1], -$1) }
        // Where all contests have to be won the hardest one of the moment is followed.
        let contests: [Int?] = problem.needsAll ? [nil] : order.prefix(Self.maximumContests).map { $0 }
        return
            contests.compactMap { entered($0, boxes).map(returned) }
            .sorted { problem.distance($0) > problem.distance($1) }
    }

    // MARK: Towards the aim

    /// A row that reaches the aim, by entering leaves; nil if that does not lead anywhere.
    private func entered(_ contest: Int?, _ boxes: LeafBoxes) -> [Float]? {
        var region = start
        var isSettled = [Bool](repeating: false, count: boxes.trees.count)
        for _ in boxes.trees.indices {
            let cells = problem.trees.cells(of: region.row)
            let leads = problem.leads(at: cells)
            if problem.isSureToReach(leads) { return region.row }
            let decisive = contest ?? leads.indices.min { leads[$0] < leads[$1] } ?? 0
            var best: (tree: Int, path: Int, gain: Double, cost: Double)?
            for (tree, paths) in boxes.trees.enumerated() where !isSettled[tree] {
                let own = lead(problem.trees.leaf(of: problem.trees.roots[tree], cells), decisive)
                for path in paths {
                    let gain = lead(boxes.leaves[path], decisive) - own
                    guard gain > 0, let cost = cost(boxes.sides(of: path), region) else { continue }
                    // Compared without dividing: what costs nothing is best, and of that what brings most.
                    let (left, right) = (gain * (best?.cost ?? 0), (best?.gain ?? 0) * cost)
                    if best == nil || (left, gain) > (right, best?.gain ?? 0) {
                        best = (tree, path, gain, cost)
                    }
                }
            }
            guard let best else { return nil }
            for side in boxes.sides(of: best.path) {
                guard region.narrow(Int(side.feature), from: side.first, through: side.last, problem) else {
                    return nil
                }
            }
            isSettled[best.tree] = true
        }
        let leads = problem.leads(at: problem.trees.cells(of: region.row))
        return problem.isSureToReach(leads) ? region.row : nil
    }

    private func lead(_ leaf: Int, _ contest: Int) -> Double {
        problem.leads[leaf * problem.contests.count + contest]
    }

    /// How much farther away a region's nearest row gets when it has to be in a box, in the units that add up
    /// for the norm; nil if the region does not meet the box.
    private func cost(_ sides: ArraySlice<LeafBoxes.Side>, _ region: TreeRegion) -> Double? {
        let reached = problem.norm == .linf ? problem.distance(region.row) : 0
        var cost = 0.0
        for side in sides {
            let feature = Int(side.feature)
            let (first, last) = (max(region.first[feature], side.first), min(region.last[feature], side.last))
            guard first <= last, let value = problem.nearest(feature, from: first, through: last) else {
                return nil
            }
            let (old, new) = (size(feature, region.row[feature]), size(feature, value))
            cost = problem.norm == .linf ? max(cost, new - reached) : cost + new - old
        }
        return max(cost, 0)
    }

    /// What the change of one feature counts.
    private func size(_ feature: Int, _ value: Float) -> Double {
        let change = abs(Double(value) - Double(problem.input[feature]))
        switch problem.norm {
        case .linf, .l1: return change
        case .l2: return change * change
        case .l0: return change == 0 ? 0 : 1
        }
    }

    // MARK: Back towards the sample

    /// A row that reaches the aim with features as near to the sample's as they get one by one.
    private func returned(_ row: [Float]) -> [Float] {
        var (row, cells) = (row, problem.trees.cells(of: row))
        var hasMoved = true
        while hasMoved {
            hasMoved = false
            let changed = row.indices.filter { row[$0] != start.row[$0] && !problem.isGrouped($0) }
            for feature in changed.sorted(by: { (size($0, row[$0]), -$0) > (size($1, row[$1]), -$1) }) {
                guard let cell = back(feature, &cells) else { continue }
                row[feature] = problem.nearest(feature, from: cell, through: cell) ?? row[feature]
                hasMoved = true
            }
        }
        return row
    }

    /// The cell nearest to the sample's in which a feature leaves the aim reached; nil if it stays where it
    /// is.
    private func back(_ feature: Int, _ cells: inout [Int32]) -> Int32? {
        let (home, here) = (problem.trees.cell(of: start.row[feature], feature: feature), cells[feature])
        let step: Int32 = home < here ? 1 : -1
        var cell = home
        for _ in 0..<min(abs(here - home), Self.maximumCells) {
            cells[feature] = cell
            if problem.nearest(feature, from: cell, through: cell) != nil,
                problem.isSureToReach(problem.leads(at: cells))
            {
                return cell
            }
            cell += step
        }
        cells[feature] = here
        return nil
    }
}
