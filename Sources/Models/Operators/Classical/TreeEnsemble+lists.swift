import BulwarkTensors

/// Trees as `TreeEnsembleRegressor` and `TreeEnsembleClassifier` list them: a row of each list a node.
struct TreeLists {
    /// The positions of nodes by tree and number.
    private let positions: [Key: Int]
    private var nodes: [DecisionForest.Node]
    private let roots: [Int]
    private let node: ONNXNode

    private struct Key: Hashable {
        let tree: Int
        let number: Int
    }

    /// - Throws: `ONNXError` if the lists are not equally long or name a node twice.
    init(_ node: ONNXNode) throws(ONNXError) {
        self.node = node
        let trees = try node.ints("nodes_treeids") ?? []
        let numbers = try node.ints("nodes_nodeids") ?? []
        let modes = try node.strings("nodes_modes") ?? []
        let columns = (
            features: try node.ints("nodes_featureids") ?? [],
            values: try node.numbers("nodes_values") ?? [],
            whenTrue: try node.ints("nodes_truenodeids") ?? [],
            whenFalse: try node.ints("nodes_falsenodeids") ?? []
        )
        let tracks = try node.ints("nodes_missing_value_tracks_true") ?? []
        let lengths = [
            numbers.count, modes.count, columns.features.count, columns.values.count, columns.whenTrue.count,
            columns.whenFalse.count,
        ]
        guard !trees.isEmpty, lengths.allSatisfy({ $0 == trees.count }),
            tracks.isEmpty || tracks.count == trees.count
        else { throw node.error("its lists of nodes are empty or not equally long") }

        var positions: [Key: Int] = [:]
        positions.reserveCapacity(trees.count)
        var roots: [Int] = []
        var seen: Set<Int> = []
        for position in trees.indices {
            let key = Key(tree: trees[position], number: numbers[position])
            guard positions.updateValue(position, forKey: key) == nil else {
                throw node.error("tree \(key.tree) has two nodes \(key.number)")
            }
            // The first node in the list is the root of its tree.
            if seen.insert(key.tree).inserted { roots.append(position) }
        }
        var nodes: [DecisionForest.Node] = []
        nodes.reserveCapacity(trees.count)
        for position in trees.indices {
            if modes[position] == "LEAF" {
                nodes.append(.leaf([]))
                continue
            }
            func child(_ number: Int) throws(ONNXError) -> Int {
                guard let found = positions[Key(tree: trees[position], number: number)] else {
                    throw node.error("tree \(trees[position]) has no node \(number), which is a child of one")
                }
                return found
            }
            guard let rule = DecisionForest.Rule(name: modes[position]) else {
                throw node.error("a node has the mode '\(modes[position])'")
            }
            let branch = DecisionForest.Branch(
                feature: columns.features[position],
                rule: rule,
                threshold: columns.values[position],
                missingIsTrue: tracks.isEmpty ? false : tracks[position] != 0,
                whenTrue: try child(columns.whenTrue[position]),
                whenFalse: try child(columns.whenFalse[position])
            )
            nodes.append(.branch(branch))
        }
        self.positions = positions
        self.nodes = nodes
        self.roots = roots
    }

    /// The forest with the votes that the lists beginning with `prefix` give to leaves.
    ///
    /// - Parameters:
    ///   - prefix: `class` or `target`.
    ///   - targetCount: The number of targets.
    ///   - target: The target of the forest for one in the lists; the same if left out.
    /// - Returns: The forest, checked.
    /// - Throws: `ONNXError` if the lists are not equally long or name something that does not exist.
    func forest(
        votes prefix: String,
        targetCount: Int,
        target: (Int) -> Int = { $0 }
    ) throws(ONNXError) -> DecisionForest {
        let trees = try node.ints("\(prefix)_treeids") ?? []
        let numbers = try node.ints("\(prefix)_nodeids") ?? []
        let targets = try node.ints("\(prefix)_ids") ?? []
        let weights = try node.numbers("\(prefix)_weights") ?? []
        guard numbers.count == trees.count, targets.count == trees.count, weights.count == trees.count else {
            throw node.error("its lists of votes are not equally long")
        }
        var votes: [Int: [DecisionForest.Vote]] = [:]
        for row in trees.indices {
            guard let position = positions[Key(tree: trees[row], number: numbers[row])],
                case .leaf = nodes[position]
            else {
                throw node.error("node \(numbers[row]) of tree \(trees[row]) votes but is no leaf")
            }
            let weight = Float(weights[row])
            votes[position, default: []].append(.init(target: target(targets[row]), weight: weight))
        }
        var voting = nodes
        for (position, list) in votes { voting[position] = .leaf(list) }
        return try node.checked { () throws(OperatorError) in
            try DecisionForest(nodes: voting, roots: roots, targetCount: targetCount)
        }
    }
}

extension TreeEnsemble {
    /// `TreeEnsembleRegressor`.
    static func lowerRegressor(
        _ node: ONNXNode,
        into lowering: inout ONNXLowering
    ) throws -> [ImportedValue] {
        let count = try node.int("n_targets") ?? 1
        let forest = try TreeLists(node).forest(votes: "target", targetCount: count)
        let name = try node.string("aggregate_function") ?? DecisionForest.Aggregate.sum.rawValue
        guard let aggregate = DecisionForest.Aggregate(rawValue: name) else {
            throw node.error("attribute aggregate_function is '\(name)'")
        }
        let base = try node.baseValues(count: count)
        if count > 1, base.contains(where: { $0 != 0 }) {
            guard (0..<count).allSatisfy(forest.alwaysVotes) else {
                // ONNX Runtime leaves the base value out where no leaf votes.
                throw node.error("has base values for targets that not every sample gets votes for")
            }
        }
        let transform = try node.postTransform()
        let ensemble = TreeEnsemble(forest, aggregate: aggregate)
        return [try ensemble.scores(base, transform, node, into: &lowering)]
    }

    /// The scores of the node's first input, with base values and the last step.
    func scores(
        _ base: [Float],
        _ transform: PostTransform,
        _ node: ONNXNode,
        into lowering: inout ONNXLowering
    ) throws -> ImportedValue {
        var name = node
        if !base.isEmpty || transform != .none { name = node.step("votes") }
        var scores = try lowering.emit(self, name, inputs: [0])
        if !base.isEmpty {
            let arguments = [
                (scores, name: "\(node.name).votes"),
                (.constant(Tensor([base.count], base)), name: "\(node.name).base_values"),
            ]
            let step = transform == .none ? node : node.step("scores")
            scores = try lowering.emit(Add(), step, arguments: arguments)
        }
        return try transform.applied(to: scores, columns: forest.targetCount, node, into: &lowering)
    }
}

extension ONNXNode {
    /// The finite numbers that are added to scores: one each, or none.
    func baseValues(count: Int) throws(ONNXError) -> [Float] {
        let values = try numbers("base_values")?.map { Float($0) } ?? []
        guard values.isEmpty || values.count == count, values.allSatisfy(\.isFinite) else {
            throw error("has \(values.count) base values for \(count) scores, or one that is not finite")
        }
        return values
    }
}
