/// Finds out what the trees can say at most inside a region.
///
/// For each tree the leaves that some row of the region gets to are looked at, and the best of them counted:
/// Chen, Zhang, Si, Li, Boning and Hsieh, "Robustness verification of tree-based models" (NeurIPS 2019),
/// section 3.2, with one tree a clique.
struct TreeBounder {
    /// What was found out about a region in which the aim may be reached.
    struct Outlook {
        /// The largest lead of the contest that looks best for the adversary.
        let promise: Double
        /// The node to cut the region at; -1 if every row of it is the same to the trees.
        let cut: Int32
    }

    private let problem: TreeProblem
    private var stack: [Int32] = []
    /// For each tree and contest the smallest and the largest lead among the leaves.
    private var least: [Double]
    private var most: [Double]
    /// For each tree the first node whose both sides are in the region, or -1.
    private var cuts: [Int32]
    /// When a node was seen last: where paths meet again it is looked at once.
    private var seen: [Int]
    private var round = 0

    init(_ problem: TreeProblem) {
        self.problem = problem
        let count = problem.trees.treeCount * problem.contests.count
        least = Array(repeating: 0, count: count)
        most = Array(repeating: 0, count: count)
        cuts = Array(repeating: -1, count: problem.trees.treeCount)
        seen = Array(repeating: 0, count: problem.trees.nodes.count)
    }

    /// What is known of a region; nil if the aim cannot be reached in it.
    mutating func outlook(of region: TreeRegion) -> Outlook? {
        look(at: region)
        var totals = problem.baseLeads
        let width = totals.count
        for tree in cuts.indices {
            for contest in 0..<width { totals[contest] += most[tree * width + contest] }
        }
        guard problem.mayReach(totals) else { return nil }
        // All contests have to be won, and the hardest decides; or any, and the easiest does.
        var decisive = 0
        for contest in 0..<width
        where problem.needsAll ? totals[contest] < totals[decisive] : totals[contest] > totals[decisive] {
            decisive = contest
        }
        return Outlook(promise: totals[decisive], cut: cut(decisive))
    }

    /// The node of the tree that leaves most open in a contest, or if none does, in any; -1 if all is settled.
    private func cut(_ contest: Int) -> Int32 {
        let width = problem.contests.count
        var best: (gap: Double, all: Double, cut: Int32) = (0, 0, -1)
        for tree in cuts.indices where cuts[tree] >= 0 {
            let gap = most[tree * width + contest] - least[tree * width + contest]
            var all = 0.0
            for other in 0..<width { all += most[tree * width + other] - least[tree * width + other] }
            if (gap, all) > (best.gap, best.all) { best = (gap, all, cuts[tree]) }
        }
        return best.cut
    }

    private mutating func look(at region: TreeRegion) {
        let (nodes, roots, leads) = (problem.trees.nodes, problem.trees.roots, problem.leads)
        let width = problem.contests.count
        round += 1
        for tree in roots.indices {
            let slot = tree * width
            for contest in 0..<width {
                (least[slot + contest], most[slot + contest]) = (.infinity, -.infinity)
            }
            cuts[tree] = -1
            stack.append(roots[tree])
            while let position = stack.popLast() {
                if seen[Int(position)] == round { continue }
                seen[Int(position)] = round
                let node = nodes[Int(position)]
                if node.isLeaf {
                    for contest in 0..<width {
                        let lead = leads[Int(node.cell) * width + contest]
                        least[slot + contest] = min(least[slot + contest], lead)
                        most[slot + contest] = max(most[slot + contest], lead)
                    }
                    continue
                }
                let goesBelow = region.first[Int(node.feature)] <= node.cell
                let goesAbove = region.last[Int(node.feature)] > node.cell
                if goesBelow && goesAbove && cuts[tree] < 0 { cuts[tree] = position }
                if goesBelow { stack.append(node.below) }
                if goesAbove { stack.append(node.above) }
            }
        }
    }
}
