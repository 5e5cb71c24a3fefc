import BulwarkTensors

/// The scores that decision trees give to targets (`TreeEnsembleRegressor`, `TreeEnsemble` and the trees of
/// `TreeEnsembleClassifier` in `ai.onnx.ml`).
///
/// Scores move in steps: the gradient is zero wherever there is one.
public struct TreeEnsemble: Operator {
    /// The trees.
    public let forest: DecisionForest
    /// How votes become scores.
    public let aggregate: DecisionForest.Aggregate

    /// Trees with a way to make scores of their votes.
    public init(_ forest: DecisionForest, aggregate: DecisionForest.Aggregate = .sum) {
        self.forest = forest
        self.aggregate = aggregate
    }

    /// `.piecewiseConstant`.
    public var sensitivity: Sensitivity { .piecewiseConstant }

    /// Samples `[N, features]` give scores `[N, targets]`.
    public func outputShape(for inputs: [SymbolicShape]) throws(OperatorError) -> SymbolicShape {
        try inputs.expectCount(1...1)
        guard inputs[0].rank == 2, let width = inputs[0][1].fixed else {
            throw .shapes("the samples are no rows of features", inputs)
        }
        guard width >= forest.featureCount, width > 0 else {
            throw .shapes("the trees ask about \(forest.featureCount) features", inputs)
        }
        return [inputs[0][0], Dimension(constant: forest.targetCount)]
    }

    /// The aggregated votes.
    public func value(of inputs: [Tensor], shape: Shape) -> Tensor {
        let scores = forest.scores(inputs[0].elements, width: inputs[0].shape[1], aggregate)
        return Tensor(shape, generating: { Float(scores[$0]) })
    }

    /// Zero.
    public func vjp(_ cotangent: Tensor, inputs: [Tensor], output: Tensor, needed: [Bool]) -> [Tensor?] {
        [needed[0] ? Tensor(inputs[0].shape) : nil]
    }

    /// `TreeEnsembleRegressor` of `ai.onnx.ml`, version 3.
    public var onnx: ONNXForm {
        // The first node of a tree in the list is its root.
        let order = forest.nodes.indices.sorted { left, right in
            let (first, second) = (forest.trees[left], forest.trees[right])
            if first != second { return first < second }
            let root = Int(forest.roots[Int(first)])
            return left == root || right == root ? left == root && right != root : left < right
        }
        let nodes = order.map { forest.nodes[$0] }
        var targets: [(tree: Int, node: Int, target: Int, weight: Float)] = []
        for position in order where forest.nodes[position].isLeaf {
            for vote in Int(forest.nodes[position].first)..<Int(forest.nodes[position].second) {
                let target = Int(forest.voteTargets[vote])
                targets.append((Int(forest.trees[position]), position, target, forest.voteWeights[vote]))
            }
        }
        let attributes: [String: ONNXForm.Attribute] = [
            "n_targets": .int(forest.targetCount), "aggregate_function": .string(aggregate.rawValue),
            "nodes_treeids": .ints(order.map { Int(forest.trees[$0]) }), "nodes_nodeids": .ints(order),
            "nodes_featureids": .ints(nodes.map { max(Int($0.feature), 0) }),
            "nodes_modes": .strings(order.map { forest.nodes[$0].isLeaf ? "LEAF" : forest.rules[$0].name }),
            "nodes_values": .floats(nodes.map { $0.isLeaf ? 0 : $0.threshold }),
            "nodes_truenodeids": .ints(nodes.map { $0.isLeaf ? 0 : Int($0.first) }),
            "nodes_falsenodeids": .ints(nodes.map { $0.isLeaf ? 0 : Int($0.second) }),
            "nodes_missing_value_tracks_true": .ints(order.map { forest.missingIsTrue[$0] ? 1 : 0 }),
            "target_treeids": .ints(targets.map(\.tree)), "target_nodeids": .ints(targets.map(\.node)),
            "target_ids": .ints(targets.map(\.target)), "target_weights": .floats(targets.map(\.weight)),
        ]
        return .classical("TreeEnsembleRegressor", attributes)
    }
}

extension DecisionForest.Rule {
    /// The rule as `nodes_modes` writes it.
    var name: String {
        switch self {
        case .lessOrEqual: "BRANCH_LEQ"
        case .less: "BRANCH_LT"
        case .greaterOrEqual: "BRANCH_GTE"
        case .greater: "BRANCH_GT"
        case .equal: "BRANCH_EQ"
        case .notEqual: "BRANCH_NEQ"
        }
    }

    init?(name: String) {
        guard let rule = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = rule
    }
}

extension TreeEnsemble: HeavyOperator {
    func stepsPerElement(_ inputs: [Tensor]) -> Int { forest.nodeCount }
}
