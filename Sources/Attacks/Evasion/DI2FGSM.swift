import BulwarkModels
import BulwarkTensors

/// Diverse inputs iterative FGSM: each gradient is taken at a randomly shrunken and shifted copy of the image.
///
/// Xie, Zhang, Zhou, Bai, Wang, Ren and Yuille, "Improving transferability of adversarial examples with input
/// diversity" (CVPR 2019), section 3: xₜ₊₁ = xₜ + α·sign(gₜ₊₁) with gₜ₊₁ = μ·gₜ + ∇ₓL(T(xₜ; p))/‖·‖₁,
/// where T changes its input with probability p and leaves it as it is otherwise. With a decay of 0 it is the
/// paper's DI²-FGSM, with a decay of 1 its M-DI²-FGSM. The gradient is that with respect to xₜ: it goes back
/// through the transposed map of the transformation. How the transformation differs from the paper's is said
/// at `RandomResizeAndPad`.
///
/// The transformation is one of images. For samples without rows and columns there is none, and the attack is
/// iterative FGSM, or MI-FGSM if it has momentum.
///
/// Unlike in the paper, every iterate is asked about, and the search ends at the first one in the ball that
/// reaches the aim.
public struct DI2FGSM: GradientSearch {
    /// The name on the command line.
    public var name: String { "di2-fgsm" }
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
    /// What happens to an image before a gradient is taken.
    public let diversity: RandomResizeAndPad
    /// What the loss compares.
    public var minimumClassCount: Int { loss.minimumClassCount(isTargeted: threat.goal == .targeted) }
    /// The first point in the ball.
    public var keeping: Keeping { .first }

    /// A number of steps with diverse inputs.
    ///
    /// - Parameters:
    ///   - threat: Goal, norm (Linf or L2), radius and box.
    ///   - loss: What the steps increase.
    ///   - stepSize: The length of one step in input units; 1.25·ε/T if nil. The paper has steps of 1 and
    ///     min(ε + 4, 1.25·ε) of them on a scale of 255.
    ///   - steps: The number of steps T; 19 for the paper's ε of 15.
    ///   - decay: The factor μ of the earlier gradients; 0 for no momentum.
    ///   - diversity: What happens to an image before a gradient is taken, with the paper's probability of 0.5
    ///     unless given.
    /// - Throws: `AttackError.unsupportedNorm` for L1 and L0.
    public init(
        threat: ThreatModel,
        loss: Loss = .crossEntropy,
        stepSize: Float? = nil,
        steps: Int = 19,
        decay: Float = 0,
        diversity: RandomResizeAndPad = RandomResizeAndPad()
    ) throws(AttackError) {
        precondition(steps >= 1, "there is at least one step")
        precondition(decay >= 0 && decay.isFinite, "a decay is not negative")
        guard threat.norm == .linf || threat.norm == .l2 else {
            throw .unsupportedNorm(attack: "di2-fgsm", norm: threat.norm)
        }
        self.threat = threat
        self.loss = loss
        self.stepSize = stepSize ?? 1.25 * threat.epsilon / Float(steps)
        self.steps = steps
        self.decay = decay
        self.diversity = diversity
        precondition(self.stepSize >= 0 && self.stepSize.isFinite, "a step has a finite length")
    }

    /// Walks up the loss; costs a gradient and a query a step.
    ///
    /// - Throws: What the oracle throws.
    public func search(_ oracle: some GradientOracle) async throws {
        var random = oracle.random(restart: 0)
        var walk = MomentumWalk(around: oracle, stepSize: stepSize, decay: decay)
        for _ in 0..<steps {
            let view = try view(of: oracle.shape, &random)
            let slope = try await oracle.slope(of: loss, at: view.value(at: walk.point))
            walk.advance(along: view.pullback(of: slope.gradient, at: walk.point))
            // The gradient was asked for elsewhere, so nobody has looked at the point itself.
            _ = try await oracle.label(at: walk.point)
        }
    }

    private func view(
        of shape: Shape,
        _ random: inout SeededRandom
    ) throws -> any DifferentiableFunction {
        guard shape.rank >= 2 else { return IdentityFunction() }
        return try diversity.draw(for: shape, random: &random)
    }
}
