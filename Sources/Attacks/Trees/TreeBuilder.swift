import BulwarkModels

/// Makes "at most" questions of whatever the trees of a model ask.
struct TreeBuilder {
    private struct Question {
        var feature: Int
        var threshold: Float
        var below: Int
        var above: Int
    }

    private enum Entry {
        case question(Question)
        case leaf(Int)
        /// A question with one answer for all finite floats.
        case alias(Int)
    }

    private var entries: [Entry] = []
    private var entryRoots: [Int] = []
    /// For each leaf what it adds to the score of each class.
    private(set) var leafScores: [Double] = []
    private let classCount: Int

    init(classCount: Int) { self.classCount = classCount }

    /// The first node of each tree.
    var roots: [Int32] { entryRoots.map { Int32(resolved($0)) } }

    /// Adds the trees of a forest.
    ///
    /// - Parameters:
    ///   - forest: The trees.
    ///   - columns: For each feature of the forest what it is made of.
    ///   - votes: What a leaf adds to the score of each class.
    mutating func add(
        _ forest: DecisionForest,
        columns: [TreeColumn],
        votes: ([DecisionForest.Vote]) -> [Double]
    ) {
        let offset = entries.count
        var late: [Entry] = []
        let all = forest.allNodes
        for node in all {
            switch node {
            case .leaf(let list):
                entries.append(.leaf(leafScores.count / classCount))
                leafScores += votes(list)
            case .branch(let branch):
                let next = offset + all.count + late.count
                let (entry, further) = Self.questions(branch, columns, offset: offset, next: next)
                entries.append(entry)
                if let further { late.append(further) }
            }
        }
        entries += late
        entryRoots += forest.rootPositions.map { offset + $0 }
    }

    /// One question for a branch, or two for one that asks about equality.
    private static func questions(
        _ branch: DecisionForest.Branch,
        _ columns: [TreeColumn],
        offset: Int,
        next: Int
    ) -> (Entry, Entry?) {
        let (yes, no) = (offset + branch.whenTrue, offset + branch.whenFalse)
        let (column, threshold) = (columns[branch.feature], Float(branch.threshold))
        func atMost(_ limit: Float, _ below: Int, _ above: Int) -> Entry {
            func question(_ limit: Float, _ below: Int, _ above: Int) -> Entry {
                .question(Question(feature: column.feature, threshold: limit, below: below, above: above))
            }
            return switch column.cut(atMost: limit) {
            case .always(let isBelow): .alias(isBelow ? below : above)
            case .atMost(let limit): question(limit, below, above)
            case .above(let limit): question(limit, above, below)
            }
        }
        switch branch.rule {
        case .lessOrEqual: return (atMost(threshold, yes, no), nil)
        case .less: return (atMost(threshold.nextDown, yes, no), nil)
        case .greaterOrEqual: return (atMost(threshold.nextDown, no, yes), nil)
        case .greater: return (atMost(threshold, no, yes), nil)
        case .equal: return (atMost(threshold, next, no), atMost(threshold.nextDown, no, yes))
        case .notEqual: return (atMost(threshold, next, yes), atMost(threshold.nextDown, yes, no))
        }
    }

    private func resolved(_ position: Int) -> Int {
        var position = position
        while case .alias(let other) = entries[position] { position = other }
        return position
    }

    /// For each feature its thresholds, rising.
    func thresholds(featureCount: Int) -> [[Float]] {
        var lists = [[Float]](repeating: [], count: featureCount)
        for case .question(let question) in entries { lists[question.feature].append(question.threshold) }
        return lists.map { list in
            var unique: [Float] = []
            for threshold in list.sorted() where unique.last != threshold { unique.append(threshold) }
            return unique
        }
    }

    /// The nodes, with cells in place of thresholds.
    func nodes(_ thresholds: [[Float]]) -> [DecisionTrees.Node] {
        let cells = thresholds.map { list in
            // Zero and its negative are equal, and so one key.
            Dictionary(uniqueKeysWithValues: zip(list, list.indices.map { Int32($0) }))
        }
        return entries.map { entry in
            switch entry {
            case .leaf(let number):
                return DecisionTrees.Node(feature: -1, cell: Int32(number), below: -1, above: -1)
            case .alias: return DecisionTrees.Node(feature: -1, cell: -1, below: -1, above: -1)
            case .question(let question):
                return DecisionTrees.Node(
                    feature: Int32(question.feature),
                    cell: cells[question.feature][question.threshold] ?? 0,
                    below: Int32(resolved(question.below)),
                    above: Int32(resolved(question.above))
                )
            }
        }
    }

    // MARK: Magnitudes

    /// For each tree the leaves that it ends in.
    private var leavesOfTrees: [[Int]] {
        entryRoots.map { root in
            var (leaves, stack, seen): ([Int], [Int], Set<Int>) = ([], [resolved(root)], [])
            while let top = stack.popLast() {
                guard seen.insert(top).inserted else { continue }
                switch entries[top] {
                case .leaf(let number): leaves.append(number)
                case .alias(let other): stack.append(other)
                case .question(let question): stack += [resolved(question.below), resolved(question.above)]
                }
            }
            return leaves
        }
    }

    /// The smallest and the largest sum that some combinations of the classes' scores can come to.
    ///
    /// - Parameters:
    ///   - count: The number of combinations.
    ///   - value: A combination by its number, of the scores of one leaf.
    /// - Returns: A range for each combination.
    func ranges(
        _ count: Int,
        _ value: (Int, ArraySlice<Double>) -> Double
    ) -> [(least: Double, most: Double)] {
        var sums = [(least: Double, most: Double)](repeating: (0, 0), count: count)
        for leaves in leavesOfTrees {
            var ranges = [(least: Double, most: Double)](repeating: (.infinity, -.infinity), count: count)
            for leaf in leaves {
                let scores = leafScores[leaf * classCount..<(leaf + 1) * classCount]
                for index in 0..<count {
                    let value = value(index, scores)
                    ranges[index] = (min(ranges[index].least, value), max(ranges[index].most, value))
                }
            }
            for index in 0..<count {
                sums[index].least += ranges[index].least
                sums[index].most += ranges[index].most
            }
        }
        return sums
    }

    /// No partial sum of any class is larger than this.
    func largestSum(_ base: [Double]) -> Double {
        let largest = ranges(1) { _, scores in scores.reduce(0) { max($0, abs($1)) } }[0].most
        return largest + base.reduce(0) { max($0, abs($1)) }
    }

    /// Whether doubles hold every sum of leaves exactly, in whatever order they are added up.
    func addsExactly(_ base: [Double]) -> Bool {
        let quantum = (leafScores + base).filter { $0 != 0 }.map(\.lowestBit).min() ?? 1
        // Differences of two classes are at most twice as large.
        return 2 * largestSum(base) <= quantum * 0x1p53
    }
}

extension Double {
    /// The value of the lowest bit that is set in a number other than zero.
    fileprivate var lowestBit: Double {
        let shift = significandBitPattern == 0 ? 52 : significandBitPattern.trailingZeroBitCount
        return ulp * Double(sign: .plus, exponent: shift, significand: 1)
    }
}
