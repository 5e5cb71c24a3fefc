import BulwarkModels
import BulwarkTensors
import Synchronization

/// The classifier z = W·x + b, whose gradients and smallest adversarial perturbations are known in closed
/// form.
public struct AffineClassifier: GradientAccess {
    /// One row of weights a class.
    public let weights: [[Double]]
    /// One bias a class.
    public let bias: [Double]
    /// The shape of one sample.
    public let inputShape: Shape
    /// The number of classes.
    public var classCount: Int { weights.count }

    /// A classifier from its weights; the shape of a sample is a vector unless given.
    public init(weights: [[Double]], bias: [Double], inputShape: Shape? = nil) {
        precondition(
            weights.count == bias.count && weights.count >= 2,
            "one bias a class, two classes or more"
        )
        self.weights = weights
        self.bias = bias
        self.inputShape = inputShape ?? [weights[0].count]
        precondition(weights.allSatisfy { $0.count == self.inputShape.count }, "one weight an element")
    }

    /// Weights and biases drawn from normal distributions.
    public init(randomClasses classCount: Int, inputShape: Shape, seed: UInt64) {
        var random = SeededRandom(seed: seed, stream: "affine")
        let weights = (0..<classCount).map { _ in (0..<inputShape.count).map { _ in Double(random.normal()) }
        }
        self.init(weights: weights, bias: weights.map { -0.5 * $0.reduce(0, +) }, inputShape: inputShape)
    }

    /// The scores, summed in double precision.
    public func logits(for inputs: Tensor) throws -> Tensor {
        let size = inputShape.count
        let elements = inputs.elements
        return Tensor([inputs.rowCount, classCount]) { target in
            for row in 0..<inputs.rowCount {
                for (label, weight) in weights.enumerated() {
                    let sum = (0..<size).reduce(bias[label]) {
                        $0 + weight[$1] * Double(elements[row * size + $1])
                    }
                    target[row * classCount + label] = Float(sum)
                }
            }
        }
    }

    /// The loss and Wᵀ·∂loss/∂z.
    public func inputGradient(of loss: Loss, at inputs: Tensor, aims: [Aim]) throws -> LossGradient {
        let logits = try logits(for: inputs)
        let (losses, slopes) = loss.gradient(ofLogits: logits, aims: aims)
        let size = inputShape.count
        let gradient = Tensor(inputs.shape) { target in
            for row in 0..<inputs.rowCount {
                for column in 0..<size {
                    var sum = 0.0
                    for label in 0..<classCount {
                        sum += weights[label][column] * Double(slopes[row * classCount + label])
                    }
                    target[row * size + column] = Float(sum)
                }
            }
        }
        return LossGradient(losses: losses, gradient: gradient, logits: logits)
    }
}

/// The classifier z = W₂·σ(W₁·x + b₁) with the softsign σ(t) = t / (1 + |t|), differentiated by hand.
public struct TwoLayerClassifier: GradientAccess {
    private let first: AffineClassifier
    private let second: AffineClassifier

    /// Weights drawn from normal distributions, scaled by the size of what they sum.
    public init(classCount: Int, hidden: Int, inputShape: Shape, seed: UInt64) {
        var random = SeededRandom(seed: seed, stream: "two-layer")
        func matrix(_ rows: Int, _ columns: Int, _ scale: Double) -> [[Double]] {
            (0..<rows).map { _ in (0..<columns).map { _ in scale * Double(random.normal()) } }
        }
        let outer = matrix(hidden, inputShape.count, 3 / Double(inputShape.count).squareRoot())
        let offsets = outer.map { -0.5 * $0.reduce(0, +) }
        first = AffineClassifier(weights: outer, bias: offsets, inputShape: inputShape)
        let inner = matrix(classCount, hidden, 1 / Double(hidden).squareRoot())
        second = AffineClassifier(weights: inner, bias: Array(repeating: 0, count: classCount))
    }

    /// The shape of one sample.
    public var inputShape: Shape { first.inputShape }
    /// The number of classes.
    public var classCount: Int { second.classCount }

    /// The scores of each sample.
    public func logits(for inputs: Tensor) throws -> Tensor { try second.logits(for: hidden(inputs)) }

