import BulwarkAttacks
import BulwarkEvaluation
import BulwarkModels
import BulwarkTensors
import Synchronization
import TestSupport
import Testing

/// How samples are divided into chunks, and that nothing depends on it.
struct ChunkTests {
    @Test func quickChunksGrowAndSlowOnesStay() {
        var size = ChunkSize(workers: 2, lanes: 64, sampleSize: 784, isFixed: false)
        #expect(size.next == 256)
        size.took(0.1)
        #expect(size.next == 512)
        size.took(100)
        #expect(size.next == 512)
        for _ in 0..<40 { size.took(0) }
        #expect(size.next == (16 << 20) / 784)
    }

    /// Large models compute few samples together, and a chunk of theirs should not take an hour.
    @Test func chunksFitWhatIsComputedTogether() {
        #expect(ChunkSize(workers: 2, lanes: 4, sampleSize: 10, isFixed: false).next == 32)
        #expect(ChunkSize(workers: 16, lanes: 64, sampleSize: 10, isFixed: false).next == 1024)
        #expect(ChunkSize(workers: 1, lanes: 1, sampleSize: 1 << 30, isFixed: false).next == 4)
    }

    @Test func companyIsAlwaysTheSame() {
        var size = ChunkSize(workers: 16, lanes: 64, sampleSize: 10, isFixed: true)
        #expect(size.next == ChunkSize.fixed)
        size.took(0)
        #expect(size.next == ChunkSize.fixed)
    }

    /// A clock that makes chunks quick gives other chunks than one that makes them slow, and the same records.
    @Test func recordsDoNotDependOnChunks() throws {
        let linear = try LinearCase(norm: .linf, count: 900)
        var all: [(chunks: Int, records: [SampleRecord], candidates: Tensor)] = []
        for second in [0.0, 100.0] {
            let time = Mutex(0.0)
            let journal = MemoryJournal()
            let runner = AttackRunner(
                model: linear.model,
                samples: linear.samples,
                cleanPredictions: try linear.model.labels(for: linear.samples.inputs),
                seed: 5,
                clock: {
                    time.withLock { time in
                        time += second
                        return time
                    }
                },
                control: RunControl(journal: journal)
            )
            let attack = try planned("apgd-ce", "fast").make(
                threat: linear.threat(epsilon: 0.1),
                classCount: 2
            )
            let run = try runner.run(attack, label: "apgd-ce", on: runner.correct)
            let chunks = journal.chunks.values.reduce(0) { $0 + $1.count }
            all.append((chunks, run.records, run.candidates))
        }
        #expect(all[0].chunks < all[1].chunks)
        #expect(all[0].records == all[1].records)
        #expect(all[0].candidates.isBitwiseEqual(to: all[1].candidates))
    }

    /// Chunks of a journal are taken in whatever order samples were finished, and the rest is attacked.
    @Test func samplesOfAJournalMayBeAnyOnes() throws {
        let linear = try LinearCase(norm: .linf, count: 40)
        let whole = MemoryJournal()
        let attack = try planned("apgd-ce", "fast").make(threat: linear.threat(epsilon: 0.1), classCount: 2)
        func run(_ journal: MemoryJournal) throws -> AttackRun {
            let runner = AttackRunner(
                model: linear.model,
                samples: linear.samples,
                cleanPredictions: try linear.model.labels(for: linear.samples.inputs),
                seed: 5,
                clock: { 0 },
                control: RunControl(journal: journal)
            )
            return try runner.run(attack, label: "apgd-ce", on: runner.correct)
        }
        let first = try run(whole)
        let (step, chunks) = try #require(whole.chunks.first)
        let chunk = try #require(chunks.first)
        let some = [7, 3, 11, 0].filter { $0 < chunk.positions.count }
        let part = MemoryJournal()
        part.append(
            RunChunk(
                positions: some.map { chunk.positions[$0] },
                records: some.map { chunk.records[$0] },
                candidates: chunk.candidates?.gatheringRows(some),
                seconds: 2
            ),
            to: step
        )
        let second = try run(part)
        #expect(second.records == first.records)
        #expect(second.attacked == first.attacked)
        #expect(second.candidates.isBitwiseEqual(to: first.candidates))
        #expect(second.seconds == 2)
        #expect(part.count(step) == chunk.positions.count)
        // The same again is no journal of this run.
        part.append(chunk, to: step)
        #expect(throws: RunJournalMismatch.self) { _ = try run(part) }
    }

    /// A journal with samples that the step does not attack, or without candidates, belongs to another run.
    @Test func aForeignChunkIsRefused() throws {
        let linear = try LinearCase(norm: .linf, count: 40)
        let attack = try planned("noise", "fast").make(threat: linear.threat(epsilon: 0.1), classCount: 2)
        for hasCandidates in [true, false] {
            let journal = MemoryJournal()
            let runner = AttackRunner(
                model: linear.model,
                samples: linear.samples,
                cleanPredictions: try linear.model.labels(for: linear.samples.inputs),
                seed: 5,
                clock: { 0 },
                control: RunControl(journal: journal)
            )
            let position = hasCandidates ? 3 : 0
            let step = RunStep(
                number: 0,
                label: "noise",
                attack: "noise",
                threat: "linf 0.1",
                count: runner.correct.count,
                candidateShape: [6]
            )
            #expect(runner.correct.contains(position) == !hasCandidates)
            let record = SampleRecord(
                sample: 0,
                label: 0,
                cleanPrediction: 0,
                adversarialPrediction: 0,
                wasAttacked: true,
                isBroken: false,
                distances: .zero,
                queries: 0,
                gradients: 0,
                restart: 0,
                seed: 5,
                claimed: false,
                violation: nil
            )
            let candidates = hasCandidates ? Tensor([1, 6]) : nil
            journal.append(
                RunChunk(positions: [position], records: [record], candidates: candidates, seconds: 0),
                to: step
            )
            #expect(throws: RunJournalMismatch.self) {
                _ = try runner.run(attack, label: "noise", on: runner.correct)
            }
        }
    }
}
