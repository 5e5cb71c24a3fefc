import BulwarkModels
import BulwarkTensors
import Testing

struct ArchitectureTests {
    struct Case: Sendable {
        let architecture: Architecture
        let inputShape: Shape
    }

    static let cases = [
        Case(architecture: .mlp, inputShape: [5]), Case(architecture: .mlp, inputShape: [2, 3]),
        Case(architecture: .mlp, inputShape: [1, 8, 8]), Case(architecture: .mlp, inputShape: []),
        Case(architecture: .cnn, inputShape: [1, 8, 8]), Case(architecture: .cnn, inputShape: [3, 4, 4]),
        Case(architecture: .cnn, inputShape: [2, 7, 5]),
    ]

    @Test(arguments: cases)
    func givesOneLogitForEachClass(_ subject: Case) throws {
        let graph = try subject.architecture.graph(
            inputShape: subject.inputShape,
            classCount: 4,
            width: 3,
            seed: 2
        )
        let classifier = try ClassifierGraph(graph)
        #expect(classifier.form == .logits)
        #expect(classifier.classCount == 4)
        #expect(classifier.inputShape == subject.inputShape)
        let model = GraphClassifier(
            classifier,
            backend: ReferenceBackend(),
            execution: Execution(threads: 1, blockSize: 2)
        )
        var random = SeededRandom(seed: 1, stream: "architecture")
        let inputs = Tensor(subject.inputShape.batched(3), generating: { _ in random.uniform() })
        let logits = try model.logits(for: inputs)
        #expect(logits.shape == [3, 4])
        #expect(logits.isFinite)
        // Every layer is trained: each parameter of the graph is trainable.
        #expect(Set(graph.trainable) == Set(graph.parameters.keys))
    }

    @Test(arguments: [[], [16], [8, 8], [1, 3, 8], [1, 8, 3], [1, 1, 8, 8]] as [Shape])
    func theConvolutionalOneRefusesWhatIsNoImage(_ shape: Shape) {
        #expect(throws: Architecture.Failure.notAnImage(shape)) {
            try Architecture.cnn.graph(inputShape: shape, classCount: 2, seed: 0)
        }
    }

    @Test func theSeedDecidesTheWeights() throws {
        func weights(_ seed: UInt64) throws -> [String: Tensor] {
            let graph = try Architecture.mlp.graph(inputShape: [3], classCount: 2, width: 4, seed: seed)
            return Dictionary(uniqueKeysWithValues: graph.parameters.map { (graph[$0.key].name, $0.value) })
        }
        let (first, again, other) = (try weights(1), try weights(1), try weights(2))
        for (name, tensor) in first {
            #expect(again[name]?.isBitwiseEqual(to: tensor) == true)
            #expect((other[name] == tensor) == name.hasSuffix("bias"), "\(name)")
        }
    }

    /// Mean 0, variance 2 / fan-in, as section 2.2 of He and others (ICCV 2015) has it; biases are zero.
    @Test(arguments: [
        Case(architecture: .mlp, inputShape: [1, 10, 10]), Case(architecture: .cnn, inputShape: [3, 12, 12]),
    ])
    func initialWeightsHaveTheVarianceOfTheirFanIn(_ subject: Case) throws {
        let graph = try subject.architecture.graph(
            inputShape: subject.inputShape,
            classCount: 10,
            width: 40,
            seed: 3
        )
        for (id, tensor) in graph.parameters {
            let name = graph[id].name
            if name.hasSuffix("bias") {
                #expect(tensor.elements.allSatisfy { $0 == 0 }, "\(name)")
                continue
            }
            let fanIn = Double(tensor.count / tensor.shape[0])
            let values = tensor.elements.map(Double.init)
            let count = Double(values.count)
            let mean = values.reduce(0, +) / count
            let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count
            // Five standard errors of the mean and of the variance of normal numbers.
            #expect(abs(mean) < 5 * (2 / fanIn / count).squareRoot(), "\(name)")
            #expect(
                abs(variance * fanIn / 2 - 1) < 5 * (2 / count).squareRoot(),
                "\(name): \(variance * fanIn)"
            )
        }
    }
}
