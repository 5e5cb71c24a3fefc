/// Finds the combination of levels that loses least among all that reach a goal.
///
/// The search is exact. It goes along chains of nodes by bisection, as Flash does (Kohlmayer, Prasser, Eckert,
/// Kemper and Kuhn, "Flash: Efficient, Stable and Optimal K-Anonymity", PASSAT 2012), and passes over a node only
/// where something proves that it cannot be better:
///
/// - Rows in classes that are too small, or have too few distinct sensitive values, become fewer on the way up. If
///   they are too many at a node, they are so at all nodes below. Entropy and recursive diversity and closeness
///   prove this only if no row may be left out: otherwise a class that was left out can join another further up
///   and spoil it.
/// - If a lower bound of the loss is above what was found, it is so at all nodes above. If no row may be left out,
///   the loss of a node that reaches the goal is such a bound itself.
struct LatticeSearch {
    /// A node that reaches the goal.
    struct Candidate {
        let levels: [Int]
        let loss: Double
        let suppressedRows: Int
        let partition: Partition
        let isKept: [Bool]

        /// By what is lost, then by the rows left out, then by the sum of the levels, then by the first level
        /// that differs.
        func isBetter(than other: Candidate) -> Bool {
            if loss != other.loss { return loss < other.loss }
            if suppressedRows != other.suppressedRows { return suppressedRows < other.suppressedRows }
            let (height, otherHeight) = (levels.reduce(0, +), other.levels.reduce(0, +))
            if height != otherHeight { return height < otherHeight }
            return levels.lexicographicallyPrecedes(other.levels)
        }
    }

    private let data: Microdata
    private let goal: PrivacyGoal
    private let lattice: Lattice
    private let loss: InformationLoss
    private let maximumSuppressedRows: Int
    private var isDecided: [Bool]

    /// The best node so far.
    private(set) var best: Candidate?
    /// For how many nodes the classes were computed.
    private(set) var visitedNodes = 0

    init(_ data: Microdata, _ goal: PrivacyGoal, _ lattice: Lattice) {
        (self.data, self.goal, self.lattice) = (data, goal, lattice)
        loss = InformationLoss(data, goal.metric)
        maximumSuppressedRows = goal.maximumSuppressedRows(of: data.rowCount)
        isDecided = [Bool](repeating: false, count: lattice.count)
    }

    /// The node that loses least; nil if none reaches the goal.
    mutating func run() -> Candidate? {
        for node in lattice.byHeight where !isDecided[node] {
            var path = [node]
            var end = node
            while let next = lattice.successors(end).first(where: { !isDecided[$0] }) {
                path.append(next)
                end = next
            }
            bisect(path)
            // Bisection may end elsewhere; this node is decided in the end.
            if !isDecided[node] { _ = look(at: node) }
        }
        return best
    }

    private mutating func bisect(_ path: [Int]) {
        var (low, high) = (0, path.count - 1)
        while low <= high {
            let middle = (low + high) / 2
            if look(at: path[middle]) { high = middle - 1 } else { low = middle + 1 }
        }
    }

    /// Decides about a node and all that follow from it; false if it and all below are hopeless.
    private mutating func look(at node: Int) -> Bool {
        let levels = lattice.levels(node)
        if let bound = loss.bound(at: levels), isAbove(bound) {
            decide(node, lattice.successors)
            return true
        }
        visitedNodes += 1
        let partition = data.partition(at: levels)
        let selection = ClassSelection(
            partition,
            of: data,
            k: goal.k,
            maximumSuppressedRows: maximumSuppressedRows
        )
        if selection.isHopeless {
            decide(node, lattice.predecessors)
            return false
        }
        isDecided[node] = true
        if !selection.isRefused {
            let found = Candidate(
                levels: levels,
                loss: loss.value(at: levels, partition, selection),
                suppressedRows: selection.suppressedRows,
                partition: partition,
                isKept: selection.isKept
            )
            if best.map({ found.isBetter(than: $0) }) ?? true { best = found }
        }
        let isSettledAbove = maximumSuppressedRows == 0 && !selection.isRefused
        if isSettledAbove || loss.bound(partition).map({ isAbove($0) }) ?? false {
            decide(node, lattice.successors)
        }
        return true
    }

    /// Whether a bound rules out all that it bounds; a little is left to the rounding of sums.
    private func isAbove(_ bound: Double) -> Bool {
        best.map { bound > $0.loss + max($0.loss, 1) * 1e-12 } ?? false
    }

    /// Marks a node and all that can be reached from it.
    private mutating func decide(_ node: Int, _ neighbours: (Int) -> [Int]) {
        isDecided[node] = true
        var pending = neighbours(node)
        while let next = pending.popLast() {
            if isDecided[next] { continue }
            isDecided[next] = true
            pending += neighbours(next)
        }
    }
}
