import BulwarkTensors

/// Which layers of a graph a rectifier follows: that decides how large their first weights are.
struct FollowingActivations {
    private static let rectifiers: Set<String> = [
        "Celu", "Clip", "Elu", "Erf", "Gelu", "HardSwish", "LeakyRelu", "Mish", "PRelu", "Relu", "Selu",
        "Softplus", "Swish", "ThresholdedRelu",
    ]
    /// Functions of other kinds, and the next layers.
    private static let others: Set<String> = [
        "Conv", "ConvTranspose", "Gemm", "HardSigmoid", "LogSoftmax", "MatMul", "Sigmoid", "Softmax",
        "Softsign", "Tanh",
    ]

    private let readers: [ValueID: [Graph.Node]]

    init(_ graph: Graph) {
        var readers: [ValueID: [Graph.Node]] = [:]
        for node in graph.nodes { for input in Set(node.inputs) { readers[input, default: []].append(node) } }
        self.readers = readers
    }

    /// Whether the nearest function behind a layer, past sums, normalisations, pooling and changes of shape,
    /// is a rectifier.
    func isRectified(_ layer: Graph.Node) -> Bool {
        var (edge, seen) = ([layer.output], Set([layer.output]))
        while !edge.isEmpty {
            let next = edge.flatMap { readers[$0] ?? [] }
            if next.contains(where: { Self.rectifiers.contains($0.operation.name) }) { return true }
            if next.contains(where: { Self.others.contains($0.operation.name) }) { return false }
            edge = next.map(\.output).filter { seen.insert($0).inserted }
        }
        return false
    }
}
