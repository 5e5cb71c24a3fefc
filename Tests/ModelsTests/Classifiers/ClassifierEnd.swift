import BulwarkModels
import BulwarkTensors
import Testing

/// A way for a classifier's graph to end, after a dense layer over `[N, 3]`.
struct ClassifierEnd: Sendable, CustomTestStringConvertible {
    /// How the decision is read from the output.
    enum Decision: Sendable {
        /// The position of the largest number of each sample.
        case largest
        /// Whether the only number of each sample is above a threshold.
        case above(Float)
    }

    let name: String
    /// The width of the dense layer.
    let width: Int
    let form: OutputForm
    let decision: Decision
    let grow: @Sendable (inout GraphBuilder, ValueID) throws -> ValueID

    init(
        _ name: String,
        width: Int = 4,
        _ form: OutputForm,
        _ decision: Decision = .largest,
        grow: @escaping @Sendable (inout GraphBuilder, ValueID) throws -> ValueID
    ) {
        self.name = name
        self.width = width
        self.form = form
        self.decision = decision
        self.grow = grow
    }

    var testDescription: String { name }

    /// The whole graph.
    var graph: Graph {
        get throws {
            var random = SeededRandom(seed: 11, stream: "ends")
            var builder = GraphBuilder()
            let input = try builder.input("x", [.batch, 3])
            let weights = try builder.parameter(
                "w",
                Tensor([3, width], generating: { _ in random.normal() })
            )
            let bias = try builder.parameter("b", Tensor([width], generating: { _ in 0.1 * random.normal() }))
            let scores = try builder.apply(Gemm(), to: [input, weights, bias])
            let output = try grow(&builder, scores)
            return builder.graph(outputs: [output])
        }
    }

    /// What the graph itself decides.
    func labels(for inputs: Tensor) throws -> [Int] {
        let output = try graph.compiledOutput(for: inputs)
        switch decision {
        case .largest:
            return output.reshaped(to: [inputs.rowCount, output.count / inputs.rowCount]).argmaxOfRows()
        case .above(let threshold): return output.elements.map { $0 > threshold ? 1 : 0 }
        }
    }

