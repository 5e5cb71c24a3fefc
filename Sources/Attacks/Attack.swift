import BulwarkModels
import BulwarkTensors

/// Samples to perturb, with what is wanted of each.
public struct Batch: Sendable {
    /// The samples, `[N, …]`, inside the threat model's box.
    public let inputs: Tensor
    /// What the adversary wants of each sample.
    public let aims: [Aim]
    /// The index of each sample in its data set: the key of its random numbers.
    public let samples: [Int]
    /// Told the row of each sample that an attack has done with, on any thread, by attacks that finish one
    /// before the other; it may decide nothing but what a person is shown.
    public var onFinished: (@Sendable (Int) -> Void)?
    /// The most queries for each sample; nil for no other limit.
    ///
    /// Gradients do not count. Attacks with loops of their own that follow gradients (PGD, FGSM, stickers and
    /// universal perturbations) do not heed it.
    public var maximumQueries: Int?

    /// A batch; traps unless there is one aim and one index a sample.
    public init(inputs: Tensor, aims: [Aim], samples: [Int]) {
        precondition(
            inputs.rowCount == aims.count && aims.count == samples.count,
            "one aim and index a sample"
        )
        self.inputs = inputs
        self.aims = aims
        self.samples = samples
    }

    /// The number of samples.
    public var count: Int { samples.count }

    /// The samples at these positions.
    public func gathering(_ positions: [Int]) -> Batch {
        var batch = Batch(
            inputs: inputs.gatheringRows(positions),
            aims: positions.map { aims[$0] },
            samples: positions.map { samples[$0] }
        )
        batch.maximumQueries = maximumQueries
        return batch
    }
}

/// What an attack returns: one candidate a sample and what it cost.
///
/// Whether it succeeded is for the judge to say.
public struct Perturbed: Sendable {
    /// The candidates, of the inputs' shape.
    public var candidates: Tensor
    /// For each sample how often the model was asked for a prediction, gradients not counted.
    public var queries: [Int]
    /// For each sample how often the model was asked for a gradient.
    public var gradients: [Int]
    /// For each sample the restart its candidate comes from.
    public var restarts: [Int]
    /// For each sample whether the attack itself saw its aim reached at any point.
    ///
    /// The judge compares this with the candidate: an adversarial input seen but not returned is a fault of
    /// the attack.
    public var claimed: [Bool]
    /// For each sample the number of the query that first reached the aim inside the ball, counted from 1;
    /// nil where none did or where the attack does not say.
    public var firstSuccess: [Int?]
    /// For each sample how far the nearest point is that reaches the aim, inside the ball or not; nil where
    /// there is none or where the attack does not look for it.
    public var nearest: [Double?]
    /// For each sample a distance up to which, itself included, nothing reaches the aim; nil where the attack
    /// proves none.
    public var proved: [Double?]
    /// For each sample whether the attack went to its end; all of them unless there is a `stop`.
    public var isFinished: [Bool]
    /// Why the attack ended before it was done with all samples; nil if it did not.
    public var stop: RunStop?

    /// Unchanged inputs at no cost.
    public init(unchanged batch: Batch) {
        candidates = batch.inputs
        queries = Array(repeating: 0, count: batch.count)
        gradients = Array(repeating: 0, count: batch.count)
        restarts = Array(repeating: 0, count: batch.count)
        claimed = Array(repeating: false, count: batch.count)
        firstSuccess = Array(repeating: nil, count: batch.count)
        nearest = Array(repeating: nil, count: batch.count)
        proved = Array(repeating: nil, count: batch.count)
        isFinished = Array(repeating: true, count: batch.count)
    }
}

/// Where an attack's random numbers come from: a stream for each sample and restart.
public struct RandomSource: Sendable {
    /// What the user chose with `--seed`.
    public let seed: UInt64
    /// The attack's name.
    public let stream: String

    /// A source for one attack.
    public init(seed: UInt64, stream: String) {
        self.seed = seed
        self.stream = stream
    }

    /// The numbers of one sample in one restart.
    public func numbers(sample: Int, restart: Int) -> SeededRandom {
        SeededRandom(seed: seed, stream: stream, sample: sample, restart: restart)
    }
}

/// A way to change inputs within a threat model.
public protocol Attack: Sendable {
    /// The name in reports and on the command line, as in `pgd`.
    var name: String { get }
    /// Goal, norm, radius and box.
    var threat: ThreatModel { get }
    /// Whether what becomes of a sample depends on the other samples of its batch.
    var needsCompany: Bool { get }
}

extension Attack {
    /// No: each sample for itself.
    public var needsCompany: Bool { false }
}

/// An attack that follows gradients.
public protocol WhiteBoxAttack: Attack {
    /// One candidate for each sample, inside the ball and the box.
    ///
    /// - Throws: What the model throws.
    func perturb(
        _ batch: Batch,
        against model: some GradientAccess,
        random: RandomSource
    ) throws -> Perturbed
}

/// An attack that needs scores, and so runs against any model that shows them.
public protocol ScoreAttack: Attack {
    /// One candidate for each sample, inside the ball and the box.
    ///
    /// - Throws: What the model throws.
    func perturb(_ batch: Batch, against model: some ScoreAccess, random: RandomSource) throws -> Perturbed
}

/// An attack that needs labels only, and so runs against any model that answers.
public protocol LabelOnlyAttack: Attack {
    /// One candidate for each sample, inside the ball and the box.
    ///
    /// - Throws: What the model throws.
    func perturb(_ batch: Batch, against model: some LabelAccess, random: RandomSource) throws -> Perturbed
}

extension WhiteBoxAttack {
    /// Checks what a loss asks of a model and a batch before anything is computed.
    ///
    /// - Throws: `AttackError.tooFewClasses` if the model has fewer classes than the loss compares.
    func require(
        _ loss: Loss,
        for batch: Batch,
        classCount: Int
    ) throws(AttackError) {
        precondition(
            batch.aims.allSatisfy { $0.goal == threat.goal },
            "the aims are of the goal of the threat model"
        )
        let minimum = loss.minimumClassCount(isTargeted: threat.goal == .targeted)
        guard classCount >= minimum else {
            throw .tooFewClasses(attack: name, classCount: classCount, minimum: minimum)
        }
    }
}
