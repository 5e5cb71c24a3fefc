import BulwarkModels
import BulwarkTensors

/// Momentum iterative FGSM: steps along a running sum of gradients, so that a single odd gradient does not
/// turn the walk.
///
/// Dong, Liao, Pang, Su, Zhu, Hu and Li, "Boosting adversarial attacks with momentum" (CVPR 2018), algorithm
/// 1: gₜ₊₁ = μ·gₜ + ∇ₓJ/‖∇ₓJ‖₁ and xₜ₊₁ = xₜ + α·sign(gₜ₊₁), from the input, with α = ε/T; for L2 the step is
/// α·gₜ₊₁/‖gₜ₊₁‖₂. With a decay of 0 it is the iterative FGSM of Kurakin, Goodfellow and Bengio, which is
/// projected gradient descent from the input.
///
/// The paper takes all steps, since it wants examples that other models get wrong too. Here the search ends
/// at the first iterate that reaches the aim in the ball, which can only succeed more often: iterates that
/// reach it on the way are not lost.
public struct MIFGSM: GradientSearch {
    /// The name on the command line.
    public var name: String { "mi-fgsm" }
    /// Goal, norm (Linf or L2), radius and box.
    public let threat: ThreatModel
    /// What the steps increase.
    public let loss: Loss
    /// The length of one step in input units, measured by the norm.
    public let stepSize: Float
    /// The number of steps.
    public let steps: Int
    /// The factor μ of the sum of the earlier gradients in each step.
    public let decay: Float
    /// What the loss compares.
    public var minimumClassCount: Int { loss.minimumClassCount(isTargeted: threat.goal == .targeted) }
    /// The first point in the ball.
    public var keeping: Keeping { .first }

    /// A number of steps with momentum.
    ///
    /// - Parameters:
    ///   - threat: Goal, norm (Linf or L2), radius and box.
    ///   - loss: What the steps increase.
    ///   - stepSize: The length of one step in input units; ε/T if nil.
    ///   - steps: The number of steps T, 10 in the paper.
    ///   - decay: The factor μ of the earlier gradients, 1 in the paper; 0 for no momentum.
    /// - Throws: `AttackError.unsupportedNorm` for L1 and L0.
    public init(
        threat: ThreatModel,
        loss: Loss = .crossEntropy,
        stepSize: Float? = nil,
        steps: Int = 10,
        decay: Float = 1
    ) throws(AttackError) {
        precondition(steps >= 1, "there is at least one step")
        precondition(decay >= 0 && decay.isFinite, "a decay is not negative")
        guard threat.norm == .linf || threat.norm == .l2 else {
            throw .unsupportedNorm(attack: "mi-fgsm", norm: threat.norm)
        }
        self.threat = threat
        self.loss = loss
        self.stepSize = stepSize ?? threat.epsilon / Float(steps)
        self.steps = steps
        self.decay = decay
        precondition(self.stepSize >= 0 && self.stepSize.isFinite, "a step has a finite length")
    }

    /// Walks up the loss; costs a gradient a step, and a query for the point where the walk ends.
    ///
    /// - Throws: What the oracle throws.
    public func search(_ oracle: some GradientOracle) async throws {
        var walk = MomentumWalk(around: oracle, stepSize: stepSize, decay: decay)
        for _ in 0..<steps {
            walk.advance(along: try await oracle.slope(of: loss, at: walk.point).gradient)
        }
        _ = try await oracle.label(at: walk.point)
    }
}
