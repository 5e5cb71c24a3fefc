import BulwarkModels
import BulwarkTensors
import Foundation
import Testing

struct TrainerTests {
    /// Three blobs in the plane, a little apart.
    static func blobs(count: Int, seed: UInt64) -> (inputs: Tensor, labels: [Int]) {
        let centers: [(Float, Float)] = [(0, 0), (2, 0), (0, 2)]
        var random = SeededRandom(seed: seed, stream: "blobs")
        let labels = (0..<count).map { $0 % 3 }
        let inputs = Tensor(
            [count, 2],
            labels.flatMap { [centers[$0].0 + 0.3 * random.normal(), centers[$0].1 + 0.3 * random.normal()] }
        )
        return (inputs, labels)
    }

    static func network(seed: UInt64 = 1) throws -> Graph {
        try Architecture.mlp.graph(inputShape: [2], classCount: 3, width: 8, seed: seed)
    }

    static func isSame(_ left: Graph, _ right: Graph) -> Bool {
        left.parameters.count == right.parameters.count
            && left.parameters.allSatisfy { right.parameters[$0.key]?.isBitwiseEqual(to: $0.value) ?? false }
    }

    @Test(arguments: [Optimizer.adam(learningRate: 0.02), .sgd(learningRate: 0.1, momentum: 0.9)])
    func blobsAreLearned(_ optimizer: Optimizer) throws {
        let (inputs, labels) = Self.blobs(count: 150, seed: 1)
        var epochs: [Trainer.Epoch] = []
        let trained = try Trainer(optimizer: optimizer, epochs: 12, batchSize: 16).train(
            Self.network(),
            inputs: inputs,
            labels: labels,
            backend: ReferenceBackend(),
            execution: Execution(threads: 1, blockSize: 16)
        ) { epochs.append($0) }
        #expect(epochs.map(\.number) == Array(1...12))
        let (first, last) = (try #require(epochs.first), try #require(epochs.last))
        #expect(last.loss < first.loss / 2)
        #expect(last.accuracy > 0.95)
        let (fresh, truth) = Self.blobs(count: 300, seed: 2)
        let classifier = GraphClassifier(
            try ClassifierGraph(trained),
            backend: ReferenceBackend(),
            execution: Execution(threads: 1)
        )
        let correct = try zip(classifier.labels(for: fresh), truth).count { $0 == $1 }
        #expect(correct > 285)
    }

    @Test func threadsDoNotChangeAByteAndTheSeedDoes() throws {
        let (inputs, labels) = Self.blobs(count: 50, seed: 1)
        func trained(threads: Int, seed: UInt64 = 5) throws -> Graph {
            try Trainer(optimizer: .adam(learningRate: 0.02), epochs: 2, batchSize: 20, seed: seed).train(
                Self.network(),
                inputs: inputs,
                labels: labels,
                backend: ReferenceBackend(),
                execution: Execution(threads: threads, blockSize: 6)
            )
        }
        let one = try trained(threads: 1)
        #expect(try Self.isSame(one, trained(threads: 1)))
        #expect(try Self.isSame(one, trained(threads: 2)))
        #expect(try Self.isSame(one, trained(threads: 3)))
        #expect(try !Self.isSame(one, trained(threads: 1, seed: 6)))
    }

    /// One step of plain descent on one batch is the mean gradient, here of an affine model by hand.
    @Test func oneStepIsTheMeanGradient() throws {
        var builder = GraphBuilder()
        let input = try builder.input("x", [.batch, 2])
        let weight = try builder.parameter("w", Tensor([2, 2], [0.5, -0.5, 0.25, 1]), isTrainable: true)
        let frozen = try builder.parameter("b", Tensor([2], [0.1, -0.1]))
        let logits = try builder.apply(Gemm(), to: [input, weight, frozen])
        let graph = builder.graph(outputs: [logits])
        let points: [[Double]] = [[1, 2], [-1, 0.5], [0.25, -2]]
        let labels = [0, 1, 1]
        let trained = try Trainer(optimizer: .sgd(learningRate: 1, momentum: 0), epochs: 1, batchSize: 3)
            .train(
                graph,
                inputs: Tensor([3, 2], points.flatMap { $0.map(Float.init) }),
                labels: labels,
                backend: ReferenceBackend(),
                execution: Execution(threads: 1, blockSize: 2)
            )
        var expected: [Double] = [0.5, -0.5, 0.25, 1]
        for (point, label) in zip(points, labels) {
            let scores = [
                0.5 * point[0] + 0.25 * point[1] + 0.1, -0.5 * point[0] + 1 * point[1] - 0.1,
            ]
            let difference = scores[1] - scores[0]
            let second = 1 / (1 + exp(-difference))
            let slopes = [(1 - second) - (label == 0 ? 1 : 0), second - (label == 1 ? 1 : 0)]
            for row in 0..<2 {
                for column in 0..<2 { expected[2 * row + column] -= point[row] * slopes[column] / 3 }
            }
        }
        let found = try #require(trained.parameters[weight])
        for (element, number) in zip(found.elements, expected) {
            #expect(abs(Double(element) - number) < 1e-6)
        }
        #expect(trained.parameters[frozen] == graph.parameters[frozen])
    }

    @Test func divergenceIsAnError() throws {
        let (inputs, labels) = Self.blobs(count: 60, seed: 1)
        #expect(throws: Trainer.Failure.diverged(epoch: 1)) {
            try Trainer(optimizer: .sgd(learningRate: 1e30, momentum: 0), epochs: 3, batchSize: 20).train(
                Self.network(),
                inputs: inputs,
                labels: labels,
                backend: ReferenceBackend(),
                execution: Execution(threads: 1)
            )
        }
    }

    /// The loss of an epoch is taken before its last step, so that step has to be looked at by itself.
    @Test func divergenceInTheVeryLastStepIsAnError() throws {
        let (inputs, labels) = Self.blobs(count: 20, seed: 1)
        #expect(throws: Trainer.Failure.diverged(epoch: 1)) {
            try Trainer(
                optimizer: .sgd(learningRate: .greatestFiniteMagnitude, momentum: 0),
                epochs: 1,
                batchSize: 20
            )
            .train(
                Self.network(),
                inputs: 1e10 * inputs,
                labels: labels,
                backend: ReferenceBackend(),
                execution: Execution(threads: 1)
            )
        }
    }

    @Test func aGraphWithNothingToTrainIsAnError() throws {
        var builder = GraphBuilder()
        let input = try builder.input("x", [.batch, 3])
        let output = try builder.apply(Relu(), to: [input])
        let graph = builder.graph(outputs: [output])
        #expect(throws: Trainer.Failure.nothingToTrain) {
            try Trainer(optimizer: .adam(learningRate: 0.1), epochs: 1).train(
                graph,
                inputs: Tensor([1, 3]),
                labels: [0],
                backend: ReferenceBackend(),
                execution: Execution(threads: 1)
            )
        }
    }

    @Test func noEpochChangesNothing() throws {
        let (inputs, labels) = Self.blobs(count: 9, seed: 1)
        let graph = try Self.network()
        let trained = try Trainer(optimizer: .adam(learningRate: 0.1), epochs: 0).train(
            graph,
            inputs: inputs,
            labels: labels,
            backend: ReferenceBackend(),
            execution: Execution(threads: 1)
        )
        #expect(Self.isSame(graph, trained))
    }
}
