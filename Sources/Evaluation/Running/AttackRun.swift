import BulwarkAttacks
import BulwarkModels
import BulwarkTensors

/// One attack run over the samples of an assessment, and what the judge said of it.
public struct AttackRun: Sendable {
    /// The attack's name.
    public let name: String
    /// For every sample of the assessment a record.
    public let records: [SampleRecord]
    /// The positions, among the assessment's samples, of those that were attacked.
    public let attacked: [Int]
    /// The legal candidates of the attacked samples, in that order; none where they were not to be kept.
    public let candidates: Tensor
    /// How long it took, by the clock that was passed in, over all runs that had a part in it.
    public let seconds: Double
    /// The positions of the samples that were to be attacked and were not, because the run ended early.
    public let remaining: [Int]
    /// Why it ended early; nil if it went to its end.
    public let stop: RunStop?

    package init(
        name: String,
        records: [SampleRecord],
        attacked: [Int],
        candidates: Tensor,
        seconds: Double,
        remaining: [Int] = [],
        stop: RunStop? = nil
    ) {
        self.name = name
        self.records = records
        self.attacked = attacked
        self.candidates = candidates
        self.seconds = seconds
        self.remaining = remaining
        self.stop = stop
    }

    /// Whether the sample at a position was broken.
    public func isBroken(_ position: Int) -> Bool { records[position].isBroken }

    /// Whether any sample of an attacked position was broken, as a proportion of the attacked.
    public var success: Proportion {
        Proportion(successes: attacked.count { records[$0].isBroken }, trials: attacked.count)
    }
}

/// Runs attacks in chunks and keeps the records.
package struct AttackRunner<Model: LabelAccess> {
    package let model: Model
    package let samples: AssessmentSamples
    package let cleanPredictions: [Int]
    package let seed: UInt64
    let clock: () -> Double
    let control: RunControl
    /// Answers the judge even if the run is to end: a last question about what is finished.
    let judged: any LabelAccess
    /// The most queries that an attack may ask about one sample; nil for as many as it asks for.
    package var maximumQueries: Int?
    /// What the rows that attacks make have to satisfy; nil if anything in ball and box will do.
    package var constraints: FeatureConstraints?
    /// Runs an attack with all the access that the model gives.
    let perturb: (AnyAttack, Batch, RandomSource) throws -> Perturbed

    /// A runner of attacks that may follow gradients.
    package init(
        model: Model,
        samples: AssessmentSamples,
        cleanPredictions: [Int],
        seed: UInt64,
        clock: @escaping () -> Double,
        control: RunControl = RunControl(),
        judgedBy judged: (any LabelAccess)? = nil
    ) where Model: GradientAccess {
        self.init(model, samples, cleanPredictions, seed, clock, control, judged) { attack, batch, random in
            try attack.perturb(batch, against: model, random: random)
        }
    }

    /// A runner of attacks that need scores or labels only.
    package init(
        scoresOf model: Model,
        samples: AssessmentSamples,
        cleanPredictions: [Int],
        seed: UInt64,
        clock: @escaping () -> Double,
        control: RunControl = RunControl(),
        judgedBy judged: (any LabelAccess)? = nil
    ) where Model: ScoreAccess {
        self.init(model, samples, cleanPredictions, seed, clock, control, judged) { attack, batch, random in
            try attack.perturb(batch, againstScoresOf: model, random: random)
        }
    }

    /// A runner of attacks that need labels only.
    package init(
        labelsOf model: Model,
        samples: AssessmentSamples,
        cleanPredictions: [Int],
        seed: UInt64,
        clock: @escaping () -> Double,
        control: RunControl = RunControl(),
        judgedBy judged: (any LabelAccess)? = nil
    ) {
        self.init(model, samples, cleanPredictions, seed, clock, control, judged) { attack, batch, random in
            try attack.perturb(batch, againstLabelsOf: model, random: random)
        }
    }

    private init(
        _ model: Model,
        _ samples: AssessmentSamples,
        _ cleanPredictions: [Int],
        _ seed: UInt64,
        _ clock: @escaping () -> Double,
        _ control: RunControl,
        _ judged: (any LabelAccess)?,
        perturb: @escaping (AnyAttack, Batch, RandomSource) throws -> Perturbed
    ) {
        self.model = model
        self.samples = samples
        self.cleanPredictions = cleanPredictions
        self.seed = seed
        self.clock = clock
        self.control = control
        self.judged = judged ?? model
        self.perturb = perturb
    }

    /// The number of threads that the model has.
    package var workerCount: Int { (model as? any ScoreAccess)?.workerCount ?? 1 }

    /// The positions of the samples classified correctly: the ones worth attacking.
    package var correct: [Int] {
        samples.labels.indices.filter { cleanPredictions[$0] == samples.labels[$0] }
    }

    /// What the adversary wants of a sample; a target is drawn from the wrong classes by seed and sample.
    package func aim(_ position: Int, _ goal: ThreatModel.Goal) -> Aim {
        let truth = samples.labels[position]
        switch goal {
        case .untargeted: return .anythingBut(truth)
        case .targeted:
            var random = SeededRandom(seed: seed, stream: "targets", sample: samples.indices[position])
            let step = 1 + Int(random.next().multipliedFullWidth(by: UInt64(model.classCount - 1)).high)
            return .exactly((truth + step) % model.classCount, not: truth)
        }
    }

    /// The record of a sample that no attack has touched.
    func untouched(_ position: Int) -> SampleRecord {
        SampleRecord(
            sample: samples.indices[position],
            label: samples.labels[position],
            cleanPrediction: cleanPredictions[position],
            adversarialPrediction: cleanPredictions[position],
            wasAttacked: false,
            isBroken: false,
            distances: .zero,
            queries: 0,
            gradients: 0,
            restart: 0,
            seed: seed,
            claimed: false,
            violation: nil
        )
    }
}
