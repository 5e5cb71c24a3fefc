import BulwarkEvaluation
import BulwarkModels
import BulwarkTensors
import Synchronization

/// A journal that forgets everything with the process.
final class MemoryJournal: RunJournal {
    private(set) var answers: Tensor?
    private(set) var chunks: [RunStep: [RunChunk]] = [:]
    private(set) var certificates: [RunStep: [CertificateChunk]] = [:]
    /// The steps in the order in which they were asked about.
    private(set) var steps: [RunStep] = []

    /// How many samples of a step are there.
    func count(_ step: RunStep) -> Int { chunks[step, default: []].reduce(0) { $0 + $1.positions.count } }

    /// How many samples of all steps are there.
    var count: Int { chunks.values.joined().reduce(0) { $0 + $1.positions.count } }

    func begin(answers: Tensor) throws {
        if let then = self.answers, !then.isBitwiseEqual(to: answers) {
            throw RunJournalMismatch(step: "the beginning", reason: "the model answers otherwise")
        }
        self.answers = answers
    }

    func chunks(of step: RunStep) -> [RunChunk] {
        steps.append(step)
        return chunks[step] ?? []
    }

    func append(_ chunk: RunChunk, to step: RunStep) { chunks[step, default: []].append(chunk) }

    func certificates(of step: RunStep) -> [CertificateChunk] {
        steps.append(step)
        return certificates[step] ?? []
    }

    func append(_ chunk: CertificateChunk, to step: RunStep) { certificates[step, default: []].append(chunk) }
}

/// Wants a run to end after so many questions to the model.
final class Patience: Sendable {
    private let left: Atomic<Int>
    private let reason: RunStop

    init(_ questions: Int, _ reason: RunStop = .interruption) {
        left = Atomic(questions)
        self.reason = reason
    }

    /// Why to end; nil while there is patience left.
    func stop() -> RunStop? { left.subtract(1, ordering: .relaxed).oldValue > 0 ? nil : reason }
}
