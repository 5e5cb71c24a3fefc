import BulwarkModels
import BulwarkTensors

/// Looks for the nearest wrong answer by minimising the squared distance together with a weighted penalty for
/// answers that are still right.
///
/// Carlini and Wagner, "Towards evaluating the robustness of neural networks" (S&P 2017), sections V and
/// VI-A: minimise ‖x′ − x‖₂² + c·max(κ − m(x′), 0) by Adam, where m is how far the wanted logit is in front
/// (objective f₆) and x′ is a function of free variables that never leaves the box (`TanhBox`); the smallest
/// c that works is found by search (`PenaltySearch`). Each c begins anew at the sample.
///
/// What is kept is the nearest of all points on the way that reach the aim, also those that reach it with
/// less than the confidence κ, which only steers the search.
public struct CarliniWagnerL2: GradientSearch {
    /// The name on the command line.
    public var name: String { "cw-l2" }
    /// Goal, norm (L2), radius and box.
    public let threat: ThreatModel
    /// The number of weights c that are tried.
    public let searchSteps: Int
    /// The largest number of steps of Adam for each weight.
    public let steps: Int
    /// The step size of Adam, in the free variables, which is the same for every box.
    public let learningRate: Float
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
    /// - Throws: `AttackError.unsupportedNorm` unless the norm is L2, and `AttackError.unboundedInputs` if
    ///   the box is not finite.
    public init(
        threat: ThreatModel,
        searchSteps: Int = 9,
        steps: Int = 10_000,
        learningRate: Float = 0.01,
        initialConstant: Float = 1e-3,
        confidence: Float = 0,
        abortsEarly: Bool = true
    ) throws(AttackError) {
        precondition(searchSteps >= 1 && steps >= 1, "there is at least one step")
        precondition(learningRate > 0 && initialConstant > 0, "step size and weight are positive")
        precondition(confidence >= 0, "a confidence is not negative")
        guard threat.norm == .l2 else { throw .unsupportedNorm(attack: "cw-l2", norm: threat.norm) }
        guard TanhBox.isDefined(for: threat.bounds) else { throw .unboundedInputs(attack: "cw-l2") }
        self.threat = threat
        self.searchSteps = searchSteps
        self.steps = steps
        self.learningRate = learningRate
        self.initialConstant = initialConstant
        self.confidence = confidence
        self.abortsEarly = abortsEarly
    }

    /// Looks for the nearest point that reaches the aim, at the price of one gradient a step.
    ///
    /// - Throws: What the oracle throws.
    public func search(_ oracle: some GradientOracle) async throws {
        let box = TanhBox(oracle.box)
        var penalty = PenaltySearch(first: initialConstant)
        for _ in 0..<searchSteps {
            penalty.note(isReached: try await descend(oracle, box, constant: penalty.constant))
        }
        try await oracle.drawNearer()
    }

    /// Minimises the objective for one weight; whether the aim was reached on the way.
    private func descend(
        _ oracle: some GradientOracle,
        _ box: TanhBox,
        constant: Float
    ) async throws -> Bool {
        var variables = box.variables(of: oracle.input)
        var adam = AdamDescent(count: variables.count, stepSize: learningRate)
        var check = StallCheck(steps: steps)
        var hasReached = false
        for step in 0..<steps {
            let (point, speeds) = box.point(of: variables)
            let slope = try await oracle.slope(of: .margin, at: point)
            if oracle.aim.isReached(by: slope.logits, margin: slope.loss, confidence: confidence) {
                hasReached = true
            }
            let offset = point.minus(oracle.input)
            let objective = offset.dot(offset) + Double(constant * max(confidence - slope.loss, 0))
            if abortsEarly, check.isStalled(at: step, objective: objective) { break }
            let push = slope.loss < confidence ? constant : 0
            adam.move(&variables, down: gradient(offset, speeds, slope.gradient.zeroingNonFinite, push: push))
        }
        return hasReached
    }

    /// The gradient of the objective with respect to the free variables.
    private func gradient(_ offset: [Float], _ speeds: [Float], _ rise: [Float], push: Float) -> [Float] {
        offset.indices.map { (2 * offset[$0] - push * rise[$0]) * speeds[$0] }
    }
}
