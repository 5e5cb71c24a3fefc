import BulwarkTensors

/// Recognises how a classifier's graph ends and grows it into logits.
///
/// Gradients through a saturated softmax or sigmoid vanish, so attacks would misjudge the model; what goes
/// into it ranks the classes the same way.
struct ClassifierTail {
    private(set) var builder: GraphBuilder
    let form: OutputForm
    /// The value with the scores before a final softmax or sigmoid.
    private let source: ValueID
    /// Operators between `source` and the output that only change the shape.
    private let reshaping: [any Operator]
    private let isSingle: Bool

    init(_ graph: Graph, _ output: ValueID) {
        let builder = GraphBuilder(extending: graph)
        let (end, reshaping) = Self.skippingShapes(graph, output)
        let width = graph[output].shape.dimensions.dropFirst().reduce(Dimension?(1)) { product, next in
            product?.multiplied(by: next)
        }
        let isSingle = width?.fixed == 1
        if let node = graph.definition(of: end), let input = node.inputs.first {
            // A softmax over anything but the scores of one sample decides otherwise than what goes into it.
            func covers(_ axis: Int) -> Bool { !isSingle && Self.covers(axis, of: graph[end].shape, width) }
            switch node.operation {
            case let softmax as Softmax where covers(softmax.axis):
                self.init(builder, .softmax, input, reshaping, isSingle)
            case let softmax as LogSoftmax where covers(softmax.axis):
                self.init(builder, .logSoftmax, end, reshaping, isSingle)
            case is Sigmoid where isSingle: self.init(builder, .singleSigmoid, input, reshaping, isSingle)
            default:
                if width?.fixed == 2, let logit = Self.binaryPair(graph, node) {
                    self.init(builder, .binaryPair, logit, [], true)
                } else {
                    self.init(builder, isSingle ? .singleLogit : .logits, end, reshaping, isSingle)
                }
            }
        } else {
            self.init(builder, isSingle ? .singleLogit : .logits, end, reshaping, isSingle)
        }
    }

    private init(
        _ builder: GraphBuilder,
        _ form: OutputForm,
        _ source: ValueID,
        _ reshaping: [any Operator],
        _ isSingle: Bool
    ) {
        self.builder = builder
        self.form = form
        self.source = source
        self.reshaping = reshaping
        self.isSingle = isSingle
    }

    /// Appends what turns the source into logits `[N, K]`; a single logit z becomes the pair −z/2, z/2.
    mutating func logits() throws -> ValueID {
        var value = source
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
