import BulwarkModels
import BulwarkTensors

/// The fast gradient method: one step of the whole radius along the steepest direction of the loss.
///
/// For Linf it is the fast gradient sign method, x + ε·sign(∇ₓJ(x, y)): Goodfellow, Shlens and Szegedy,
/// "Explaining and harnessing adversarial examples" (ICLR 2015), section 4. For L2 the step is ε·∇ₓJ/‖∇ₓJ‖₂,
/// and for L1 it goes into the one element whose derivative is largest. With a targeted goal the step goes
/// towards the target.
///
/// Cheap and weak: it is exact on affine models of two classes and a lower bound on what an adversary can do
/// elsewhere. A sample whose input already reaches the aim comes back unchanged.
public struct FGSM: WhiteBoxAttack {
    /// The name on the command line.
    public var name: String { "fgsm" }
    /// Goal, norm, radius and box.
    public let threat: ThreatModel
    /// What the step increases.
    public let loss: Loss

    /// One step up a loss.
    ///
    /// - Parameters:
    ///   - threat: Goal, norm (not L0), radius and box.
    ///   - loss: What the step increases.
    /// - Throws: `AttackError.unsupportedNorm` for L0, which has no direction.
    public init(threat: ThreatModel, loss: Loss = .crossEntropy) throws(AttackError) {
        guard threat.norm != .l0 else { throw .unsupportedNorm(attack: "fgsm", norm: threat.norm) }
        self.threat = threat
        self.loss = loss
    }

    /// One candidate for each sample; costs one gradient, and one query where a step was taken.
    public func perturb(
        _ batch: Batch,
        against model: some GradientAccess,
        random: RandomSource
    ) throws -> Perturbed {
        try require(loss, for: batch, classCount: model.classCount)
        let slope = try model.inputGradient(of: loss, at: batch.inputs, aims: batch.aims)
        var result = Perturbed(unchanged: batch)
        result.gradients = Array(repeating: 1, count: batch.count)
        let labels = slope.logits.argmaxOfRows()
        result.claimed = batch.aims.indices.map { batch.aims[$0].isReached(by: labels[$0]) }

        let open = result.claimed.indices.filter { !result.claimed[$0] }
        guard threat.epsilon > 0, !open.isEmpty else { return result }
        let part = batch.gathering(open)
        let direction = threat.norm.steepestDirection(of: slope.gradient.gatheringRows(open))
        let points = threat.project(part.inputs + threat.epsilon * direction, around: part.inputs)
        result.candidates.setRows(open, to: points)
        for (row, label) in zip(open, try model.labels(for: points)) {
            result.queries[row] = 1
            result.claimed[row] = batch.aims[row].isReached(by: label)
        }
        return result
    }
}
