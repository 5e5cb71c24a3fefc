import BulwarkTensors

/// Recognises how a classifier's graph ends and grows it into logits.
///
/// Gradients through a saturated softmax or sigmoid vanish, so attacks would misjudge the model; what goes
/// into it ranks the classes the same way.
struct ClassifierTail {
    private(set) var builder: GraphBuilder
    let form: OutputForm
    /// Whether the output is one score of two classes.
    let isSingle: Bool
    /// The value with the scores before a final softmax or sigmoid.
    private let source: ValueID
    /// Operators between `source` and the output that only change the shape.
    private let reshaping: [any Operator]

    init(_ graph: Graph, _ output: ValueID) {
        builder = GraphBuilder(extending: graph)
        let (end, reshaping) = Self.skippingShapes(graph, output)
        let width = graph[output].shape.dimensions.dropFirst().reduce(Dimension?(1)) { product, next in
            product?.multiplied(by: next)
        }
        let found = Self.recognise(graph, end, width)
        form = found.form
        source = found.source
        isSingle = found.isSingle
        self.reshaping = found.keepsShapes ? reshaping : []
    }

    /// A way that scores end.
    private struct Ending {
        let form: OutputForm
        let source: ValueID
        var isSingle = false
        /// Whether what changed the shape behind the end belongs behind the source, too.
        var keepsShapes = true
    }

    private static func recognise(_ graph: Graph, _ end: ValueID, _ width: Dimension?) -> Ending {
        let isSingle = width?.fixed == 1
        let plain = Ending(form: isSingle ? .singleLogit : .logits, source: end, isSingle: isSingle)
        guard let node = graph.definition(of: end), let input = node.inputs.first else { return plain }
        if isSingle {
            guard node.operation is Sigmoid else { return plain }
            return Ending(form: .singleSigmoid, source: input, isSingle: true)
        }
        // An operator over anything but the scores of one sample decides otherwise than what goes into it.
        func covers(_ axis: Int) -> Bool { Self.covers(axis, of: graph[end].shape, width) }
        if case let softmax as LogSoftmax = node.operation, covers(softmax.axis) {
            return Ending(form: .logSoftmax, source: end)
        }
        if width?.fixed == 2, let logit = binaryPair(graph, node) {
            return Ending(form: .binaryPair, source: logit, isSingle: true, keepsShapes: false)
        }
        return positive(graph, node, covers)
            ?? numerator(graph, node, covers).flatMap { value in
                graph.definition(of: value).flatMap { positive(graph, $0, covers) }
            } ?? plain
    }

    /// The source of scores that are positive whatever it is; dividing a row of them by their sum changes
    /// nothing for what goes into them.
    private static func positive(_ graph: Graph, _ node: Graph.Node, _ covers: (Int) -> Bool) -> Ending? {
        guard let input = node.inputs.first else { return nil }
        switch node.operation {
        case let softmax as Softmax where covers(softmax.axis): return Ending(form: .softmax, source: input)
        case is Sigmoid: return Ending(form: .sigmoids, source: input)
        case is Exp: return Ending(form: .exponentials, source: input)
        default: return nil
        }
    }

    /// What a node divides by its sum over the scores of a sample, if that is what the node does.
    private static func numerator(_ graph: Graph, _ node: Graph.Node, _ covers: (Int) -> Bool) -> ValueID? {
        switch node.operation {
        case let normalizer as RowNormalizer where normalizer.length == .l1 && covers(-1):
            return node.inputs[0]
        case let normalization as LpNormalization
        where normalization.norm == .l1 && covers(normalization.axis):
            return node.inputs[0]
        case is Div:
            guard let sum = graph.definition(of: node.inputs[1]), let reduction = sum.operation as? ReduceSum,
                sum.inputs[0] == node.inputs[0], reduction.keepsAxes, reduction.axes.count == 1,
                covers(reduction.axes[0])
            else { return nil }
            return node.inputs[0]
        default: return nil
        }
    }

    /// Appends what turns the source into logits `[N, K]`; a single logit z becomes the pair −z/2, z/2, and a
    /// sigmoid's input the logarithm of the sigmoid.
    mutating func logits() throws -> ValueID {
        var value = source
        if form == .sigmoids {
            // log σ(z) = −log(1 + exp(−z)).
            let opposite = try builder.apply(Neg(), to: [value])
            value = try builder.apply(Neg(), to: [builder.apply(Softplus(), to: [opposite])])
        }
        for operation in reshaping { value = try builder.apply(operation, to: [value]) }
        if builder.shape(of: value).rank != 2 {
            let first = builder.shape(of: value).dimensions.first ?? 1
            guard let count = builder.shape(of: value).count?.divided(by: first) else { return value }
            value = try builder.apply(Reshape(to: [first, count]), to: [value])
        }
        guard isSingle else { return value }
        let weights = try builder.parameter("bulwark.single_logit", Tensor([1, 2], [-0.5, 0.5]))
        return try builder.apply(MatMul(), to: [value, weights])
    }

    /// Whether an axis runs through `width` neighbouring elements: all scores of one sample and no others.
    private static func covers(_ axis: Int, of shape: SymbolicShape, _ width: Dimension?) -> Bool {
        let position = axis < 0 ? axis + shape.rank : axis
        return shape[position] == width
            && shape.dimensions[(position + 1)...].allSatisfy { $0.fixed == 1 }
    }

    /// Walks back over operators that only change the shape; returns them in the order they run.
    private static func skippingShapes(_ graph: Graph, _ output: ValueID) -> (ValueID, [any Operator]) {
        var value = output
        var skipped: [any Operator] = []
        while let node = graph.definition(of: value), let input = node.inputs.first {
            guard
                node.operation is Reshape || node.operation is Flatten || node.operation is Squeeze
                    || node.operation is Unsqueeze
            else { break }
            skipped.append(node.operation)
            value = input
        }
        return (value, skipped.reversed())
    }

    /// The logit z behind `Concat(1 − σ(z), σ(z))`, as scikit-learn's converter writes binary classifiers.
    private static func binaryPair(_ graph: Graph, _ node: Graph.Node) -> ValueID? {
        guard node.operation is Concat, node.inputs.count == 2,
            let difference = graph.definition(of: node.inputs[0]), difference.operation is Sub,
            difference.inputs.count == 2, let one = graph.parameters[difference.inputs[0]],
            one.elements.allSatisfy({ $0 == 1 }), difference.inputs[1] == node.inputs[1]
        else { return nil }
        let (end, _) = skippingShapes(graph, node.inputs[1])
        guard let sigmoid = graph.definition(of: end), sigmoid.operation is Sigmoid else { return nil }
        return sigmoid.inputs.first
    }
}
