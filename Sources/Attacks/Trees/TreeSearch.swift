/// Branch and bound for the row nearest to a sample at which trees say what is wanted.
///
/// The rows that may be made of the sample form a box, which is cut at thresholds into smaller ones. The
/// region whose nearest row is nearest to the sample is always next: if that row reaches the aim, no other is
/// nearer. A region in which the best leaves of all trees together do not suffice is dropped. This solves the
/// problem that Kantchelian, Tygar and Joseph, "Evasion and hardening of tree ensemble classifiers" (ICML
/// 2016), section 4, give to a mixed integer program.
///
/// What a row is said to be is for the model to say, not for the sums: whoever runs the search asks the model
/// about each row that it hands out, and passes the answer on. So rounding and ties are the model's own.
///
/// Relations between features do not fit into boxes. Where they do not hold at the row that would be the
/// answer, a row near it at which they do is tried, the distance stays a lower bound, and the search goes on.
struct TreeSearch {
    private struct Cut {
        let parent: Int32
        let feature: Int32
        let first: Int32
        let last: Int32
    }

    private enum Pending {
        case candidate([Float])
        case region(RegionQueue.Entry, TreeRegion)
        /// A row in place of one that is not allowed.
        case detour([Float], RegionQueue.Entry, TreeRegion)
    }

    private let problem: TreeProblem
    private let limits: TreeSearchLimits
    private let root: TreeRegion?
    private var bounder: TreeBounder
    private var queue = RegionQueue()
    private var cuts: [Cut] = []
    /// Rows that are sure to reach the aim as far as the sums tell, the nearest last.
    private var candidates: [[Float]]
    private var pending: Pending?
    private var regions = 0
    private var upper = Double.infinity
    /// The smallest distance at which relations between features left open whether there is a row.
    private var open = Double.infinity
    private var point: [Float]?
    /// What was found, once there is nothing more to ask.
    private(set) var bounds: TreeBounds?

    init(_ problem: TreeProblem, _ limits: TreeSearchLimits) {
        self.problem = problem
        self.limits = limits
        root = problem.everything
        bounder = TreeBounder(problem)
        candidates = (root.map { TreeDescent(problem, $0).candidates() } ?? [])
            .compactMap { problem.relatedRow(near: $0) }
            .filter { problem.distance($0) <= problem.reach }
            .sorted { problem.distance($0) > problem.distance($1) }
        if let root { push(root, cut: -1) }
    }

    /// The next row to ask the model about; nil when `bounds` are there.
    mutating func nextQuestion() -> [Float]? {
        if bounds != nil { return nil }
        if let candidate = candidates.popLast() {
            pending = .candidate(candidate)
            return candidate
        }
        while let entry = queue.first, entry.distance < upper {
            guard regions < limits.maximumRegions, !limits.isOver() else {
                return finish(lower: max(entry.distance, cliques()), isComplete: false)
            }
            regions += 1
            queue.removeFirst()
            let region = region(entry.cut)
            let cells = problem.trees.cells(of: region.row)
            if problem.mayReach(problem.leads(at: cells)), let question = question(region, entry) {
                return question
            }
            divide(region, entry)
        }
        return finish(lower: problem.reach)
    }

    /// The row of a region to ask about, which may reach the aim; nil if none is allowed.
    private mutating func question(_ region: TreeRegion, _ entry: RegionQueue.Entry) -> [Float]? {
        if problem.isRelated(region.row) {
            pending = .region(entry, region)
            return region.row
        }
        open = min(open, entry.distance)
        guard let row = problem.relatedRow(near: region.row), problem.distance(row) < upper,
            problem.mayReach(problem.leads(at: problem.trees.cells(of: row)))
        else { return nil }
        pending = .detour(row, entry, region)
        return row
    }

    /// Passes on whether the row that was asked about reaches the aim.
    mutating func answer(_ isReached: Bool) {
        switch pending {
        case .candidate(let row) where isReached:
            (point, upper) = (row, problem.distance(row))
            candidates = []
        case .region(let entry, let region):
            if isReached {
                (point, upper) = (region.row, entry.distance)
                _ = finish(lower: upper)
            } else {
                divide(region, entry)
            }
        case .detour(let row, let entry, let region):
            if isReached { (point, upper) = (row, problem.distance(row)) }
            divide(region, entry)
        default: break
        }
        pending = nil
    }

    private mutating func finish(lower: Double, isComplete: Bool = true) -> [Float]? {
        bounds = TreeBounds(
            lower: min(lower, open, upper),
            upper: upper,
            point: point,
            regions: regions,
            isComplete: isComplete && open >= upper
        )
        return nil
    }

    /// A lower bound that looks at all trees two by two, for a search that is given up.
    private func cliques() -> Double {
        TreeCliques(problem)?.radius(within: min(upper, problem.reach)) ?? 0
    }

    // MARK: Regions

    private mutating func push(_ region: TreeRegion, cut: Int32) {
        let distance = problem.distance(region.row)
        guard distance < upper, distance <= problem.reach, let outlook = bounder.outlook(of: region) else {
            return
        }
        queue.insert(
            RegionQueue.Entry(distance: distance, promise: outlook.promise, cut: cut, node: outlook.cut)
        )
    }

    /// The region that a chain of cuts leaves.
    private func region(_ cut: Int32) -> TreeRegion {
        guard var region = root else { preconditionFailure("there is a region to cut") }
        var next = cut
        while next >= 0 {
            let cut = cuts[Int(next)]
            let isKept = region.narrow(Int(cut.feature), from: cut.first, through: cut.last, problem)
            precondition(isKept, "a region that was kept has a row")
            next = cut.parent
        }
        return region
    }

    /// Cuts a region whose nearest row does not reach the aim; one that is all the same to the trees is done
    /// with.
    private mutating func divide(_ region: TreeRegion, _ entry: RegionQueue.Entry) {
        guard entry.node >= 0 else { return }
        let node = problem.trees.nodes[Int(entry.node)]
        for (first, last) in [(0, node.cell), (node.cell + 1, Int32.max)] {
            var part = region
            guard part.narrow(Int(node.feature), from: first, through: last, problem) else { continue }
            cuts.append(Cut(parent: entry.cut, feature: node.feature, first: first, last: last))
            let count = queue.count
            push(part, cut: Int32(cuts.count - 1))
            if queue.count == count { cuts.removeLast() }
        }
    }
}

/// Regions in the order in which they are looked at: the nearest first, of those the most promising.
struct RegionQueue {
    struct Entry {
        let distance: Double
        let promise: Double
        /// The last cut that led to the region; -1 for everything.
        let cut: Int32
        /// Where to cut next; -1 for nowhere.
        let node: Int32

        func precedes(_ other: Entry) -> Bool {
            (distance, -promise, other.cut) < (other.distance, -other.promise, cut)
        }
    }

    private var heap: [Entry] = []

    var count: Int { heap.count }
    var first: Entry? { heap.first }

    mutating func insert(_ entry: Entry) {
        heap.append(entry)
        var child = heap.count - 1
        while child > 0, heap[child].precedes(heap[(child - 1) / 2]) {
            heap.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    mutating func removeFirst() {
        heap.swapAt(0, heap.count - 1)
        heap.removeLast()
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2]
            where child < heap.count && heap[child].precedes(heap[least]) {
                least = child
            }
            if least == parent { return }
            heap.swapAt(parent, least)
            parent = least
        }
    }
}
