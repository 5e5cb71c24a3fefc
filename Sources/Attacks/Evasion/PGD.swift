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
            let part = batch.gathering(rows)
            let walks = Walks(
                part,
                from: start(part, restart: restart, random: random),
                best: best.gathering(rows),
                restart: restart
            )
            try model.withGradientWorkers { try walk(walks, with: $0) }
            var found = walks.best
            // Where success ends a walk, this prediction decides on it, so that no claim rests on another
            // kernel.
            let logits = try model.logits(for: walks.ends)
            found.countQueries(of: Array(rows.indices))
            found.offer(
                walks.ends,
                of: Array(rows.indices),
                losses: loss.gradient(ofLogits: logits, aims: part.aims).losses,
                reached: zip(part.aims, logits.argmaxOfRows()).map { $0.isReached(by: $1) },
                restart: restart
            )
            best.replace(rows, with: found)
        }
        return best.perturbed
    }

    /// Takes samples from `walks`, as many at a time as the worker computes together, until there are no
    /// more.
    ///
    /// A sample that is done makes room for the next one, so that broken ones cost nothing.
    private func walk(_ walks: Walks, with worker: any GradientWorker) throws {
        guard var lanes = walks.fill(worker.lanes) else { return }
        var slope = LossGradient(losses: [], gradient: Tensor([0]), logits: Tensor([0]))
        while lanes.isWalking {
            if steps > 0 {
                try worker.evaluate(
                    loss,
                    at: &lanes.points,
                    aims: lanes.aims,
                    active: lanes.isActive,
                    into: &slope
                )
                let (logits, classes) = (slope.logits.elements, slope.logits.rowSize)
                for lane in 0..<worker.lanes where lanes.isActive[lane] {
                    let label = logits.argmax(in: lane * classes..<(lane + 1) * classes)
                    let isReached = lanes.aims[lane].isReached(by: label)
                    let ends = isReached && stopping == .atSuccess
                    lanes.note(lane, loss: slope.losses[lane], isReached: isReached && !ends)
                    if ends { walks.finish(lane, &lanes) }
                }
                threat.ascend(&lanes.points, along: slope.gradient, stepSize: stepSize, around: lanes.centers)
            }
            for lane in 0..<worker.lanes where lanes.isActive[lane] && lanes.steps[lane] == steps {
                walks.finish(lane, &lanes)
            }
            // Only now: a sample that arrives has not asked for a gradient yet.
            walks.refill(&lanes)
        }
    }

    private func start(_ batch: Batch, restart: Int, random: RandomSource) -> Tensor {
        if restart == 0 && !randomStart { return batch.inputs }
        return threat.uniformPoints(around: batch.inputs) {
            random.numbers(sample: batch.samples[$0], restart: restart)
        }
    }

    /// The name of the attack on the command line when it follows a loss.
    static func name(for loss: Loss) -> String {
        switch loss {
        case .crossEntropy: "pgd"
        case .margin: "pgd-margin"
        case .differenceOfLogitsRatio: "pgd-dlr"
        case .logitDifference: "pgd-difference"
        }
    }
}
