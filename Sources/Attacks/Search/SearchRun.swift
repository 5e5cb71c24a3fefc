import BulwarkModels
import BulwarkTensors
import Synchronization

/// One search over the samples of a batch, shared out between threads.
///
/// What becomes of a sample depends on no other, so neither the number of threads nor the order in which
/// samples are taken changes anything.
final class SearchRun: Sendable {
    /// What the attack may see when it looks at its sample for the first time.
    enum Sight {
        case labels
        case scores
    }

    private struct State {
        /// The next sample that nobody has taken.
        var next = 0
        var perturbed: Perturbed
    }

    private let batch: Batch
    private let begin: @Sendable (Int, Desk) -> SampleOracle
    private let search: @Sendable (SampleOracle) async throws -> Void
    private let state: Mutex<State>

    /// - Throws: `AttackError.tooFewClasses`.
    init(
        _ attack: some Search,
        _ batch: Batch,
        random: RandomSource,
        _ model: some LabelAccess,
        search: @escaping @Sendable (SampleOracle) async throws -> Void
    ) throws(AttackError) {
        precondition(
            batch.aims.allSatisfy { $0.goal == attack.threat.goal },
            "the aims are of the goal of the threat model"
        )
        let minimum = attack.minimumClassCount
        guard model.classCount >= minimum else {
            throw .tooFewClasses(attack: attack.name, classCount: model.classCount, minimum: minimum)
        }
        self.batch = batch
        self.search = search
        var perturbed = Perturbed(unchanged: batch)
        perturbed.isFinished = Array(repeating: false, count: batch.count)
        state = Mutex(State(perturbed: perturbed))
        let (classCount, shape) = (model.classCount, model.inputShape)
        let box = Box(attack.threat.bounds, count: shape.count)
        begin = { row, desk in
            let size = batch.inputs.rowSize
            return SampleOracle(
                batch.inputs.elements.array(row * size..<(row + 1) * size),
                batch.aims[row],
                attack,
                box,
                shape: shape,
                classCount: classCount,
                maximumQueries: batch.maximumQueries,
                desk: desk,
                numbers: { random.numbers(sample: batch.samples[row], restart: $0) }
            )
        }
    }

    /// What was found so far.
    var perturbed: Perturbed { state.withLock { $0.perturbed } }

    /// How many samples each of some threads works on at once, so that all have about the same to do.
    func capacity(workers: Int) -> Int { (batch.count + workers - 1) / max(workers, 1) }

    /// Takes samples, so many at a time, until there are no more, and has their questions answered.
    ///
    /// If the model wants the run to end, what is finished is kept, and nothing is thrown.
    ///
    /// - Throws: What the model throws.
    func ask(_ answers: some Answering, capacity: Int, sees: Sight) throws {
        let (loop, desk) = (RunLoop(), Desk())
        let tally = Tally()
        var questions: [Question] = []
        while true {
            while tally.failure == nil, tally.underway < max(capacity, 1), let row = take() {
                tally.underway += 1
                let oracle = begin(row, desk)
                Task.detached(executorPreference: loop) { [self] in
                    do {
                        if try await oracle.begin(withScores: sees == .scores) { try await search(oracle) }
                    } catch is SearchEnd {
                        // What was found is with the oracle.
                    } catch {
                        tally.failure = tally.failure ?? error
                        tally.underway -= 1
                        return
                    }
                    finish(row, oracle)
                    tally.underway -= 1
                }
            }
            desk.room = max(answers.lanes / max(tally.underway, 1), 1)
            loop.run()
            if let failure = tally.failure, desk.questions.isEmpty {
                guard let stop = failure as? RunStop else { throw failure }
                state.withLock { $0.perturbed.stop = stop }
                return
            }
            if tally.underway == 0 {
                if isOver { return }
                continue
            }
            precondition(!desk.questions.isEmpty, "an attack waits for nothing but answers")
            swap(&questions, &desk.questions)
            if let failure = tally.failure {
                for question in questions { question.continuation.resume(throwing: failure) }
            } else {
                answer(questions, answers)
            }
            questions.removeAll(keepingCapacity: true)
        }
    }

    /// What one thread keeps in mind.
    ///
    /// `@unchecked Sendable` is sound because only that thread and jobs that it runs touch it.
    private final class Tally: @unchecked Sendable {
        var underway = 0
        var failure: (any Error)?
    }

    private var isOver: Bool { state.withLock { $0.next >= batch.count } }

    private func take() -> Int? {
        state.withLock { state in
            guard state.next < batch.count else { return nil }
            state.next += 1
            return state.next - 1
        }
    }

    private func answer(_ questions: [Question], _ answers: some Answering) {
        var kinds: [Question.Kind] = []
        for question in questions where !kinds.contains(question.kind) { kinds.append(question.kind) }
        for kind in kinds {
            answer(kinds.count == 1 ? questions : questions.filter { $0.kind == kind }, kind, answers)
        }
    }

    /// Answers questions of one kind together.
    private func answer(_ questions: [Question], _ kind: Question.Kind, _ answers: some Answering) {
        var points: [[Float]] = []
        points.reserveCapacity(questions.count)
        for question in questions { points.append(contentsOf: question.points) }
        func resume<Part>(_ parts: [Part], _ wrap: ([Part]) -> Question.Answer) {
            if questions.allSatisfy({ $0.points.count == 1 }) {
                // So it is nearly always.
                for index in parts.indices {
                    questions[index].continuation.resume(returning: wrap([parts[index]]))
                }
                return
            }
            var start = 0
            for question in questions {
                let end = start + question.points.count
                question.continuation.resume(returning: wrap(Array(parts[start..<end])))
                start = end
            }
        }
        do {
            switch kind {
            case .labels: resume(try answers.labels(at: points), Question.Answer.labels)
            case .logits: resume(try answers.logits(at: points), Question.Answer.logits)
            case .slopes(let loss):
                let slopes = try answers.slopes(of: loss, at: points, aims: questions.flatMap(\.aims))
                resume(slopes, Question.Answer.slopes)
            }
        } catch {
            for question in questions { question.continuation.resume(throwing: error) }
        }
    }

    private func finish(_ row: Int, _ oracle: SampleOracle) {
        state.withLock { state in
            let size = batch.inputs.rowSize
            if oracle.candidate != oracle.input {
                state.perturbed.candidates.mutate { $0.copy(oracle.candidate, to: row * size) }
            }
            state.perturbed.queries[row] = oracle.queries
            state.perturbed.gradients[row] = oracle.gradients
            state.perturbed.restarts[row] = oracle.foundIn
            state.perturbed.claimed[row] = oracle.hasReached
            state.perturbed.firstSuccess[row] = oracle.firstSuccess
            state.perturbed.nearest[row] = oracle.nearest == nil ? nil : oracle.nearestDistance
            state.perturbed.proved[row] = oracle.provedRadius
            state.perturbed.isFinished[row] = true
        }
        batch.onFinished?(row)
    }
}
