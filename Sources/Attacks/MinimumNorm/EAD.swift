import BulwarkModels
import BulwarkTensors

/// The elastic-net attack: looks for a wrong answer that changes few elements, by minimising a weighted
/// penalty together with a mixture of the L1 and the squared L2 distance.
///
/// Chen, Sharma, Zhang, Yi and Hsieh, "EAD: elastic-net attacks to deep neural networks via adversarial
/// examples" (AAAI 2018), algorithm 1 with the L1 decision rule: minimise c·max(κ − m(x′), 0) + ‖x′ − x‖₂² +
/// β‖x′ − x‖₁ by fast iterative shrinkage and thresholding inside the box, with step sizes that fall with the
/// square root of the steps left; m is how far the wanted logit is in front and c comes from `PenaltySearch`.
/// As in the paper each step shrinks by β itself, whatever the step size.
///
/// Where the paper leaves a choice, it is this: the point that momentum leads to is clamped to the box, so
/// that no impossible input is ever asked about; and the iterate itself is asked whether it reaches the aim,
/// not the point that momentum leads to. What is kept is the nearest point of both kinds that reaches the
/// aim, also with less than the confidence κ, which only steers the search.
public struct EAD: GradientSearch {
    /// The name on the command line.
    public var name: String { "ead" }
    /// Goal, norm (L1), radius and box.
    public let threat: ThreatModel
    /// The number of weights c that are tried.
    public let searchSteps: Int
    /// The largest number of steps for each weight.
    public let steps: Int
    /// The size of the first step, as a share of the gradient.
    public let stepSize: Float
    /// How much the L1 distance counts, β: what each step takes from every change, in input units.
    public let regularization: Float
    /// The first weight c, in squared input units for each unit of a logit.
    public let initialConstant: Float
    /// The margin κ at which the penalty ends, in units of a logit.
    public let confidence: Float
    /// Whether a descent ends early that gains nothing any more over a tenth of the steps.
    public let abortsEarly: Bool
    /// The nearest point is kept.
    public var keeping: Keeping { .nearest }

    /// The attack with every knob.
    ///
    /// - Throws: `AttackError.unsupportedNorm` unless the norm is L1.
    public init(
        threat: ThreatModel,
        searchSteps: Int = 9,
        steps: Int = 10_000,
        stepSize: Float = 0.01,
        regularization: Float = 0.01,
        initialConstant: Float = 1e-3,
        confidence: Float = 0,
        abortsEarly: Bool = true
    ) throws(AttackError) {
        precondition(searchSteps >= 1 && steps >= 1, "there is at least one step")
        precondition(stepSize > 0 && initialConstant > 0, "step size and weight are positive")
        precondition(regularization >= 0 && confidence >= 0, "β and κ are not negative")
        guard threat.norm == .l1 else { throw .unsupportedNorm(attack: "ead", norm: threat.norm) }
        self.threat = threat
        self.searchSteps = searchSteps
        self.steps = steps
        self.stepSize = stepSize
        self.regularization = regularization
        self.initialConstant = initialConstant
        self.confidence = confidence
        self.abortsEarly = abortsEarly
    }

    /// Looks for the nearest point that reaches the aim, at the price of one gradient and one query a step
    /// and at most 14 queries to draw it nearer.
    ///
    /// - Throws: What the oracle throws.
    public func search(_ oracle: some GradientOracle) async throws {
        var penalty = PenaltySearch(first: initialConstant)
        for _ in 0..<searchSteps {
            penalty.note(isReached: try await descend(oracle, constant: penalty.constant))
        }
        try await oracle.drawNearer()
    }

    /// Minimises the objective for one weight; whether the aim was reached on the way.
    private func descend(_ oracle: some GradientOracle, constant: Float) async throws -> Bool {
        var (point, ahead) = (oracle.input, oracle.input)
        var check = StallCheck(steps: steps)
        var hasReached = false
        for step in 0..<steps {
            let slope = try await oracle.slope(of: .margin, at: ahead)
            let rate = stepSize * (1 - Float(step) / Float(steps)).squareRoot()
            let push = slope.loss < confidence ? constant : 0
            let moved = descended(ahead, slope.gradient.zeroingNonFinite, push: push, rate: rate, oracle)
            let next = shrunk(moved, oracle)

            let logits = try await oracle.logits(at: next)
            let margin = Loss.margin.value(ofLogits: logits, aim: oracle.aim)
            if oracle.aim.isReached(by: logits, margin: margin, confidence: confidence) { hasReached = true }
            let objective = elasticNet(next, oracle) + Double(constant * max(confidence - margin, 0))
            if abortsEarly, check.isStalled(at: step, objective: objective) { break }

            let momentum = Float(step) / Float(step + 3)
            ahead = oracle.box.clamp(next.plus(momentum, times: next.minus(point)))
            point = next
        }
        return hasReached
    }

    /// A point after a step down the smooth part of the objective.
    private func descended(
        _ point: [Float],
        _ rise: [Float],
        push: Float,
        rate: Float,
        _ oracle: some GradientOracle
    ) -> [Float] {
        let sample = oracle.input
        return point.indices.map {
            point[$0] - rate * (2 * (point[$0] - sample[$0]) - push * rise[$0])
        }
    }

    /// Every change smaller by β, those below β undone, and all inside the box: S_β of the paper.
    private func shrunk(_ point: [Float], _ oracle: some GradientOracle) -> [Float] {
        let (sample, box) = (oracle.input, oracle.box)
        return point.indices.map { index in
            let offset = point[index] - sample[index]
            if offset > regularization { return min(point[index] - regularization, box.upper[index]) }
            if offset < -regularization { return max(point[index] + regularization, box.lower[index]) }
            return sample[index]
        }
    }

    private func elasticNet(_ point: [Float], _ oracle: some GradientOracle) -> Double {
        let offset = point.minus(oracle.input)
        return offset.dot(offset) + Double(regularization) * Norm.l1.distance(point, oracle.input)
    }
}
