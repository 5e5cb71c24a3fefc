import BulwarkModels
import BulwarkTensors
import Testing

struct LearningRateScheduleTests {
    /// Loshchilov and Hutter, equation 5, at its ends and where the cosine is known.
    @Test func theCosineFallsFromOneToZero() {
        let values: [(Float, Float)] = [(0, 1), (1.0 / 3, 0.75), (0.5, 0.5), (2.0 / 3, 0.25), (1, 0), (2, 0)]
        for (progress, factor) in values {
            #expect(abs(LearningRateSchedule.cosine.factor(at: progress) - factor) < 1e-6)
            #expect(LearningRateSchedule.constant.factor(at: progress) == 1)
        }
    }

    private func trained(_ schedule: LearningRateSchedule, epochs: Int) throws -> (Graph, [Graph]) {
        let (inputs, labels) = TrainerTests.blobs(count: 20, seed: 1)
        var seen: [Graph] = []
        let trainer = Trainer(
            optimizer: .sgd(learningRate: 0.1, momentum: 0),
            schedule: schedule,
            epochs: epochs,
            batchSize: 20
        )
        let graph = try trainer.train(
            TrainerTests.network(),
            inputs: inputs,
            labels: labels,
            backend: ReferenceBackend(),
            execution: Execution(threads: 1, blockSize: 20),
            examine: { _, graph in seen.append(graph) }
        )
        return (graph, seen)
    }

    /// The first step is at full length, the second of two at half of it.
    @Test func stepsFollowTheSchedule() throws {
        let (one, _) = try trained(.constant, epochs: 1)
        let (two, constant) = try trained(.constant, epochs: 2)
        let (half, cosine) = try trained(.cosine, epochs: 2)
        #expect(TrainerTests.isSame(cosine[0], one) && TrainerTests.isSame(constant[0], one))
        #expect(TrainerTests.isSame(constant[1], two) && TrainerTests.isSame(cosine[1], half))
        for (id, tensor) in one.parameters where one.trainable.contains(id) {
            let (full, part) = (try #require(two.parameters[id]), try #require(half.parameters[id]))
            for index in 0..<tensor.count {
                #expect(abs((part[index] - tensor[index]) - (full[index] - tensor[index]) / 2) < 1e-6)
            }
        }
    }
}
