import BulwarkAttacks
import BulwarkModels
import BulwarkTensors

/// Fast adversarial training: each step learns from one large step off a random point of the ball.
///
/// Wong, Rice and Kolter, "Fast is better than free: revisiting adversarial training" (ICLR 2020), algorithm
/// 3. It costs a fifth of adversarial training with PGD, and may collapse: a model then withstands the single
/// step and nothing else (section 5.1 there, "catastrophic overfitting"). The examination is PGD therefore.
public struct FastAdversarialTraining: BatchTransformation {
    /// The radius and the box to become robust in; the norm is Linf.
    public let threat: ThreatModel
    /// The length of the step as a share of the radius.
    public let relativeStepSize: Float

    /// Fast adversarial training; a step of 1.25 times the radius unless given.
    ///
    /// - Throws: `AttackError.unsupportedNorm` unless the norm is Linf.
    public init(threat: ThreatModel, relativeStepSize: Float = 1.25) throws(AttackError) {
        precondition(relativeStepSize > 0, "the step moves")
        guard threat.norm == .linf else { throw .unsupportedNorm(attack: "fgsm", norm: threat.norm) }
        self.threat = threat
        self.relativeStepSize = relativeStepSize
    }

    /// One step along the sign of the slope from a random point within this share of the radius.
    public func transform(
        _ batch: Batch,
        for model: some GradientAccess,
        strength: Float,
        random: RandomSource
    ) throws -> Tensor {
        let threat = threat.with(epsilon: strength * threat.epsilon)
        let start = threat.uniformPoints(around: batch.inputs) {
            random.numbers(sample: batch.samples[$0], restart: 0)
        }
        let slope = try model.inputGradient(of: .crossEntropy, at: start, aims: batch.aims).gradient
        let step = relativeStepSize * threat.epsilon
        let moved = Tensor(
            start.shape,
            generating: { start[$0] + (slope[$0] > 0 ? step : slope[$0] < 0 ? -step : 0) }
        )
        return threat.project(moved, around: batch.inputs)
    }

    /// Ten steps of PGD.
    public var examination: any BatchTransformation {
        // Linf is a norm that adversarial training takes.
        (try? AdversarialTraining(threat: threat)) ?? self
    }
}
