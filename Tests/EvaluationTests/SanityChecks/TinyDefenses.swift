import BulwarkAttacks
import BulwarkEvaluation
import BulwarkModels
import BulwarkTensors
import Synchronization
import TestSupport

/// Four heaps of points in a box, and small networks that tell them apart: what defenses in miniature are made
/// of.
///
/// `bulwark-calibration`, in the package of benchmarks, has the same defenses in full.
struct Heaps {
    static let size = 8
    static let classCount = 4
    let inputs: Tensor
    let labels: [Int]

    init(count: Int = 240) {
        var random = SeededRandom(seed: 5, stream: "heaps")
        let centers = (0..<Self.classCount).map { _ in (0..<Self.size).map { _ in random.uniform(0.25, 0.75) }
        }
        let labels = (0..<count).map { $0 % Self.classCount }
        let points = labels.flatMap { label in centers[label].map { $0 + 0.08 * random.normal() } }
        self.labels = labels
        inputs = Tensor([count, Self.size], points.map { min(max($0, 0), 1) })
    }

    var samples: AssessmentSamples {
        let rows = Array(0..<16)
        return AssessmentSamples(
            inputs: inputs.gatheringRows(rows),
            labels: rows.map { labels[$0] },
            indices: rows,
            reference: nil
        )
    }

    /// A network of one hidden layer, fitted: from the input to what the hidden layer reads, from its values to
    /// what the last layer reads, and from its scores to those that training sees.
    func network(
        hidden: Int = 24,
        epochs: Int = 30,
        activation: (inout GraphBuilder, ValueID) throws -> ValueID = { try $0.apply(Relu(), to: [$1]) },
        trainedThrough tail: (inout GraphBuilder, ValueID) throws -> ValueID = { $1 }
    ) throws -> Graph {
        var builder = GraphBuilder()
        var random = SeededRandom(seed: 6, stream: "weights")
        func dense(_ value: ValueID, _ width: Int) throws -> ValueID {
            let inputs = builder.shape(of: value)[1].constant
            let deviation = (2 / Float(inputs)).squareRoot()
            let drawn = Tensor([width, inputs], generating: { _ in deviation * random.normal() })
            let weights = try builder.parameter("weights", drawn, isTrainable: true)
            let bias = try builder.parameter("bias", Tensor([width]), isTrainable: true)
            return try builder.apply(Gemm(transposesRight: true), to: [value, weights, bias])
        }
        var value = try builder.input("x", [.batch, Dimension(constant: Self.size)])
        if hidden > 0 {
            value = try dense(value, hidden)
            value = try activation(&builder, value)
        }
        let scores = try dense(value, Self.classCount)
        let plain = builder.graph(outputs: [scores])
        let seen = try tail(&builder, scores)
        let fitted = try Trainer(optimizer: .adam(learningRate: 0.02), epochs: epochs, batchSize: 24, seed: 7)
            .train(
                builder.graph(outputs: [seen]),
                inputs: inputs,
                labels: labels,
                backend: ReferenceBackend(),
                execution: Execution(threads: 1)
            )
        return plain.replacingParameters(fitted.parameters.filter { fitted.trainable.contains($0.key) })
    }
}

extension Graph {
    /// The graph with more behind its output.
    func followed(by body: (inout GraphBuilder, ValueID) throws -> ValueID) throws -> Graph {
        var builder = GraphBuilder(extending: self)
        let output = try body(&builder, outputs[0])
        return builder.graph(outputs: [output])
    }
}

extension GraphBuilder {
    mutating func times(_ value: ValueID, _ factor: Float) throws -> ValueID {
        try apply(Mul(), to: [value, parameter("factor", Tensor(scalar: factor))])
    }

    /// The largest tenth of the units, by a comparison with the smallest of them (Xiao et al., ICLR 2020) as
    /// their code is exported.
    mutating func winners(_ value: ValueID) throws -> ValueID {
        let count = max(shape(of: value)[1].constant / 10, 1)
        let last = Slice([Slice.Part(axis: 1, start: count - 1, count: 1)])
        let threshold = try apply(last, to: [apply(TopK(count: count), to: [value])])
        return try apply(Mul(), to: [value, apply(Comparison(.greaterOrEqual), to: [value, threshold])])
    }
}

/// A model behind a step whose gradient is taken for zero, as automatic differentiation does.
struct FlatClassifier: ActivationAccess {
    let base: any ScoreAccess
    let step: @Sendable (Float) -> Float

    var inputShape: Shape { base.inputShape }
    var classCount: Int { base.classCount }
    func logits(for inputs: Tensor) throws -> Tensor { try base.logits(for: inputs.map(step)) }
    func inputGradient(of loss: Loss, at inputs: Tensor, aims: [Aim]) throws -> LossGradient {
        let logits = try logits(for: inputs)
        let losses = loss.gradient(ofLogits: logits, aims: aims).losses
        return LossGradient(losses: losses, gradient: Tensor(inputs.shape), logits: logits)
    }
    func activations(for inputs: Tensor) throws -> Tensor? { nil }
}

/// A model behind noise, other noise at every question.
struct RandomizedDefense: ActivationAccess {
    let base: any GradientAccess
    private let calls = Calls()

    init(_ base: any GradientAccess) { self.base = base }

    var inputShape: Shape { base.inputShape }
    var classCount: Int { base.classCount }
    func logits(for inputs: Tensor) throws -> Tensor { try base.logits(for: noisy(inputs)) }
    func inputGradient(of loss: Loss, at inputs: Tensor, aims: [Aim]) throws -> LossGradient {
        try base.inputGradient(of: loss, at: noisy(inputs), aims: aims)
    }
    func activations(for inputs: Tensor) throws -> Tensor? { nil }

    private func noisy(_ inputs: Tensor) -> Tensor {
        var random = SeededRandom(seed: 8, stream: "defense", sample: calls.next())
        return inputs.map { $0 + 0.1 * random.normal() }
    }

    private final class Calls: Sendable {
        private let count = Mutex(0)

        func next() -> Int {
            count.withLock { count in
                count += 1
                return count
            }
        }
    }
}