    static let all: [ClassifierEnd] = [
        ClassifierEnd("logits", .logits) { _, scores in scores },
        ClassifierEnd("logits of images of one pixel", .logits) {
            try $0.apply(Reshape(to: [.batch, 4, 1, 1]), to: [$1])
        },
        ClassifierEnd("softmax", .softmax) { try $0.apply(Softmax(), to: [$1]) },
        ClassifierEnd("softmax along axis 1 of 4 axes, then flatten", .softmax) {
            let image = try $0.apply(Reshape(to: [.batch, 4, 1, 1]), to: [$1])
            return try $0.apply(Flatten(), to: [$0.apply(Softmax(axis: 1), to: [image])])
        },
        ClassifierEnd("softmax along the last of 3 axes, then reshape", .softmax) {
            let wide = try $0.apply(Unsqueeze(axes: [1]), to: [$1])
            return try $0.apply(Reshape(to: [.batch, 4]), to: [$0.apply(Softmax(), to: [wide])])
        },
        ClassifierEnd("softmax, then squeeze twice", .softmax) {
            let image = try $0.apply(Unsqueeze(axes: [2, 3]), to: [$1])
            let softmax = try $0.apply(Softmax(axis: -3), to: [image])
            return try $0.apply(Squeeze(axes: [2]), to: [$0.apply(Squeeze(axes: [3]), to: [softmax])])
        },
        ClassifierEnd("softmax over the samples", .logits) { try $0.apply(Softmax(axis: 0), to: [$1]) },
        ClassifierEnd("softmax over halves of the classes", .logits) {
            let halves = try $0.apply(Reshape(to: [.batch, 2, 2]), to: [$1])
            return try $0.apply(Reshape(to: [.batch, 4]), to: [$0.apply(Softmax(axis: -1), to: [halves])])
        },
        ClassifierEnd("softmax across halves of the classes", .logits) {
            let halves = try $0.apply(Reshape(to: [.batch, 2, 2]), to: [$1])
            return try $0.apply(Reshape(to: [.batch, 4]), to: [$0.apply(Softmax(axis: 1), to: [halves])])
        },
        ClassifierEnd("log-softmax", .logSoftmax) { try $0.apply(LogSoftmax(), to: [$1]) },
        ClassifierEnd("log-softmax, then flatten", .logSoftmax) {
            let image = try $0.apply(Reshape(to: [.batch, 4, 1, 1]), to: [$1])
            return try $0.apply(Flatten(), to: [$0.apply(LogSoftmax(axis: 1), to: [image])])
        },
        ClassifierEnd("log-softmax over the samples", .logits) {
            try $0.apply(LogSoftmax(axis: 0), to: [$1])
        },
        ClassifierEnd("a sigmoid for each class", .sigmoids) { try $0.apply(Sigmoid(), to: [$1]) },
        ClassifierEnd("sigmoids divided by their sum", .sigmoids) {
            try $0.apply(RowNormalizer(.l1), to: [$0.apply(Sigmoid(), to: [$1])])
        },
        ClassifierEnd("sigmoids divided by their length", .logits) {
            try $0.apply(RowNormalizer(.l2), to: [$0.apply(Sigmoid(), to: [$1])])
        },
        ClassifierEnd("softmax divided by its sum", .softmax) {
            try $0.apply(LpNormalization(axis: 1, norm: .l1), to: [$0.apply(Softmax(), to: [$1])])
        },
        ClassifierEnd("scores divided by the sum of their magnitudes", .logits) {
            try $0.apply(RowNormalizer(.l1), to: [$1])
        },
        ClassifierEnd("exponentials", .exponentials) { try $0.apply(Exp(), to: [$1]) },
        ClassifierEnd("exponentials divided by their sum", .exponentials) {
            let powers = try $0.apply(Exp(), to: [$1])
            return try $0.apply(Div(), to: [powers, $0.apply(ReduceSum(axes: [1]), to: [powers])])
        },
        ClassifierEnd("exponentials divided by the sum over the samples", .logits) {
            let powers = try $0.apply(Exp(), to: [$1])
            return try $0.apply(Div(), to: [powers, $0.apply(ReduceSum(axes: [0]), to: [powers])])
        },
        ClassifierEnd("single logit", width: 1, .singleLogit, .above(0)) { _, score in score },
        ClassifierEnd("single logit of rank 1", width: 1, .singleLogit, .above(0)) {
            try $0.apply(Reshape(to: [.batch]), to: [$1])
        },
        ClassifierEnd("single sigmoid", width: 1, .singleSigmoid, .above(0.5)) {
            try $0.apply(Sigmoid(), to: [$1])
        },
        ClassifierEnd("single sigmoid, then squeeze", width: 1, .singleSigmoid, .above(0.5)) {
            try $0.apply(Squeeze(axes: [1]), to: [$0.apply(Sigmoid(), to: [$1])])
        },
        ClassifierEnd("squeeze, then single sigmoid", width: 1, .singleSigmoid, .above(0.5)) {
            try $0.apply(Sigmoid(), to: [$0.apply(Squeeze(axes: [1]), to: [$1])])
        },
        ClassifierEnd("pair of 1 - p and p", width: 1, .binaryPair) { try pair(&$0, $1, axis: 1) },
        ClassifierEnd("pair of 1 - p and p in images of one pixel", width: 1, .binaryPair) {
            let image = try $0.apply(Unsqueeze(axes: [2, 3]), to: [$1])
            return try $0.apply(Flatten(), to: [pair(&$0, image, axis: 1)])
        },
        ClassifierEnd("pair of p and 1 - p", width: 1, .logits) {
            try pair(&$0, $1, axis: 1, isTurned: true)
        },
        ClassifierEnd("three pairs of 1 - p and p", width: 3, .logits) { try pair(&$0, $1, axis: 1) },
        ClassifierEnd("pair of 0.8 - p and p", width: 1, .logits) { try pair(&$0, $1, axis: 1, one: 0.8) },
    ]

    /// `Concat(1 − σ(z), σ(z))`.
    static func pair(
        _ builder: inout GraphBuilder,
        _ score: ValueID,
        axis: Int,
        isTurned: Bool = false,
        one: Float = 1
    ) throws -> ValueID {
        let probability = try builder.apply(Sigmoid(), to: [score])
        let one = try builder.parameter("one", Tensor([1], [one]))
        let rest = try builder.apply(Sub(), to: [one, probability])
        return try builder.apply(
            Concat(axis: axis),
            to: isTurned ? [probability, rest] : [rest, probability]
        )
    }
}

extension Graph {
    /// The first output for a batch, by the reference backend in one block.
    func compiledOutput(for inputs: Tensor) throws -> Tensor {
        let executable = try ReferenceBackend().compile(self, batchSize: inputs.rowCount, differentiating: [])
        return try #require(executable.forward([inputs]).first)
    }
}

/// Numbers from the standard normal distribution.
func normals(_ shape: Shape, seed: UInt64) -> Tensor {
    var random = SeededRandom(seed: seed, stream: "normals")
    return Tensor(shape, generating: { _ in random.normal() })
}