    /// The loss and W₁ᵀ·(σ′ ⊙ W₂ᵀ·∂loss/∂z) with σ′ = (1 − |σ|)².
    public func inputGradient(of loss: Loss, at inputs: Tensor, aims: [Aim]) throws -> LossGradient {
        let hidden = try hidden(inputs)
        let outer = try second.inputGradient(of: loss, at: hidden, aims: aims)
        let (units, size) = (first.classCount, inputShape.count)
        let gradient = Tensor(inputs.shape) { target in
            for row in 0..<inputs.rowCount {
                for unit in 0..<units {
                    let value = Double(hidden[row * units + unit])
                    let slope =
                        (1 - abs(value)) * (1 - abs(value)) * Double(outer.gradient[row * units + unit])
                    for column in 0..<size {
                        target[row * size + column] += Float(slope * first.weights[unit][column])
                    }
                }
            }
        }
        return LossGradient(losses: outer.losses, gradient: gradient, logits: outer.logits)
    }

    private func hidden(_ inputs: Tensor) throws -> Tensor {
        try first.logits(for: inputs).map { $0 / (1 + abs($0)) }
    }
}

/// A model that shows its labels and nothing else.
public struct LabelOnlyClassifier: LabelAccess {
    private let base: any LabelAccess

    /// Hides everything but the labels of a model.
    public init(_ base: any LabelAccess) { self.base = base }

    /// The shape of one sample.
    public var inputShape: Shape { base.inputShape }
    /// The number of classes.
    public var classCount: Int { base.classCount }

    /// The labels of the model inside.
    public func labels(for inputs: Tensor) throws -> [Int] { try base.labels(for: inputs) }
}

/// A model that counts the samples it is asked about.
public final class CountingClassifier<Base: GradientAccess>: GradientAccess {
    private let base: Base
    private let counts = Mutex((predictions: 0, gradients: 0))

    /// Counts what a model is asked from now on.
    public init(_ base: Base) { self.base = base }

    /// The shape of one sample.
    public var inputShape: Shape { base.inputShape }
    /// The number of classes.
    public var classCount: Int { base.classCount }
    /// For how many samples a prediction was asked, gradients not counted.
    public var predictions: Int { counts.withLock(\.predictions) }
    /// For how many samples a gradient was asked.
    public var gradients: Int { counts.withLock(\.gradients) }

    /// The logits of the model inside.
    public func logits(for inputs: Tensor) throws -> Tensor {
        counts.withLock { $0.predictions += inputs.rowCount }
        return try base.logits(for: inputs)
    }

    /// The gradient of the model inside.
    public func inputGradient(of loss: Loss, at inputs: Tensor, aims: [Aim]) throws -> LossGradient {
        counts.withLock { $0.gradients += inputs.rowCount }
        return try base.inputGradient(of: loss, at: inputs, aims: aims)
    }
}

/// A model whose answers are not numbers: what a broken file or an overflow looks like to an attack.
public struct NaNClassifier: GradientAccess {
    private let base: AffineClassifier
    private let hasNaNLogits: Bool

    /// Spoils the gradients and losses of a model, and its logits as well if asked.
    public init(_ base: AffineClassifier, logitsToo hasNaNLogits: Bool) {
        self.base = base
        self.hasNaNLogits = hasNaNLogits
    }

    /// The shape of one sample.
    public var inputShape: Shape { base.inputShape }
    /// The number of classes.
    public var classCount: Int { base.classCount }

    /// The logits of the model inside, or NaN.
    public func logits(for inputs: Tensor) throws -> Tensor {
        hasNaNLogits
            ? Tensor([inputs.rowCount, classCount], repeating: .nan) : try base.logits(for: inputs)
    }

    /// NaN for every loss and every element of the gradient.
    public func inputGradient(of loss: Loss, at inputs: Tensor, aims: [Aim]) throws -> LossGradient {
        LossGradient(
            losses: Array(repeating: .nan, count: inputs.rowCount),
            gradient: Tensor(inputs.shape, repeating: .nan),
            logits: try logits(for: inputs)
        )
    }
}
