import BulwarkAttacks
import BulwarkModels
import BulwarkTensors
import Synchronization

extension AttackRunner {
    /// Runs an attack on the samples at `positions`.
    ///
    /// - Parameters:
    ///   - attack: The attack.
    ///   - label: What to call the step while it runs.
    ///   - positions: The positions of the samples to attack, among those of the assessment.
    ///   - keepsCandidates: Whether the candidates are of use when it is over.
    /// - Returns: A record for every sample of the assessment.
    /// - Throws: `RunStop` if the run is to end early, and what the attack, the model and the journal throw.
    package func run(
        _ attack: AnyAttack,
        label: String,
        on positions: [Int],
        keepsCandidates: Bool = true
    ) throws -> AttackRun {
        let run = try runUntilStopped(attack, label: label, on: positions, keepsCandidates: keepsCandidates)
        if let stop = run.stop { throw stop }
        return run
    }

    /// Runs an attack on the samples at `positions` until it is done or told to stop.
    ///
    /// - Parameters:
    ///   - attack: The attack.
    ///   - label: What to call the step while it runs.
    ///   - positions: The positions of the samples to attack, among those of the assessment.
    ///   - place: Which of the plan's attacks it is.
    ///   - keepsCandidates: Whether the candidates are of use when it is over.
    /// - Returns: A record for every sample of the assessment; if `stop` is set, some were not attacked.
    /// - Throws: What the attack, the model and the journal throw.
    package func runUntilStopped(
        _ attack: AnyAttack,
        label: String,
        on positions: [Int],
        place: RunProgress.Place? = nil,
        keepsCandidates: Bool = true
    ) throws -> AttackRun {
        let attack = try keepingConstraints(startingAtSamples(attack))
        let threat = attack.attack.threat
        let step = RunStep(
            number: control.steps.take(),
            label: label,
            attack: attack.attack.name,
            threat: "\(threat.norm.rawValue) \(threat.epsilon)",
            count: positions.count,
            candidateShape: keepsCandidates ? model.inputShape.dimensions : nil
        )
        var finished = FinishedSamples(step, of: positions)
        for chunk in try control.journal?.chunks(of: step) ?? [] { try finished.take(chunk) }
        let taken = finished.count
        func tell() { control.progress(finished.progress(label, place: place, taken: taken)) }
        tell()
        var size = try chunkSize(for: attack)
        var stop: RunStop?
        while stop == nil, let chunk = finished.next(size.next) {
            let started = clock()
            let part: Part
            do {
                part = try perturb(chunk, attack, finished, label: label, place: place, taken: taken)
            } catch let reason as RunStop {
                stop = reason
                break
            }
            stop = part.stop
            let seconds = clock() - started
            size.took(seconds)
            let rows = part.rows
            precondition(!rows.isEmpty || stop != nil, "an attack that is not stopped finishes its samples")
            guard !rows.isEmpty else { break }
            let made = RunChunk(
                positions: rows.map { chunk[$0] },
                records: rows.map { part.records[$0] },
                candidates: keepsCandidates ? part.candidates.gatheringRows(rows) : nil,
                seconds: seconds
            )
            try control.journal?.append(made, to: step)
            try finished.take(made)
            tell()
        }
        // Samples that were counted while they were worked on are not finished if nobody judged them.
        if stop != nil { tell() }
        return finished.run(
            attack.attack.name,
            untouched: samples.labels.indices.map { untouched($0) },
            rowShape: model.inputShape,
            stop: stop
        )
    }

    /// What an attack made of a chunk.
    private struct Part {
        /// The rows that it is done with.
        var rows: [Int]
        /// A record for each row; what is not done means nothing.
        var records: [SampleRecord]
        var candidates: Tensor
        var stop: RunStop?
    }

    private func perturb(
        _ chunk: [Int],
        _ attack: AnyAttack,
        _ finished: FinishedSamples,
        label: String,
        place: RunProgress.Place?,
        taken: Int
    ) throws -> Part {
        let threat = attack.attack.threat
        var batch = Batch(
            inputs: samples.inputs.gatheringRows(chunk),
            aims: chunk.map { aim($0, threat.goal) },
            samples: chunk.map { samples.indices[$0] }
        )
        batch.maximumQueries = maximumQueries
        let done = Mutex(0)
        let (progress, begun) = (control.progress, finished.progress(label, place: place, taken: taken))
        batch.onFinished = { _ in
            var now = begun
            now.done += done.withLock { done in
                done += 1
                return done
            }
            progress(now)
        }
        let random = RandomSource(seed: seed, stream: attack.attack.name)
        let perturbed = try perturb(attack, batch, random)
        let rows = perturbed.isFinished.indices.filter { perturbed.isFinished[$0] }
        var part = Part(
            rows: rows,
            records: chunk.map { untouched($0) },
            candidates: perturbed.candidates,
            stop: perturbed.stop
        )
        guard !rows.isEmpty else { return part }
        batch = batch.gathering(rows)
        let (rulings, legal) = try Judge(threat: threat, constraints: constraints)
            .rule(on: perturbed.candidates.gatheringRows(rows), for: batch, against: judged)
        part.candidates.setRows(rows, to: legal)
        for (ruling, row) in zip(rulings, rows) {
            part.records[row].wasAttacked = true
            part.records[row].adversarialPrediction = ruling.prediction
            part.records[row].isBroken = ruling.isBroken
            part.records[row].distances = ruling.distances
            part.records[row].violation = ruling.violation
            part.records[row].queries = perturbed.queries[row]
            part.records[row].queriesToSuccess = perturbed.firstSuccess[row]
            part.records[row].nearest = perturbed.nearest[row]
            part.records[row].proved = perturbed.proved[row]
            part.records[row].gradients = perturbed.gradients[row]
            part.records[row].restart = perturbed.restarts[row]
            part.records[row].claimed = perturbed.claimed[row]
        }
        return part
    }

    /// The attack as it keeps the constraints, if there are some.
    ///
    /// - Throws: `AttackError.ignoresConstraints` for one that cannot.
    private func keepingConstraints(_ attack: AnyAttack) throws(AttackError) -> AnyAttack {
        guard let constraints else { return attack }
        guard let constrained = attack.constrained(by: constraints) else {
            throw .ignoresConstraints(attack: attack.attack.name)
        }
        return constrained
    }

    private func chunkSize(for attack: AnyAttack) throws -> ChunkSize {
        let lanes = Mutex(ChunkSize.lanesOfLabels)
        if let model = model as? any ScoreAccess {
            try model.withScoreWorkers { worker in lanes.withLock { $0 = worker.lanes } }
        }
        return ChunkSize(
            workers: workerCount,
            lanes: lanes.withLock { $0 },
            sampleSize: model.inputShape.count,
            isFixed: attack.attack.needsCompany
        )
    }
}
