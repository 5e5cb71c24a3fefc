import BulwarkTensors

/// Decision trees whose leaves vote for targets, held in flat arrays.
///
/// A sample walks every tree from its root to one leaf. A forest that exists has no cycles, no child outside
/// its tree and no node that no sample can reach; so a walk always ends.
public struct DecisionForest: Sendable {
    /// How a branch compares a feature with its threshold.
    public enum Rule: UInt8, Sendable, CaseIterable {
        /// True if the feature is at most the threshold.
        case lessOrEqual
        /// True if the feature is below the threshold.
        case less
        /// True if the feature is at least the threshold.
        case greaterOrEqual
        /// True if the feature is above the threshold.
        case greater
        /// True if the feature is the threshold.
        case equal
        /// True if the feature is not the threshold; so true for NaN, too.
        case notEqual
    }

    /// A node that asks about one feature.
    public struct Branch: Sendable, Equatable {
        /// Which feature, from 0.
        public var feature: Int
        /// How it is compared.
        public var rule: Rule
        /// What it is compared with; infinite ones are allowed.
        public var threshold: Double
        /// Whether NaN counts as true whatever the rule says of it.
        public var missingIsTrue: Bool
        /// The node for true, by its position.
        public var whenTrue: Int
        /// The node for false.
        public var whenFalse: Int

        /// A question.
        public init(
            feature: Int,
            rule: Rule = .lessOrEqual,
            threshold: Double,
            missingIsTrue: Bool = false,
            whenTrue: Int,
            whenFalse: Int
        ) {
            self.feature = feature
            self.rule = rule
            self.threshold = threshold
            self.missingIsTrue = missingIsTrue
            self.whenTrue = whenTrue
            self.whenFalse = whenFalse
        }
    }

    /// What a leaf says of one target.
    public struct Vote: Sendable, Equatable {
        /// The target, from 0.
        public var target: Int
        /// What is added to its score.
        public var weight: Float

        /// A vote.
        public init(target: Int, weight: Float) {
            self.target = target
            self.weight = weight
        }
    }

    /// A node of a tree.
    public enum Node: Sendable, Equatable {
        /// A question about one feature.
        case branch(Branch)
        /// An end, with its votes.
        case leaf([Vote])
    }

    /// A node in sixteen bytes.
    struct FlatNode: Sendable {
        /// The feature of a branch; -1 for a leaf.
        var feature: Int32
        var threshold: Float
        /// The node for true; of a leaf the first of its votes.
        var first: Int32
        /// The node for false; of a leaf the end of its votes.
        var second: Int32

        var isLeaf: Bool { feature < 0 }
    }

    /// The number of targets.
    public let targetCount: Int
    /// The number of features that a sample has to have at least.
    public let featureCount: Int
    /// The first node of each tree.
    let roots: [Int32]
    let nodes: [FlatNode]
    /// For each node the tree it belongs to.
    let trees: [Int32]
    /// For each node how it compares.
    let rules: [Rule]
    /// For each node whether NaN counts as true.
    let missingIsTrue: [Bool]
    let voteTargets: [Int32]
    let voteWeights: [Float]
    /// Whether every branch asks "at most?" and none treats NaN apart, as scikit-learn's trees.
    let isPlain: Bool

    /// The number of trees.
    public var treeCount: Int { roots.count }
    /// The number of nodes in all trees.
    public var nodeCount: Int { nodes.count }

