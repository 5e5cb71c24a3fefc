import BulwarkModels
import BulwarkTensors

/// A classifier whose answers depend on random numbers as well as on the input.
public protocol RandomizedClassifier: Sendable {
    /// The shape of one sample, without the batch axis.
    var inputShape: Shape { get }
    /// The number of classes, at least 2.
    var classCount: Int { get }

    /// The scores before the softmax.
    ///
    /// - Parameters:
    ///   - inputs: Samples `[N, …inputShape]`.
    ///   - numbers: The random numbers of each sample.
    /// - Returns: Scores `[N, classCount]`; no sample changes another's.
    /// - Throws: What the model underneath throws.
    func logits(for inputs: Tensor, numbers: [SeededRandom]) throws -> Tensor

    /// The loss of each sample and its gradient with respect to the sample, the random numbers held fixed.
    ///
    /// - Parameters:
    ///   - loss: What to differentiate.
    ///   - inputs: Samples `[N, …inputShape]`.
    ///   - aims: What the adversary wants of each sample.
    ///   - numbers: The random numbers of each sample.
    /// - Returns: Losses, gradients of the inputs' shape, and scores.
    /// - Throws: What the model underneath throws.
    func inputGradient(
        of loss: Loss,
        at inputs: Tensor,
        aims: [Aim],
        numbers: [SeededRandom]
    ) throws -> LossGradient
}

/// A classifier that sees its inputs through a random transformation.
public struct TransformedClassifier<Base: GradientAccess>: RandomizedClassifier {
    /// What classifies.
    public let base: Base
    /// What happens to an input before.
    public let transformation: any RandomTransformation

    /// A classifier behind a transformation.
    public init(_ base: Base, behind transformation: any RandomTransformation) {
        self.base = base
        self.transformation = transformation
    }

    /// The shape of one sample.
    public var inputShape: Shape { base.inputShape }
    /// The number of classes.
    public var classCount: Int { base.classCount }

    /// The scores of the transformed samples.
    ///
    /// - Throws: What the transformation and the classifier throw.
    public func logits(for inputs: Tensor, numbers: [SeededRandom]) throws -> Tensor {
        let functions = try draw(numbers)
        return try base.logits(for: inputs.mappingRows { functions[$0].value(at: $1) })
    }

    /// The loss of the transformed samples, and its gradient carried back through the transformation.
    ///
    /// - Throws: What the transformation and the classifier throw.
    public func inputGradient(
        of loss: Loss,
        at inputs: Tensor,
        aims: [Aim],
        numbers: [SeededRandom]
    ) throws -> LossGradient {
        let functions = try draw(numbers)
        let transformed = inputs.mappingRows { functions[$0].value(at: $1) }
        let slope = try base.inputGradient(of: loss, at: transformed, aims: aims)
        let gradient = slope.gradient.mappingRows {
            functions[$0].pullback(of: $1, at: inputs.array(ofRow: $0))
        }
        return LossGradient(losses: slope.losses, gradient: gradient, logits: slope.logits)
    }

    private func draw(_ numbers: [SeededRandom]) throws -> [any DifferentiableFunction] {
        try numbers.map { numbers in
            var random = numbers
            return try transformation.draw(for: inputShape, random: &random)
        }
    }
}

extension Tensor {
    /// A tensor of this shape, each row of which is made from the row at the same place.
    func mappingRows(_ transform: (_ row: Int, _ elements: [Float]) -> [Float]) -> Tensor {
        Tensor(shape) { target in
            for row in 0..<rowCount {
                let result = transform(row, array(ofRow: row))
                precondition(result.count == rowSize, "a sample keeps its number of elements")
                target.copy(result, to: row * rowSize)
            }
        }
    }
}
