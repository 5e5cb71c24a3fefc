import BulwarkModels
import BulwarkTensors

/// Decoupled direction and norm: steps along the gradient that all end on a sphere around the sample, which
/// shrinks after a wrong answer and grows after a right one.
///
/// Rony, Hafemann, Oliveira, Ben Ayed, Sabourin and Granger, "Decoupling direction and norm for efficient
/// gradient-based L2 adversarial attacks and defenses" (CVPR 2019), algorithm 1. As in the authors' code the
/// next step begins where the box has cut the last one off, the sphere grows no larger than the box asks for,
/// and the step from a point without a gradient is random. The last point is looked at too. The paper follows
/// the cross-entropy; the margin, which knows the boundary better where there are more than two classes, can
/// be chosen in its place. Rounding to the values of an image format, which the paper ends with, is left to
/// those who ask for it: rounding moves points away from the boundary.
public struct DDN: GradientSearch {
    /// The name on the command line.
    public var name: String { "ddn" }
    /// Goal, norm (L2), radius and box.
    public let threat: ThreatModel
    /// What the steps increase.
    public let loss: Loss
    /// The number of steps.
    public let steps: Int
    /// The share γ by which the sphere shrinks or grows.
    public let gamma: Float
    /// The radius of the first sphere in input units.
    public let initialRadius: Float
    /// The length of the first step in input units.
    public let stepSize: Float
    /// The length, in input units, that the steps come down to along a cosine.
    public let finalStepSize: Float
    /// How many values each element may have, equally spaced over its interval; nil for all.
    public let levels: Int?
    /// The nearest point is kept.
    public var keeping: Keeping { .nearest }

    /// The attack with every knob.
    ///
    /// - Throws: `AttackError.unsupportedNorm` unless the norm is L2.
    public init(
        threat: ThreatModel,
        loss: Loss = .crossEntropy,
        steps: Int = 100,
        gamma: Float = 0.05,
        initialRadius: Float = 1,
        stepSize: Float = 1,
        finalStepSize: Float = 0.01,
        levels: Int? = nil
    ) throws(AttackError) {
        precondition(steps >= 1, "there is at least one step")
        precondition(gamma > 0 && gamma < 1, "γ is a share")
        precondition(initialRadius > 0 && initialRadius.isFinite, "the first sphere has a finite radius")
        precondition(stepSize > 0 && finalStepSize > 0, "a step has a length")
        precondition(levels.map { $0 >= 2 } ?? true, "an interval has two ends")
        guard threat.norm == .l2 else { throw .unsupportedNorm(attack: "ddn", norm: threat.norm) }
        self.threat = threat
        self.loss = loss
        self.steps = steps
        self.gamma = gamma
        self.initialRadius = initialRadius
        self.stepSize = stepSize
        self.finalStepSize = finalStepSize
        self.levels = levels
    }

    /// Looks for the nearest point that reaches the aim, at the price of one gradient a step, a query for each point
    /// that is nearer than those before and for the last one, and, unless there are levels, at most 14 to draw it nearer.
    ///
    /// - Throws: What the oracle throws.
    public func search(_ oracle: some GradientOracle) async throws {
        let (sample, box) = (oracle.input, oracle.box)
        let largestRadius = Norm.l2.distance(box.farthestCorner(from: sample), sample)
        let stepSizes = CosineSchedule(first: stepSize, last: finalStepSize)
        var random = oracle.random(restart: 0)
        var radius = Double(initialRadius)
        var point = sample
        for step in 0..<steps {
            let slope = try await oracle.slope(of: loss, at: point)
            let isReached = oracle.aim.isReached(by: slope.logits.argmax)
            radius = min(radius * Double(isReached ? 1 - gamma : 1 + gamma), largestRadius)
            let direction = slope.gradient.zeroingNonFinite.unit(orFrom: &random)
            let offset = point.minus(sample).plus(stepSizes.value(at: step, of: steps), times: direction)
            let onSphere = offset.unit(orFrom: &random).scaled(by: radius)
            point = rounded(box.clamp(sample.plus(onSphere)), in: box)
        }
        _ = try await oracle.label(at: point)
        // What lies between the levels is not asked for.
        if levels == nil { try await oracle.drawNearer() }
    }

    /// The nearest point whose elements have one of the allowed values.
    private func rounded(_ point: [Float], in box: Box) -> [Float] {
        guard let levels else { return point }
        let last = Float(levels - 1)
        let values = point.indices.map { index in
            let width = box.upper[index] - box.lower[index]
            guard width > 0, width.isFinite else { return point[index] }
            let level = ((point[index] - box.lower[index]) / width * last).rounded()
            return box.lower[index] + level / last * width
        }
        return box.clamp(values)
    }
}
