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
    /// The legal candidates of the attacked samples, in that order.
    public let candidates: Tensor
    /// How long it took, by the clock that was passed in.
    public let seconds: Double

    package init(name: String, records: [SampleRecord], attacked: [Int], candidates: Tensor, seconds: Double)
    {
        self.name = name
        self.records = records
        self.attacked = attacked
        self.candidates = candidates
        self.seconds = seconds
    }

    /// Whether the sample at a position was broken.
    public func isBroken(_ position: Int) -> Bool { records[position].isBroken }

    /// Whether any sample of an attacked position was broken, as a proportion of the attacked.
    public var success: Proportion {
        Proportion(successes: attacked.count { records[$0].isBroken }, trials: attacked.count)
    }
}

/// Runs attacks in batches and keeps the records.
package struct AttackRunner<Model: ScoreAccess> {
    package let model: Model
    package let samples: AssessmentSamples
    package let cleanPredictions: [Int]
    package let seed: UInt64
    private let clock: () -> Double
    /// Told how many samples of how many are done.
    private let progress: (String, Int, Int) -> Void
    /// Runs an attack with all the access that the model gives.
    private let perturb: (AnyAttack, Batch, RandomSource) throws -> Perturbed

    /// A runner of attacks that may follow gradients.
    package init(
        model: Model,
        samples: AssessmentSamples,
        cleanPredictions: [Int],
        seed: UInt64,
        clock: @escaping () -> Double,
        progress: @escaping (String, Int, Int) -> Void
    ) where Model: GradientAccess {
        self.init(model, samples, cleanPredictions, seed, clock, progress) { attack, batch, random in
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
        progress: @escaping (String, Int, Int) -> Void
    ) {
        self.init(model, samples, cleanPredictions, seed, clock, progress) { attack, batch, random in
            try attack.perturb(batch, againstScoresOf: model, random: random)
        }
    }

    private init(
        _ model: Model,
        _ samples: AssessmentSamples,
        _ cleanPredictions: [Int],
        _ seed: UInt64,
        _ clock: @escaping () -> Double,
        _ progress: @escaping (String, Int, Int) -> Void,
        perturb: @escaping (AnyAttack, Batch, RandomSource) throws -> Perturbed
    ) {
        self.model = model
        self.samples = samples
        self.cleanPredictions = cleanPredictions
        self.seed = seed
        self.clock = clock
        self.progress = progress
        self.perturb = perturb
    }

    /// The most samples handed to an attack at once; bounds memory and paces the progress bar.
    package static var batchSize: Int { 256 }

    /// The positions of the samples classified correctly: the ones worth attacking.
    package var correct: [Int] {
        samples.labels.indices.filter { cleanPredictions[$0] == samples.labels[$0] }
    }

    /// Runs an attack on the samples at `positions`.
    ///
    /// - Throws: What the attack and the model throw.
    package func run(_ attack: AnyAttack, label: String, on positions: [Int]) throws -> AttackRun {
        let threat = attack.attack.threat
        let judge = Judge(threat: threat)
        let random = RandomSource(seed: seed, stream: attack.attack.name)
        let started = clock()
        var records = samples.labels.indices.map { untouched($0) }
        var parts: [Tensor] = []
        for start in stride(from: 0, to: positions.count, by: Self.batchSize) {
            progress(label, start, positions.count)
            let chunk = Array(positions[start..<min(start + Self.batchSize, positions.count)])
            let batch = Batch(
                inputs: samples.inputs.gatheringRows(chunk),
                aims: chunk.map { aim($0, threat.goal) },
                samples: chunk.map { samples.indices[$0] }
            )
            let perturbed = try perturb(attack, batch, random)
            let (rulings, legal) = try judge.rule(on: perturbed.candidates, for: batch, against: model)
            parts.append(legal)
            for (row, position) in chunk.enumerated() {
                records[position].wasAttacked = true
                records[position].adversarialPrediction = rulings[row].prediction
                records[position].isBroken = rulings[row].isBroken
                records[position].distances = rulings[row].distances
                records[position].violation = rulings[row].violation
                records[position].queries = perturbed.queries[row]
                records[position].queriesToSuccess = perturbed.firstSuccess[row]
                records[position].nearest = perturbed.nearest[row]
                records[position].gradients = perturbed.gradients[row]
                records[position].restart = perturbed.restarts[row]
                records[position].claimed = perturbed.claimed[row]
            }
        }
        progress(label, positions.count, positions.count)
        return AttackRun(
            name: attack.attack.name,
            records: records,
            attacked: positions,
            candidates: .concatenatingRows(parts, rowShape: model.inputShape),
            seconds: clock() - started
        )
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

    private func untouched(_ position: Int) -> SampleRecord {
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
