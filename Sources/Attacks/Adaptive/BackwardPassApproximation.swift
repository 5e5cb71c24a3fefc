import BulwarkModels
import BulwarkTensors

/// A model behind a preprocessing step without a useful derivative, as an attack should see it.
///
/// Rounding, compression and other steps have a derivative of zero or none, which hides a model from gradient
/// attacks without making it more robust. Here answers go through the step as it is, and gradients go back
/// through something like it that has a derivative: the backward pass differentiable approximation of
/// Athalye, Carlini and Wagner, "Obfuscated gradients give a false sense of security" (ICML 2018), section
/// 4.1. The identity, which is the default, suits every step whose value is close to its input.
public struct BackwardPassApproximation<Base: GradientAccess>: GradientAccess {
    /// What classifies.
    public let base: Base
    /// What happens to a sample before, row by row.
    public let preprocessing: @Sendable ([Float]) -> [Float]
    /// What stands in for the preprocessing on the way back.
    public let approximation: any DifferentiableFunction

    /// A model behind a preprocessing step.
    ///
    /// - Parameters:
    ///   - base: What classifies.
    ///   - preprocessing: The step, from the elements of a sample to as many elements.
    ///   - approximation: What stands in for it on the way back; only its pullback is used.
    public init(
        _ base: Base,
        behind preprocessing: @escaping @Sendable ([Float]) -> [Float],
        approximatedBy approximation: any DifferentiableFunction = IdentityFunction()
    ) {
        self.base = base
        self.preprocessing = preprocessing
        self.approximation = approximation
    }

    /// The shape of one sample.
    public var inputShape: Shape { base.inputShape }
    /// The number of classes.
    public var classCount: Int { base.classCount }

    /// The scores of the preprocessed samples.
    ///
    /// - Throws: What the model throws.
    public func logits(for inputs: Tensor) throws -> Tensor {
        try base.logits(for: inputs.mappingRows { preprocessing($1) })
    }

    /// The loss of the preprocessed samples, and its gradient carried back through the approximation.
    ///
    /// - Throws: What the model throws.
    public func inputGradient(of loss: Loss, at inputs: Tensor, aims: [Aim]) throws -> LossGradient {
        let preprocessed = inputs.mappingRows { preprocessing($1) }
        let slope = try base.inputGradient(of: loss, at: preprocessed, aims: aims)
        let gradient = slope.gradient.mappingRows {
            approximation.pullback(of: $1, at: inputs.array(ofRow: $0))
        }
        return LossGradient(losses: slope.losses, gradient: gradient, logits: slope.logits)
    }
}
