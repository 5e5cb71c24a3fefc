import BulwarkAttacks
import BulwarkDefenses
import BulwarkModels
import BulwarkOneDNN
import BulwarkTensors
import Testing

/// Samples with one feature that is right nine times in ten, by much, and thirty that each say a little: what
/// is best without an attack is worst with one (Tsipras et al., "Robustness may be at odds with accuracy",
/// ICLR 2019, section 2.1).
struct HardeningTests {
    private static let threat = ThreatModel(norm: .linf, epsilon: 0.5, bounds: Bounds(-10, 10))
    private static let execution = Execution(threads: 1, blockSize: 32)

    private static func samples(_ count: Int, seed: UInt64) -> (inputs: Tensor, labels: [Int]) {
        var random = SeededRandom(seed: seed, stream: "samples")
        let labels = (0..<count).map { _ in random.uniform() < 0.5 ? 0 : 1 }
        var elements: [Float] = []
        for label in labels {
            let side: Float = label == 1 ? 1 : -1
            elements.append(random.uniform() < 0.9 ? side : -side)
            for _ in 0..<30 { elements.append(0.25 * side + 0.5 * random.normal()) }
        }
        return (Tensor([count, 31], elements), labels)
    }

    private static func natural() throws -> Graph {
        let (inputs, labels) = samples(600, seed: 1)
        return try Trainer(optimizer: .adam(learningRate: 0.01), epochs: 5, batchSize: 32).train(
            Architecture.mlp.graph(inputShape: [31], classCount: 2, width: 8, seed: 1),
            inputs: inputs,
            labels: labels,
            backend: OneDNNBackend(),
            execution: execution
        )
    }

    private static func hardened(
        _ graph: Graph,
        _ transformation: some BatchTransformation,
        epochs: Int = 30,
        threads: Int = 1
    ) throws -> Hardening.Outcome {
        let (inputs, labels) = samples(600, seed: 1)
        let trainer = Trainer(
            optimizer: .adam(learningRate: 0.01),
            schedule: .cosine,
            epochs: epochs,
            batchSize: 32,
            seed: 3
        )
        return try Hardening(transformation, trainer: trainer).harden(
            ClassifierGraph(graph),
            inputs: inputs,
            labels: labels,
            backend: OneDNNBackend(),
            execution: Execution(threads: threads, blockSize: 32)
        )
    }

    /// The share of fresh samples that are right after ten steps of PGD with another seed.
    private static func robustAccuracy(_ graph: Graph) throws -> Double {
        let (inputs, labels) = samples(300, seed: 2)
        let model = GraphClassifier(
            try ClassifierGraph(graph),
            backend: OneDNNBackend(),
            execution: execution
        )
        let moved = try AdversarialTraining(threat: threat, steps: 20).transform(
            Batch(inputs: inputs, aims: labels.map { .anythingBut($0) }, samples: Array(labels.indices)),
            for: model,
            strength: 1,
            random: RandomSource(seed: 99, stream: "judge")
        )
        return Double(zip(try model.labels(for: moved), labels).count { $0 == $1 }) / 300
    }

    @Test func aModelLearnsToRelyOnWhatWithstands() throws {
        let natural = try Self.natural()
        #expect(try Self.robustAccuracy(natural) < 0.3)
        for transformation: any BatchTransformation in [
            try AdversarialTraining(threat: Self.threat), try FastAdversarialTraining(threat: Self.threat),
        ] {
            let outcome = try Self.hardened(natural, transformation)
            // One feature alone withstands, and it is right in nine of ten.
            #expect(try Self.robustAccuracy(outcome.graph) > 0.8)
            #expect(outcome.epochs.map(\.number) == Array(0...30))
            #expect(outcome.epochs[0].robustAccuracy < 0.35 && outcome.epochs[0].loss == nil)
            let best = outcome.epochs.dropFirst().map(\.robustAccuracy).max()
            #expect(outcome.chosen.robustAccuracy == best && outcome.chosen.number > 0)
            #expect(outcome.samples == (540, 60))
        }
    }

    @Test func threadsChangeNoByte() throws {
        let natural = try Self.natural()
        let transformation = try AdversarialTraining(threat: Self.threat, steps: 2)
        let one = try Self.hardened(natural, transformation, epochs: 1)
        let two = try Self.hardened(natural, transformation, epochs: 1, threads: 2)
        #expect(one.epochs == two.epochs)
        #expect(
            one.graph.parameters.allSatisfy {
                two.graph.parameters[$0.key]?.isBitwiseEqual(to: $0.value) ?? false
            }
        )
    }

    @Test func aModelFromAFileIsHardenedInItsOwnLayers() throws {
        let bytes = try ONNXWriter.data(for: Self.natural(), name: "natural", version: "test")
        let file = try ONNXReader.read(bytes).graph
        #expect(file.trainable.isEmpty)
        let outcome = try Self.hardened(file, AdversarialTraining(threat: Self.threat))
        let adopted = try #require(file.adoptingParameters(of: outcome.graph))
        #expect(adopted.outputs == file.outputs && adopted.parameters.count == file.parameters.count)
        let again = try ONNXReader.read(ONNXWriter.data(for: adopted, name: "hardened", version: "test"))
        #expect(try Self.robustAccuracy(again.graph) > 0.8)
    }

    @Test func whatCannotBeHardenedIsRefused() throws {
        var builder = GraphBuilder()
        let input = try builder.input("x", [.batch, 31])
        let weights = try builder.parameter("w", Tensor([31, 2], repeating: 0.1))
        let product = try builder.apply(MatMul(), to: [input, weights])
        let floors = try builder.apply(Floor(), to: [product])
        let stepped = builder.graph(outputs: [floors])
        #expect(throws: HardeningError.noGradients) {
            try Self.hardened(stepped, AdversarialTraining(threat: Self.threat))
        }
        var fixed = GraphBuilder()
        let four = try fixed.input("x", [4, 31])
        let same = try fixed.parameter("w", Tensor([31, 2], repeating: 0.1))
        let values = try fixed.apply(MatMul(), to: [four, same])
        let scores = fixed.graph(outputs: [values])
        #expect(throws: HardeningError.fixedBatch(4)) {
            try Self.hardened(scores, AdversarialTraining(threat: Self.threat))
        }
        let trainer = Trainer(optimizer: .adam(learningRate: 0.01), epochs: 1)
        #expect(throws: HardeningError.tooFewSamples(5)) {
            try Hardening(AdversarialTraining(threat: Self.threat), trainer: trainer).harden(
                ClassifierGraph(Self.natural()),
                inputs: Tensor([5, 31]),
                labels: [0, 1, 0, 1, 0],
                backend: OneDNNBackend(),
                execution: Self.execution
            )
        }
    }
}
