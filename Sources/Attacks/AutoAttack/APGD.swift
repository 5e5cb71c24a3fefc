import BulwarkModels
import BulwarkTensors

/// Auto-PGD: projected gradient ascent with momentum that chooses its own step size.
///
/// Croce and Hein, "Reliable evaluation of adversarial robustness with an ensemble of diverse parameter-free
/// attacks" (ICML 2020), algorithm 1; for L1 the same authors' "Mind the box: l1-APGD for sparse adversarial
/// attacks on image classifiers" (ICML 2021), algorithm 1. At checkpoints that come closer and closer the
/// step is halved if the loss has risen too rarely or the best loss and the step have not changed, and the
/// search goes on from the best point so far.
///
/// Where the publication and its reference implementation differ, this follows the implementation, because
/// that is what published numbers were made with: the first window compares the first loss with zero, random
/// starts for Linf lie on the surface of the ball, and the box is clamped after the ball.
public struct APGD: GradientSearch {
    /// The name on the command line: `apgd-ce`, `apgd-dlr` or `apgd-t`, by the loss and its targets.
    public var name: String { Self.name(loss, targetClasses) }
    /// Goal, norm (Linf, L2 or L1), radius and box.
    public let threat: ThreatModel
    /// What the steps increase.
    public let loss: Loss
    /// The number of gradient steps of one restart, N of the publication.
    public let steps: Int
    /// How often to begin at a random point, at least once; with targets, for each of them.
    public let restarts: Int
    /// For an untargeted goal, how many of the most likely wrong classes the loss aims at one after the
    /// other; 0 to aim at none.
    public let targetClasses: Int
    /// The share of steps in a window that have to raise the loss for the step size to stay, ρ.
    public let threshold: Double
    /// The number of gradients to average in each step, for models whose answers are random.
    public let draws: Int
    /// Whether the first part of the steps uses two and three times the radius, as for L1 in the ensemble.
    public let startsLarger: Bool

    /// The attack ends with its first success.
    public var keeping: Keeping { .first }
    /// What the loss compares.
    public var minimumClassCount: Int {
        loss.minimumClassCount(isTargeted: targetClasses > 0 || threat.goal == .targeted)
    }

    /// Auto-PGD with every knob.
    ///
    /// - Throws: `AttackError.unsupportedNorm` for L0.
    public init(
        threat: ThreatModel,
        loss: Loss,
        steps: Int = 100,
        restarts: Int = 1,
        targetClasses: Int = 0,
        threshold: Double = 0.75,
        draws: Int = 1,
        startsLarger: Bool = false
    ) throws(AttackError) {
        precondition(steps >= 1 && restarts >= 1 && draws >= 1, "at least one step, start and draw")
        precondition(targetClasses >= 0 && (0...1).contains(threshold), "a share lies between 0 and 1")
        guard threat.norm != .l0 else {
            throw .unsupportedNorm(attack: Self.name(loss, targetClasses), norm: threat.norm)
        }
        self.threat = threat
        self.loss = loss
        self.steps = steps
        self.restarts = restarts
        self.targetClasses = targetClasses
        self.threshold = threshold
        self.draws = draws
        self.startsLarger = startsLarger
    }

    /// Looks for a point that reaches the aim.
    ///
    /// - Throws: What the oracle throws.
    public func search(_ oracle: some GradientOracle) async throws {
        let aims = oracle.aims(mostLikely: threat.goal == .untargeted ? targetClasses : 0)
        try await oracle.attempts(aims.count * restarts) { attempt, oracle in
            var random = oracle.random(restart: attempt)
            try await climb(oracle, aims[attempt / restarts], &random)
        }
    }

    /// One restart, in one go or with shrinking radii.
    private func climb(
        _ oracle: some GradientOracle,
        _ aim: Aim,
        _ random: inout SeededRandom
    ) async throws {
        guard startsLarger else {
            let ball = AscentBall(threat.norm, oracle.input, threat.epsilon, oracle.box)
            let start = ball.start(&random)
            try await climb(
                oracle,
                aim,
                ball,
                from: start,
                StepSchedule(ball, steps: steps, threshold: threshold)
            )
            return
        }
        // Of 100 steps 30, 30 and 40, with three times, twice and once the radius.
        let share = min((3 * steps + 9) / 10, steps / 2)
        let shares = [share, share]
        var point: [Float]?
        for (factor, count) in zip([3, 2, 1] as [Float], shares + [steps - shares.reduce(0, +)]) {
            let ball = AscentBall(threat.norm, oracle.input, factor * threat.epsilon, oracle.box)
            let start = point.map(ball.project) ?? ball.start(&random)
            let changed = Norm.l0.distance(start, oracle.input)
            let schedule = StepSchedule(ball, steps: count, threshold: threshold, changed: changed)
            point = try await climb(oracle, aim, ball, from: start, schedule)
        }
    }

    /// Steps from one start in one ball; gives back the point with the highest loss.
    @discardableResult
    private func climb(
        _ oracle: some GradientOracle,
        _ aim: Aim,
        _ ball: AscentBall,
        from start: [Float],
        _ schedule: StepSchedule
    ) async throws -> [Float] {
        var (point, previous, schedule) = (start, start, schedule)
        var slope = try await self.slope(oracle, aim, at: point)
        var best = (point: point, loss: slope.loss, gradient: slope.gradient)
        schedule.begin(slope.loss)
        for step in 0..<schedule.steps {
            let next = ball.step(
                point,
                previous,
                slope.gradient,
                length: schedule.stepSize,
                momentum: step == 0 ? 1 : 0.75,
                density: schedule.density
            )
            (previous, point) = (point, next)
            slope = try await self.slope(oracle, aim, at: point)
            if slope.loss > best.loss { best = (point, slope.loss, slope.gradient) }
            if schedule.note(slope.loss, best: best.loss, at: best.point, around: oracle.input) {
                point = best.point
                slope = Slope(loss: best.loss, logits: slope.logits, gradient: best.gradient)
            }
        }
        return best.point
    }

    /// The loss at a point with its gradient, averaged over the draws.
    private func slope(_ oracle: some GradientOracle, _ aim: Aim, at point: [Float]) async throws -> Slope {
        let slopes = try await oracle.slopes(
            of: loss,
            at: Array(repeating: point, count: draws),
            aims: Array(repeating: aim, count: draws)
        )
        guard draws > 1 else { return slopes[0] }
        let sum = slopes.dropFirst().reduce(slopes[0].gradient) { $0.plus($1.gradient) }
        return Slope(
            loss: slopes.reduce(0) { $0 + $1.loss } / Float(draws),
            logits: slopes[0].logits,
            gradient: sum.times(1 / Float(draws))
        )
    }

    /// The name on the command line.
    static func name(_ loss: Loss, _ targetClasses: Int) -> String {
        if targetClasses > 0 { return "apgd-t" }
        return loss == .crossEntropy ? "apgd-ce" : "apgd-\(loss.rawValue)"
    }
}

extension ScoreOracle {
    /// Aims at the most likely wrong classes, the likeliest first, or the aim itself for a count of 0.
    func aims(mostLikely count: Int) -> [Aim] {
        guard count > 0, case .anythingBut(let truth) = aim else { return [aim] }
        let logits = logitsOfInput
        let others = logits.indices.filter { $0 != truth }
            // Of equals the lower class comes first.
            .sorted { (logits[$0], -$0) > (logits[$1], -$1) }
        return others.prefix(count).map { .exactly($0, not: truth) }
    }
}
