import BulwarkAttacks
import BulwarkModels
import BulwarkTensors

/// Adversarial training: each step learns from what PGD makes of the batch.
///
/// Madry, Makelov, Schmidt, Tsipras and Vladu, "Towards deep learning models resistant to adversarial
/// attacks" (ICLR 2018), equation 2.1: min over the weights of the mean over samples of the largest loss in
/// the ball. The largest loss is that of the best iterate of PGD from a random start.
public struct AdversarialTraining: BatchTransformation {
    /// The norm (Linf or L2), the radius and the box to become robust in.
    public let threat: ThreatModel
    /// The number of steps of PGD.
    public let steps: Int
    /// The length of one step as a share of the radius.
    public let relativeStepSize: Float

    /// Adversarial training with PGD; ten steps of a quarter of the radius each unless given.
    ///
    /// - Throws: `AttackError.unsupportedNorm` unless the norm is Linf or L2.
    public init(threat: ThreatModel, steps: Int = 10, relativeStepSize: Float = 0.25) throws(AttackError) {
        precondition(steps >= 1 && relativeStepSize > 0, "PGD moves")
        guard threat.norm == .linf || threat.norm == .l2 else {
            throw .unsupportedNorm(attack: "pgd", norm: threat.norm)
        }
        self.threat = threat
        self.steps = steps
        self.relativeStepSize = relativeStepSize
    }

    /// What PGD makes of the batch within this share of the radius.
    public func transform(
        _ batch: Batch,
        for model: some GradientAccess,
        strength: Float,
        random: RandomSource
    ) throws -> Tensor {
        let radius = strength * threat.epsilon
        let pgd = try PGD(
            threat: threat.with(epsilon: radius),
            loss: .crossEntropy,
            stepSize: relativeStepSize * radius,
            steps: steps,
            restarts: 1,
            randomStart: true,
            stopping: .afterAllSteps
        )
        return try pgd.perturb(batch, against: model, random: random).candidates
    }
}
