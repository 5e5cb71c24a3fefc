/// Trees as `TreeEnsemble` of `ai.onnx.ml` 5 lists them: branches, and leaves in lists of their own.
extension TreeEnsemble {
    /// `TreeEnsemble`.
    static func lower(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        let count = try node.int("n_targets") ?? 1
        let forest = try SplitLists(node).forest(targetCount: count)
        let code = try node.int("aggregate_function") ?? 1
        let aggregates: [DecisionForest.Aggregate] = [.average, .sum, .minimum, .maximum]
        guard aggregates.indices.contains(code) else {
            throw node.error("attribute aggregate_function is \(code)")
        }
        let transforms: [PostTransform] = [.none, .softmax, .logistic, .softmaxZero, .probit]
        let transform = try node.int("post_transform") ?? 0
        guard transforms.indices.contains(transform) else {
            throw node.error("attribute post_transform is \(transform)")
        }
        let ensemble = TreeEnsemble(forest, aggregate: aggregates[code])
        return [try ensemble.scores([], transforms[transform], node, into: &lowering)]
    }
}

/// The lists of a `TreeEnsemble` node.
private struct SplitLists {
    private let node: ONNXNode
    private let features: [Int]
    private let thresholds: [Double]
    private let modes: [Int]
    private let tracks: [Int]
    private let whenTrue: (nodes: [Int], areLeaves: [Int])
    private let whenFalse: (nodes: [Int], areLeaves: [Int])
    private let roots: [Int]
    private let leafTargets: [Int]
    private let leafWeights: [Double]
    /// For each branch of the set membership kind, in order, the members.
    private let members: [[Double]]

    private static let rules: [DecisionForest.Rule] = [
        .lessOrEqual, .less, .greaterOrEqual, .greater, .equal, .notEqual,
    ]
    /// The mode of a test of membership in a set.
    private static let membership = 6

    init(_ node: ONNXNode) throws(ONNXError) {
        self.node = node
        features = try node.ints("nodes_featureids") ?? []
        thresholds = try node.numbers(tensor: "nodes_splits") ?? []
        guard case .integers(let codes)? = try node.constant("nodes_modes"), let modes = codes.fixed else {
            throw node.error("attribute nodes_modes is missing")
        }
        self.modes = modes
        tracks = try node.ints("nodes_missing_value_tracks_true") ?? []
        whenTrue = (try node.ints("nodes_truenodeids") ?? [], try node.ints("nodes_trueleafs") ?? [])
        whenFalse = (try node.ints("nodes_falsenodeids") ?? [], try node.ints("nodes_falseleafs") ?? [])
        roots = try node.ints("tree_roots") ?? []
        leafTargets = try node.ints("leaf_targetids") ?? []
        leafWeights = try node.numbers(tensor: "leaf_weights") ?? []
        let sets = try node.numbers(tensor: "membership_values") ?? []
        members = sets.split(omittingEmptySubsequences: false) { $0.isNaN }.map { Array($0) }.filter {
            !$0.isEmpty
        }
        let lengths = [
            thresholds.count, modes.count, whenTrue.nodes.count, whenTrue.areLeaves.count,
            whenFalse.nodes.count, whenFalse.areLeaves.count,
        ]
        guard !features.isEmpty, lengths.allSatisfy({ $0 == features.count }),
            tracks.isEmpty || tracks.count == features.count, leafTargets.count == leafWeights.count,
            modes.count(where: { $0 == Self.membership }) == members.count
        else { throw node.error("its lists are empty or do not fit together") }
    }

    /// Branches first, each leaf after them, and at the end the further questions of tests of membership.
    func forest(targetCount: Int) throws(ONNXError) -> DecisionForest {
        var branches: [DecisionForest.Node] = []
        var questions: [DecisionForest.Node] = []
        let leaves = zip(leafTargets, leafWeights).map { target, weight in
            DecisionForest.Node.leaf([.init(target: target, weight: Float(weight))])
        }
        var sets = members[...]
        for position in features.indices {
            var branch = DecisionForest.Branch(
                feature: features[position],
                threshold: thresholds[position],
                missingIsTrue: tracks.isEmpty ? false : tracks[position] != 0,
                whenTrue: try child(whenTrue.nodes[position], whenTrue.areLeaves[position]),
                whenFalse: try child(whenFalse.nodes[position], whenFalse.areLeaves[position])
            )
            if Self.rules.indices.contains(modes[position]) {
                branch.rule = Self.rules[modes[position]]
                branches.append(.branch(branch))
                continue
            }
            guard modes[position] == Self.membership, let set = sets.popFirst() else {
                throw node.error("a node has the mode \(modes[position])")
            }
            // "Is it one of these?" is asked as "is it this one?" of each in turn.
            branch.rule = .equal
            var chain = set.map { member in
                var question = branch
                question.threshold = member
                return question
            }
            let first = features.count + leaves.count + questions.count
            for index in chain.indices.dropLast() { chain[index].whenFalse = first + index }
            branches.append(.branch(chain[0]))
            questions += chain.dropFirst().map { .branch($0) }
        }
        guard roots.allSatisfy(features.indices.contains) else { throw node.error("a root does not exist") }
        return try node.checked { () throws(OperatorError) in
            try DecisionForest(
                nodes: branches + leaves + questions,
                roots: roots,
                targetCount: targetCount
            )
        }
    }

    private func child(_ index: Int, _ isLeaf: Int) throws(ONNXError) -> Int {
        let range = isLeaf == 0 ? features.indices : leafTargets.indices
        guard range.contains(index) else { throw node.error("a node has a child that does not exist") }
        return isLeaf == 0 ? index : features.count + index
    }
}
