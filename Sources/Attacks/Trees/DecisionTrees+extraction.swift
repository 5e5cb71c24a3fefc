import BulwarkModels
import BulwarkTensors

extension DecisionTrees {
    /// The trees of a classifier.
    ///
    /// Understood are features that are picked, moved, stretched or limited one by one before they reach trees,
    /// as scalers do; weighted sums of the votes of trees, and functions of each score behind them that keep
    /// their order. What `post_transform` says in a file is mostly gone from a `ClassifierGraph`: `SOFTMAX` and
    /// a `LOGISTIC` at the end keep the order of scores, the latter as the logarithm of the sigmoid. Two
    /// transforms do not: `SOFTMAX_ZERO` puts a score of zero below negative ones, and `PROBIT` is not defined
    /// outside 0 to 1. Both are refused, as is everything else that is not known to keep the order.
    ///
    /// - Parameter model: A classifier whose scores come from trees.
    /// - Throws: `TreeError`, which names the node.
    public init(_ model: ClassifierGraph) throws(TreeError) {
        guard model.inputShape.rank == 1 else { throw .inputShape(model.inputShape) }
        var reader = TreeReader(model.graph)
        let form = try reader.scores()
        self.init(
            form.builder(),
            classCount: form.width,
            featureCount: model.inputShape.count,
            base: form.base,
            form.blur
        )
    }
}

/// Follows a graph from its input to its scores.
private struct TreeReader {
    private let graph: Graph
    private var meanings: [ValueID: TreeMeaning] = [:]

    init(_ graph: Graph) {
        self.graph = graph
        for input in graph.inputs {
            let width = graph[input].shape.dimensions.last?.fixed ?? 0
            meanings[input] = .columns((0..<width).map { TreeColumn($0) })
        }
    }

    mutating func scores() throws(TreeError) -> TreeScoreForm {
        guard graph.nodes.contains(where: { $0.operation is TreeEnsemble }) else { throw .noTrees }
        for node in graph.nodes { meanings[node.output] = try meaning(of: node) }
        guard let output = graph.outputs.first, case .scores(let form)? = meanings[output] else {
            throw .noTrees
        }
        return form
    }

    private func meaning(of node: Graph.Node) throws(TreeError) -> TreeMeaning {
        let known = node.inputs.compactMap { meanings[$0] }
        guard let first = known.first else { throw unsupported(node) }
        switch first {
        case .columns(let columns): return try fromColumns(columns, node)
        case .scores(let form):
            guard known.count == 1, let position = node.inputs.firstIndex(where: { meanings[$0] != nil })
            else {
                return .scores(try combined(known, node))
            }
            return .scores(try changed(form, at: position, node))
        }
    }

    private func unsupported(_ node: Graph.Node) -> TreeError {
        .unsupportedOperator(node: node.name, type: node.operation.name)
    }

    // MARK: Features

    private func fromColumns(_ columns: [TreeColumn], _ node: Graph.Node) throws(TreeError) -> TreeMeaning {
        switch node.operation {
        case let trees as TreeEnsemble:
            if trees.forest.treeCount > 1, trees.aggregate == .minimum || trees.aggregate == .maximum {
                throw .aggregate(node: node.name, name: trees.aggregate.rawValue)
            }
            return .scores(TreeScoreForm(trees.forest, trees.aggregate, columns: columns))
        case let concat as Concat where concat.axis == 1 || concat.axis == -1:
            var all: [TreeColumn] = []
            for input in node.inputs {
                guard case .columns(let part)? = meanings[input] else { throw unsupported(node) }
                all += part
            }
            return .columns(all)
        default:
            let others = node.inputs.filter { meanings[$0] == nil }
            let constants = others.compactMap { graph.parameters[$0] }
            guard let position = node.inputs.firstIndex(where: { meanings[$0] != nil }),
                constants.count == others.count, others.count == node.inputs.count - 1,
                let changed = columns.after(node.operation, at: position, constants: constants)
            else { throw .changedFeatures(node: node.name, type: node.operation.name) }
            return .columns(changed)
        }
    }

    // MARK: Scores

    /// The sum or the difference of the scores of two forests.
    private func combined(_ known: [TreeMeaning], _ node: Graph.Node) throws(TreeError) -> TreeScoreForm {
        guard known.count == 2, case .scores(var left) = known[0], case .scores(var right) = known[1],
            left.width == right.width, !left.isRanked, !right.isRanked
        else { throw unsupported(node) }
        if node.operation is Sub {
            let opposite = [Double](repeating: -1, count: right.width)
            right.scale(opposite, base: Array(repeating: 0, count: right.width))
        } else if !(node.operation is Add) {
            throw unsupported(node)
        }
        left.parts += right.parts
        left.base = zip(left.base, right.base).map { $0 + $1 }
        left.blur = left.blur.after(.arithmetic)
        return left
    }

    /// Scores behind an operator that has no other input but constants.
    private func changed(
        _ form: TreeScoreForm,
        at position: Int,
        _ node: Graph.Node
    ) throws(TreeError) -> TreeScoreForm {
        var form = form
        if try form.apply(node) { return form }
        let zeros = [Double](repeating: 0, count: form.width)
        switch node.operation {
        case is Neg: form.scale(zeros.map { _ in -1 }, base: zeros)
        case let gather as Gather where gather.axis == 1 || gather.axis == -1:
            form.mix(
                gather.indices.map { index in
                    zeros.indices.map { $0 == (index < 0 ? index + form.width : index) ? 1 : 0 }
                },
                base: gather.indices.map { _ in 0 }
            )
        case let cast as Cast where cast.target == .float32 || cast.target == .float64: break
        case is Reshape, is Flatten:
            guard graph[node.output].shape == graph[node.inputs[position]].shape else {
                throw unsupported(node)
            }
        default:
            let others = node.inputs.filter { meanings[$0] == nil }
            let constants = others.compactMap { graph.parameters[$0] }
            guard !form.isRanked, constants.count == others.count else { throw unsupported(node) }
            try form.compute(node, constants: constants, at: position, unsupported(node))
        }
        return form
    }
}