    /// Trees from nodes that name each other by position.
    ///
    /// A threshold is rounded to a float so that every float is on the same side of both.
    ///
    /// - Parameters:
    ///   - nodes: All nodes of all trees.
    ///   - roots: The position of each tree's first node.
    ///   - targetCount: The number of targets that leaves vote for.
    /// - Throws: `OperatorError` for a child or root that does not exist, a cycle, a node that two trees
    ///   share or that none has, a NaN, a negative feature, a target that does not exist, or more targets
    ///   than votes.
    public init(nodes: [Node], roots: [Int], targetCount: Int) throws(OperatorError) {
        guard !roots.isEmpty, nodes.count < Int32.max, roots.count <= nodes.count else {
            throw Self.error("there are \(nodes.count) nodes and \(roots.count) roots")
        }
        var flat: [FlatNode] = []
        flat.reserveCapacity(nodes.count)
        var rules = [Rule](repeating: .lessOrEqual, count: nodes.count)
        var missing = [Bool](repeating: false, count: nodes.count)
        var targets: [Int32] = []
        var weights: [Float] = []
        var features = 0
        for (position, node) in nodes.enumerated() {
            switch node {
            case .branch(let branch):
                let branch = branch.inFloats
                flat.append(try Self.flat(branch, position, count: nodes.count))
                rules[position] = branch.rule
                missing[position] = branch.missingIsTrue
                features = max(features, branch.feature + 1)
            case .leaf(let votes):
                let first = targets.count
                for vote in votes {
                    guard 0..<targetCount ~= vote.target, vote.weight.isFinite else {
                        throw Self.error("leaf \(position) votes \(vote.weight) for target \(vote.target)")
                    }
                    targets.append(Int32(vote.target))
                    weights.append(vote.weight)
                }
                guard targets.count < Int32.max else { throw Self.error("there are too many votes") }
                flat.append(
                    FlatNode(feature: -1, threshold: 0, first: Int32(first), second: Int32(targets.count))
                )
            }
        }
        guard targetCount >= 1, targetCount <= max(targets.count, 1) else {
            throw Self.error("\(targets.count) votes are for \(targetCount) targets")
        }
        trees = try Self.trees(flat, roots)
        self.roots = roots.map { Int32($0) }
        self.nodes = flat
        self.rules = rules
        missingIsTrue = missing
        voteTargets = targets
        voteWeights = weights
        self.targetCount = targetCount
        featureCount = features
        isPlain = rules.allSatisfy { $0 == .lessOrEqual } && !missing.contains(true)
    }

    static func error(_ problem: String) -> OperatorError { .attribute(name: "nodes", problem: problem) }

    private static func flat(
        _ branch: Branch,
        _ position: Int,
        count: Int
    ) throws(OperatorError) -> FlatNode {
        guard 0..<count ~= branch.whenTrue, 0..<count ~= branch.whenFalse else {
            throw error("node \(position) has a child that does not exist")
        }
        guard 0..<Int(Int32.max) ~= branch.feature else {
            throw error("node \(position) asks about feature \(branch.feature)")
        }
        guard !branch.threshold.isNaN else { throw error("the threshold of node \(position) is NaN") }
        return FlatNode(
            feature: Int32(branch.feature),
            threshold: Float(branch.threshold),
            first: Int32(branch.whenTrue),
            second: Int32(branch.whenFalse)
        )
    }

    /// For each node its tree, by walks from all roots with a stack of their own.
    private static func trees(_ nodes: [FlatNode], _ roots: [Int]) throws(OperatorError) -> [Int32] {
        var trees = [Int32](repeating: -1, count: nodes.count)
        var isDone = [Bool](repeating: false, count: nodes.count)
        var stack: [Int] = []
        for (tree, root) in roots.enumerated() {
            guard nodes.indices.contains(root), trees[root] < 0 else {
                throw error("the root of tree \(tree) does not exist, or belongs to another tree")
            }
            stack.append(root)
            while let top = stack.last {
                if trees[top] >= 0 {
                    isDone[top] = true
                    stack.removeLast()
                    continue
                }
                trees[top] = Int32(tree)
                guard !nodes[top].isLeaf else { continue }
                for child in [Int(nodes[top].first), Int(nodes[top].second)] {
                    // A child that was entered but not left is one of this node's ancestors.
                    guard trees[child] < 0 || isDone[child] else {
                        throw error("node \(child) is in a cycle")
                    }
                    guard trees[child] < 0 || trees[child] == tree else {
                        throw error("node \(child) belongs to two trees")
                    }
                    if trees[child] < 0 { stack.append(child) }
                }
            }
        }
        if let lost = trees.firstIndex(of: -1) { throw error("no tree leads to node \(lost)") }
        return trees
    }
}

extension DecisionForest.Branch {
    /// The branch that sends every float, and NaN, where this one does, with a threshold that is a float.
    fileprivate var inFloats: DecisionForest.Branch {
        let nearest = Float(threshold)
        if threshold.isNaN || Double(nearest) == threshold { return self }
        let below = Double(nearest) < threshold ? nearest : nearest.nextDown
        var branch = self
        switch rule {
        case .lessOrEqual, .greater: branch.threshold = Double(below)
        case .less, .greaterOrEqual: branch.threshold = Double(below.nextUp)
        case .equal:
            // No float is equal to it.
            (branch.rule, branch.threshold) = (.less, -.infinity)
        case .notEqual:
            (branch.rule, branch.threshold, branch.missingIsTrue) = (.lessOrEqual, .infinity, true)
        }
        return branch
    }
}
