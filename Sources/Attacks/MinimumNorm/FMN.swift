import BulwarkModels
import BulwarkTensors

/// The fast minimum-norm attack: steps along the gradient inside a ball around the sample, whose radius is
/// first estimated from the distance to the boundary, then shrinks after a wrong answer and grows after a
/// right one.
///
/// Pintor, Roli, Brendel and Biggio, "Fast minimum-norm adversarial attacks through adaptive norm
/// constraints" (NeurIPS 2021), algorithm 1, for all four norms: the loss is the margin, the estimate divides
/// it by the dual norm of its gradient, and both the step size and the share γ of the radius fall along a
/// cosine. For L0, where there is no such estimate, the radius begins with one element and changes by at
/// least one, as in the authors' code; it also never grows beyond what the box asks for.
///
/// Three things are as strong as the paper or stronger. A step is clamped to the box before it is moved to
/// the ball and not after, which ends in both as well, but spends no part of the radius on what the box cuts
/// off. The estimate grows by γ at least, or rounding could hold a point on the boundary for ever. And the
/// last point is looked at too. The step from a point without a gradient is random.
public struct FMN: GradientSearch {
    /// The name on the command line.
    public var name: String { "fmn" }
    /// Goal, norm, radius and box.
    public let threat: ThreatModel
    /// The number of steps.
    public let steps: Int
    /// The Euclidean length of the first step in input units.
    public let stepSize: Float
    /// The length that the steps come down to.
    public let finalStepSize: Float
    /// The share γ by which the radius changes at first.
    public let gamma: Float
    /// The share that it comes down to.
    public let finalGamma: Float
    /// The nearest point is kept.
    public var keeping: Keeping { .nearest }

    /// The attack with every knob; the final step size is a hundredth of the first unless given.
    public init(
        threat: ThreatModel,
        steps: Int = 100,
        stepSize: Float = 1,
        finalStepSize: Float? = nil,
        gamma: Float = 0.05,
        finalGamma: Float = 0.001
    ) {
        precondition(steps >= 1, "there is at least one step")
        precondition(stepSize > 0 && finalStepSize.map { $0 > 0 } ?? true, "a step has a length")
        precondition(gamma > 0 && gamma < 1 && finalGamma > 0 && finalGamma < 1, "γ is a share")
        self.threat = threat
        self.steps = steps
        self.stepSize = stepSize
        self.finalStepSize = finalStepSize ?? stepSize / 100
        self.gamma = gamma
        self.finalGamma = finalGamma
    }

    /// Looks for the nearest point that reaches the aim, at the price of one gradient a step, a query for each point
    /// that is nearer than those before and for the last one, and at most 14 to draw it nearer.
    ///
    /// - Throws: What the oracle throws.
    public func search(_ oracle: some GradientOracle) async throws {
        let (sample, box) = (oracle.input, oracle.box)
        let largestRadius = threat.norm.distance(box.farthestCorner(from: sample), sample)
        let stepSizes = CosineSchedule(first: stepSize, last: finalStepSize)
        let gammas = CosineSchedule(first: gamma, last: finalGamma)
        var random = oracle.random(restart: 0)
        var radius = threat.norm == .l0 ? 1 : Double.infinity
        var point = sample
        for step in 0..<steps {
            let slope = try await oracle.slope(of: .margin, at: point)
            let gamma = Double(gammas.value(at: step, of: steps))
            radius = min(nextRadius(after: radius, gamma, slope, at: point, oracle), largestRadius)
            let direction = slope.gradient.zeroingNonFinite.unit(orFrom: &random)
            let moved = point.plus(stepSizes.value(at: step, of: steps), times: direction)
            point = projected(box.clamp(moved), around: sample, radius: radius)
        }
        _ = try await oracle.label(at: point)
        try await oracle.drawNearer()
    }

    /// The radius of the next ball, from what the model says at the present point.
    private func nextRadius(
        after radius: Double,
        _ gamma: Double,
        _ slope: Slope,
        at point: [Float],
        _ oracle: some GradientOracle
    ) -> Double {
        let isReached = oracle.aim.isReached(by: slope.logits.argmax)
        let nearest = oracle.nearest.map { threat.norm.distance($0, oracle.input) }
        if threat.norm == .l0 {
            return isReached
                ? max(1, min(radius - 1, (radius * (1 - gamma)).rounded(.down), nearest ?? .infinity))
                : max(radius + 1, (radius * (1 + gamma)).rounded(.down))
        }
        if isReached { return min(radius * (1 - gamma), nearest ?? .infinity) }
        if nearest != nil { return radius * (1 + gamma) }
        let distance = threat.norm.distance(point, oracle.input)
        let missing = Double(abs(slope.loss)) / threat.norm.dualLength(of: slope.gradient.zeroingNonFinite)
        return missing.isNaN ? .infinity : distance + max(missing, gamma * distance)
    }

    /// The nearest point of a ball around the sample, in the Euclidean sense.
    private func projected(_ point: [Float], around sample: [Float], radius: Double) -> [Float] {
        let center = Tensor([1, sample.count], sample)
        let ball = threat.norm.project(
            Tensor([1, point.count], point),
            around: center,
            radius: Float(radius)
        )
        return Array(ball.elements)
    }
}
