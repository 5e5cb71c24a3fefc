import BulwarkModels
import BulwarkTensors

/// Looks for the nearest wrong answer in the largest change of any element: a limit on the change is lowered
/// for as long as a wrong answer can be found within it.
///
/// Carlini and Wagner, "Towards evaluating the robustness of neural networks" (S&P 2017), section VI-C:
/// minimise c·max(κ − m(x′), 0) + Σ max(|x′ᵢ − xᵢ| − τ, 0) by Adam, with the margin m and the free variables
/// of `CarliniWagnerL2`. The weight c is raised until the aim is reached with no element farther than τ; then
/// τ is lowered below what was reached, and the descent goes on from there. It ends when no weight up to the
/// largest works. As in the authors' code a descent ends with its first success, and a larger weight goes on
/// where the smaller one failed. A success is what the paper says, every change at most τ; the code's
/// tolerance depends on the weight and the scale of the inputs. There is no smallest τ: the code's 1/256 is
/// the step of 8-bit images.
///
/// The result lies within a factor of `decreaseFactor` of what the descent can reach.
public struct CarliniWagnerLinf: GradientSearch {
    /// The name on the command line.
    public var name: String { "cw-linf" }
    /// Goal, norm (Linf), radius and box.
    public let threat: ThreatModel
    /// The largest number of steps of Adam for each limit and weight.
    public let steps: Int
    /// The step size of Adam, in the free variables, which is the same for every box.
    public let learningRate: Float
    /// The first weight c, in input units for each unit of a logit.
    public let initialConstant: Float
    /// The weight at which the search gives up, in the same units.
    public let largestConstant: Float
    /// What the weight is multiplied with after a failure.
    public let constantFactor: Float
    /// What the limit τ is multiplied with after a success.
    public let decreaseFactor: Float
    /// The margin κ at which the penalty ends, in units of a logit.
    public let confidence: Float
    /// The nearest point is kept.
    public var keeping: Keeping { .nearest }

    /// The attack with every knob.
    ///
    /// - Throws: `AttackError.unsupportedNorm` unless the norm is Linf, and `AttackError.unboundedInputs` if
    ///   the box is not finite.
    public init(
        threat: ThreatModel,
        steps: Int = 1000,
        learningRate: Float = 5e-3,
        initialConstant: Float = 1e-5,
        largestConstant: Float = 20,
        constantFactor: Float = 2,
        decreaseFactor: Float = 0.9,
        confidence: Float = 0
    ) throws(AttackError) {
        precondition(steps >= 1, "there is at least one step")
        precondition(learningRate > 0 && initialConstant > 0, "step size and weight are positive")
        precondition(largestConstant > initialConstant, "there is a weight to try")
        precondition(largestConstant.isFinite, "the weights come to an end")
        precondition(constantFactor > 1, "a weight grows")
        precondition(decreaseFactor > 0 && decreaseFactor < 1, "a limit is lowered")
        precondition(confidence >= 0, "a confidence is not negative")
        guard threat.norm == .linf else { throw .unsupportedNorm(attack: "cw-linf", norm: threat.norm) }
        guard TanhBox.isDefined(for: threat.bounds) else { throw .unboundedInputs(attack: "cw-linf") }
        self.threat = threat
        self.steps = steps
        self.learningRate = learningRate
        self.initialConstant = initialConstant
        self.largestConstant = largestConstant
        self.constantFactor = constantFactor
        self.decreaseFactor = decreaseFactor
        self.confidence = confidence
    }

    /// Looks for the nearest point that reaches the aim, at the price of one gradient a step and at most 14
    /// queries to draw it nearer.
    ///
    /// - Throws: What the oracle throws.
    public func search(_ oracle: some GradientOracle) async throws {
        let box = TanhBox(oracle.box)
        var point = oracle.input
        var limit = Double(threat.bounds.extent)
        var constant = initialConstant
        while let found = try await descend(oracle, box, from: point, within: limit, &constant) {
            point = found
            limit = Double(decreaseFactor) * min(limit, Norm.linf.distance(found, oracle.input))
        }
        try await oracle.drawNearer()
    }

    /// The first point within the limit that reaches the aim, with the smallest weight from `constant` on
    /// that finds one.
    private func descend(
        _ oracle: some GradientOracle,
        _ box: TanhBox,
        from start: [Float],
        within limit: Double,
        _ constant: inout Float
    ) async throws -> [Float]? {
        var variables = box.variables(of: start)
        var adam = AdamDescent(count: variables.count, stepSize: learningRate)
        while constant < largestConstant {
            for _ in 0..<steps {
                let (point, speeds) = box.point(of: variables)
                let slope = try await oracle.slope(of: .margin, at: point)
                if Norm.linf.distance(point, oracle.input) <= limit,
                    oracle.aim.isReached(by: slope.logits, margin: slope.loss, confidence: confidence)
                {
                    return point
                }
                let push = slope.loss < confidence ? constant : 0
                let excess = signsBeyond(limit, point.minus(oracle.input))
                let rise = slope.gradient.zeroingNonFinite
                adam.move(&variables, down: gradient(excess, speeds, rise, push: push))
            }
            constant *= constantFactor
        }
        return nil
    }

    /// The gradient of Σ max(|δᵢ| − τ, 0).
    private func signsBeyond(_ limit: Double, _ offset: [Float]) -> [Float] {
        offset.map { abs(Double($0)) > limit ? ($0 > 0 ? 1 : -1) : 0 }
    }

    /// The gradient of the objective with respect to the free variables.
    private func gradient(_ excess: [Float], _ speeds: [Float], _ rise: [Float], push: Float) -> [Float] {
        excess.indices.map { (excess[$0] - push * rise[$0]) * speeds[$0] }
    }
}
