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

    /// The number of steps where nobody says how many.
    public static let usualSteps = 10
    /// The norms it is for.
    public static let norms: [Norm] = [.linf, .l2]

    /// Adversarial training with PGD, whose steps are by the paper's rule 2.5 times the radius long together unless
    /// given: a quarter of it each if they are ten.
    ///
    /// - Throws: `AttackError.unsupportedNorm` unless the norm is one of `norms`.
    public init(
        threat: ThreatModel,
        steps: Int = AdversarialTraining.usualSteps,
        relativeStepSize: Float? = nil
    ) throws(AttackError) {
        let stepSize = relativeStepSize ?? AttackTable.stepSize(epsilon: 1, steps: steps)
        precondition(steps >= 1 && stepSize > 0, "PGD moves")
        guard Self.norms.contains(threat.norm) else {
            throw .unsupportedNorm(attack: "pgd", norm: threat.norm)
        }
        self.threat = threat
        self.steps = steps
        self.relativeStepSize = stepSize
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

    /// PGD of the usual number of steps at least: fewer show too little of what a model withstands.
    public var examination: any BatchTransformation {
        // The norm is one that adversarial training takes.
        steps >= Self.usualSteps ? self : (try? AdversarialTraining(threat: threat)) ?? self
    }
}
