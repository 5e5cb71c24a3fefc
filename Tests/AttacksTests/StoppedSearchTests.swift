import BulwarkAttacks
import BulwarkModels
import BulwarkTensors
import Synchronization
import TestSupport
import Testing

/// A search that is told to stop keeps the samples it is done with, as they would have been.
struct StoppedSearchTests {
    private func batch(_ count: Int, _ affine: AffineClassifier) throws -> Batch {
        var random = SeededRandom(seed: 2, stream: "inputs")
        let inputs = Tensor([count, 6], generating: { _ in random.uniform() })
        let labels = try affine.labels(for: inputs)
        return Batch(inputs: inputs, aims: labels.map { .anythingBut($0) }, samples: Array(0..<count))
    }

    @Test func finishedSamplesAreKeptAndOthersMarked() throws {
        let affine = AffineClassifier(randomClasses: 3, inputShape: [6], seed: 3)
        let batch = try batch(200, affine)
        let threat = ThreatModel(norm: .linf, epsilon: 0.05, bounds: Bounds(-3, 4))
        let row = try AttackTable.row(named: "square")
        let attack = try row.make(threat: threat, preset: row.preset(named: "fast"), classCount: 3)
        let random = RandomSource(seed: 1, stream: "square")
        let whole = try attack.perturb(batch, against: affine, random: random)
        #expect(whole.stop == nil && whole.isFinished.allSatisfy(\.self))
        var counts: [Int] = []
        for questions in [1, 20, 60] {
            let left = Atomic(questions)
            let model = StoppableClassifier(affine) {
                left.subtract(1, ordering: .relaxed).oldValue > 0 ? nil : .interruption
            }
            let told = Mutex<[Int]>([])
            var watched = batch
            watched.onFinished = { row in told.withLock { $0.append(row) } }
            let part = try attack.perturb(watched, against: model, random: random)
            #expect(part.stop == .interruption)
            let done = part.isFinished.indices.filter { part.isFinished[$0] }
            counts.append(done.count)
            #expect(told.withLock { $0.sorted() } == done)
            for sample in done {
                #expect(part.candidates.row(sample).isBitwiseEqual(to: whole.candidates.row(sample)))
                #expect(part.queries[sample] == whole.queries[sample])
                #expect(part.claimed[sample] == whole.claimed[sample])
            }
        }
        #expect(counts[0] == 0 && counts[2] > 0 && counts[2] < 200, "\(counts)")
    }

    /// What is wrong with a model is an error and not a reason to keep what there is.
    @Test func otherErrorsAreThrown() throws {
        struct Broken: Error {}
        struct BrokenClassifier: ScoreAccess {
            let inputShape: Shape = [6]
            let classCount = 3
            func logits(for inputs: Tensor) throws -> Tensor { throw Broken() }
        }
        let affine = AffineClassifier(randomClasses: 3, inputShape: [6], seed: 3)
        let batch = try batch(10, affine)
        let threat = ThreatModel(norm: .linf, epsilon: 0.05, bounds: Bounds(-3, 4))
        let row = try AttackTable.row(named: "square")
        let attack = try row.make(threat: threat, preset: row.preset(named: "fast"), classCount: 3)
        #expect(throws: Broken.self) {
            _ = try attack.perturb(
                batch,
                againstScoresOf: BrokenClassifier(),
                random: RandomSource(seed: 1, stream: "square")
            )
        }
    }
}
