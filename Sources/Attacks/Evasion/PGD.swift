import BulwarkModels
import BulwarkTensors

/// Projected gradient descent: small steps up the loss, each pulled back into the ball and the box.
///
/// Madry, Makelov, Schmidt, Tsipras and Vladu, "Towards deep learning models resistant to adversarial
/// attacks" (ICLR 2018), section 2.1: xₜ₊₁ = Π(xₜ + α·sign(∇ₓL(xₜ, y))), and for L2 the normalised gradient
/// in place of the sign.
///
/// What is returned for a sample is the first iterate of any restart that the model was seen to get wrong as
/// wanted; failing that, the iterate with the highest loss, the input included. Nothing that was found is
/// lost, and an input that already reaches the aim comes back as it is.
public struct PGD: WhiteBoxAttack {
    /// The name on the command line: `pgd`, `pgd-margin` or `pgd-dlr`, by the loss.
    public var name: String { Self.name(for: loss) }
    /// Goal, norm (Linf or L2), radius and box.
    public let threat: ThreatModel
    /// What the steps increase.
    public let loss: Loss
    /// The length of one step in input units, measured by the norm.
    public let stepSize: Float
    /// The number of steps of one restart.
    public let steps: Int
    /// How often to begin, at least once.
    public let restarts: Int
    /// Whether the first restart begins at a random point of the ball, as later ones always do, or at the
    /// input.
    public let randomStart: Bool
    /// When to stop working on a sample.
    public let stopping: Stopping

    /// When an iterative attack stops working on a sample.
    public enum Stopping: String, Sendable, Codable {
        /// As soon as the aim is reached: the sample costs nothing more, and its first such iterate is
        /// returned.
        case atSuccess = "at-success"
        /// Never before the last step: of the iterates that reach the aim the one with the highest loss is
        /// returned.
        case afterAllSteps = "after-all-steps"
    }

    /// Projected gradient descent with every knob given.
    ///
    /// - Throws: `AttackError.unsupportedNorm` unless the norm is Linf or L2.
    public init(
        threat: ThreatModel,
        loss: Loss,
        stepSize: Float,
        steps: Int,
        restarts: Int,
        randomStart: Bool,
        stopping: Stopping = .atSuccess
    ) throws(AttackError) {
        precondition(stepSize >= 0 && stepSize.isFinite, "a step has a finite length")
        precondition(steps >= 0 && restarts >= 1, "there are no negative steps, and at least one start")
        guard threat.norm == .linf || threat.norm == .l2 else {
            throw .unsupportedNorm(attack: Self.name(for: loss), norm: threat.norm)
        }
        self.threat = threat
        self.loss = loss
        self.stepSize = stepSize
        self.steps = steps
        self.restarts = restarts
        self.randomStart = randomStart
        self.stopping = stopping
    }

    /// One candidate for each sample.
    ///
    /// A sample costs one query for its input, and in each restart that it takes part in one gradient a step
    /// and one query for the point where it stopped.
    public func perturb(
        _ batch: Batch,
        against model: some GradientAccess,
        random: RandomSource
    ) throws -> Perturbed {
        try require(loss, for: batch, classCount: model.classCount)
        var best = BestCandidates(batch, logits: try model.logits(for: batch.inputs), loss: loss)
        guard threat.epsilon > 0 else { return best.perturbed }
        for restart in 0..<restarts {
            let rows = stopping == .atSuccess ? best.openRows : Array(0..<batch.count)
            if rows.isEmpty { break }
            try climb(from: rows, of: batch, restart: restart, against: model, random: random, best: &best)
        }
        return best.perturbed
    }

    /// One restart for some rows of a batch.
    ///
    /// Rows that reach their aim wait at that point for the closing
    /// prediction.
    private func climb(
        from rows: [Int],
        of batch: Batch,
        restart: Int,
        against model: some GradientAccess,
        random: RandomSource,
        best: inout BestCandidates
    ) throws {
        let all = batch.gathering(rows)
        var points = start(all, restart: restart, random: random)
        var ends = points
        var moving = Array(rows.indices)
        var part = all
        for _ in 0..<steps {
            let slope = try model.inputGradient(of: loss, at: points, aims: part.aims)
            var gradient = slope.gradient
            let reached = Self.reached(part.aims, slope.logits)
            let isFinal = stopping == .atSuccess
            // Where success ends the climb, the closing prediction decides on it, so no claim rests on
            // another kernel.
            let claims = isFinal ? Array(repeating: false, count: moving.count) : reached
            let climbers = moving.map { rows[$0] }
            best.countGradients(of: climbers)
            best.offer(points, of: climbers, losses: slope.losses, reached: claims, restart: restart)
            if isFinal, reached.contains(true) {
                ends.setRows(moving, to: points)
                let left = reached.indices.filter { !reached[$0] }
                moving = left.map { moving[$0] }
                points = points.gatheringRows(left)
                gradient = gradient.gatheringRows(left)
                part = part.gathering(left)
                if moving.isEmpty { break }
            }
            threat.ascend(&points, along: gradient, stepSize: stepSize, around: part.inputs)
        }
        ends.setRows(moving, to: points)
        let logits = try model.logits(for: ends)
        best.countQueries(of: rows)
        best.offer(
            ends,
            of: rows,
            losses: loss.gradient(ofLogits: logits, aims: all.aims).losses,
            reached: Self.reached(all.aims, logits),
            restart: restart
        )
    }

    private func start(_ batch: Batch, restart: Int, random: RandomSource) -> Tensor {
        if restart == 0 && !randomStart { return batch.inputs }
        return threat.uniformPoints(around: batch.inputs) {
            random.numbers(sample: batch.samples[$0], restart: restart)
        }
    }

    private static func reached(_ aims: [Aim], _ logits: Tensor) -> [Bool] {
        zip(aims, logits.argmaxOfRows()).map { $0.isReached(by: $1) }
    }

    /// The name of the attack on the command line when it follows a loss.
    static func name(for loss: Loss) -> String {
        switch loss {
        case .crossEntropy: "pgd"
        case .margin: "pgd-margin"
        case .differenceOfLogitsRatio: "pgd-dlr"
        }
    }
}
