import BulwarkAttacks
import BulwarkModels
import BulwarkTensors
import TestSupport
import Testing

struct SurrogateTrainerTests {
    /// Two clusters a thousand apart in one feature and a thousandth in the other.
    static func clusters(_ count: Int, seed: UInt64) -> (inputs: Tensor, labels: [Int]) {
        var random = SeededRandom(seed: seed, stream: "clusters")
        let labels = (0..<count).map { $0 % 2 }
        let inputs = Tensor(
            [count, 2],
            labels.flatMap { label -> [Float] in
                [5000 + 500 * (Float(label) + 0.2 * random.normal()), 1e-3 * (random.normal() - 4)]
            }
        )
        return (inputs, labels)
    }

    private func trainer(threads: Int = 1, seed: UInt64 = 1) -> SurrogateTrainer {
        SurrogateTrainer(
            backend: ReferenceBackend(),
            execution: Execution(threads: threads),
            seed: seed,
            learningRate: 0.01,
            samplesSeen: 3000,
            epochs: 2...60
        )
    }

    private func small(_ samples: Tensor) -> SurrogateArchitecture {
        SurrogateArchitecture.plain(for: samples, classCount: 2)[1]
    }

    @Test func featuresOfAnyScaleAreLearnt() throws {
        let (inputs, labels) = Self.clusters(120, seed: 1)
        let surrogate = try trainer().fit(small(inputs), inputs: inputs, labels: labels)
        #expect(surrogate.hasLearnt)
        let (fresh, truth) = Self.clusters(200, seed: 2)
        let correct = try zip(surrogate.classifier.labels(for: fresh), truth).count { $0 == $1 }
        #expect(correct > 190)
    }

    @Test func threadsChangeNothingAndSeedAndMemberDo() throws {
        let (inputs, labels) = Self.clusters(60, seed: 1)
        func scores(threads: Int = 1, seed: UInt64 = 1, member: Int = 0) throws -> Tensor {
            try trainer(threads: threads, seed: seed)
                .fit(small(inputs), inputs: inputs, labels: labels, member: member)
                .classifier.logits(for: inputs)
        }
        let one = try scores()
        #expect(try one.isBitwiseEqual(to: scores(threads: 3)))
        #expect(try !one.isBitwiseEqual(to: scores(seed: 2)))
        #expect(try !one.isBitwiseEqual(to: scores(member: 1)))
    }

    @Test func namingTheCommonestClassIsNotLearning() throws {
        let (inputs, labels) = Self.clusters(60, seed: 1)
        #expect(try trainer().fit(small(inputs), inputs: inputs, labels: labels).hasLearnt)
        // Samples that nobody can tell apart, a third of them of the other class.
        let same = Tensor([60, 2], repeating: 0.5)
        let surrogate = try trainer().fit(small(inputs), inputs: same, labels: (0..<60).map { $0 % 3 / 2 })
        #expect(!surrogate.hasLearnt)
    }

    @Test func theEffortHardlyDependsOnTheNumberOfSamples() {
        let usual = SurrogateTrainer(backend: ReferenceBackend(), execution: Execution(threads: 1), seed: 1)
        #expect([2000, 500, 50, 1_000_000].map { usual.epochs(for: $0) } == [10, 40, 60, 10])
        #expect([300, 100, 10_000].map { trainer().epochs(for: $0) } == [10, 30, 2])
    }

    /// The mean of scores, and then each network by itself.
    @Test func severalNetworksAreFollowedTogetherFirst() throws {
        let (inputs, labels) = Self.clusters(60, seed: 1)
        let trainer = trainer()
        let members = try SurrogateArchitecture.plain(for: inputs, classCount: 2).enumerated().map {
            try trainer.fit($1, inputs: inputs, labels: labels, member: $0)
        }
        let surrogates = try Surrogates(members, queries: 7, trainer: trainer)
        #expect(surrogates.queries == 7 && surrogates.sources.count == 3)
        let scores = try surrogates.sources.map { try $0.logits(for: inputs) }
        for position in 0..<scores[0].count {
            let mean = (scores[1][position] + scores[2][position]) / 2
            #expect(abs(scores[0][position] - mean) <= 1e-4 * max(abs(mean), 1))
        }
        #expect(try Surrogates([members[0]], queries: 0, trainer: trainer).sources.count == 1)
    }
}
