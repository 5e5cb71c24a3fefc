import BulwarkModels
import BulwarkTensors
import TestSupport
import Testing

struct ClassifierVectorTests {
    @Test func thereAreModelsFromSeveralExporters() {
        let names = ClassifierVectors.names
        #expect(names.count >= 70)
        #expect(names.contains { $0.hasPrefix("torch") } && names.contains { $0.hasPrefix("sklearn") })
    }

    @Test(arguments: ClassifierVectors.names)
    func logitsAndGradientsAgreeWithTheFrameworks(name: String) throws {
        let found = try ClassifierVectors.differences(name, backend: ReferenceBackend())
        #expect(found.scores < 1e-4)
        #expect(found.losses < 1e-4)
        #expect(found.gradient < 1e-3)
        #expect(found.labels == Self.otherLabels[name, default: 0])
    }

    /// How many of five samples have another label than the class of their highest score: all where the
    /// converter's two-class support vector machine ranks its scores the other way round, and some where
    /// votes of pairs make the label and coupled probabilities the scores.
    private static let otherLabels = ["sklearn-svc-two-classes": 5, "sklearn-svc-poly": 1]

    /// Models whose inputs are no samples for attacks, or whose gradients are estimates: outputs alone.
    @Test(
        arguments: Vectors.names(in: "onnx").filter {
            ["torch-tokens", "torch-tokens-dynamo", "torch-quantized"].contains($0)
        }
    )
    func outputsAgreeWithTheFrameworks(name: String) throws {
        let graph = try ONNXReader.read(contentsOf: ClassifierVectors.url(name)).graph
        let expected = try NPZReader(Vectors.data("onnx/\(name)/outputs.npz"))
        let inputs = try expected.tensor(named: "x")
        let executable = try ReferenceBackend().compile(
            graph,
            batchSize: inputs.rowCount,
            differentiating: []
        )
        let found = try executable.forward([inputs])[0]
        #expect(ClassifierVectors.difference(found, try expected.tensor(named: "logits")) < 1e-4)
    }

    @Test func gradientsOfAQuantisedNetworkAreCalledEstimates() throws {
        let model = try ClassifierVectors.graph("torch-quantized")
        #expect(model.graph.givesGradients)
        #expect(model.graph.straightThroughOperators.contains("QuantizeLinear"))
        #expect(model.notes.contains { $0.contains("straight-through") })
    }

    @Test(arguments: [
        "sklearn-forest-names", "sklearn-tree", "sklearn-histogram-boosting", "sklearn-neighbours",
    ])
    func modelsThatMoveInStepsGiveScoresOnly(name: String) throws {
        let model = try ClassifierVectors.graph(name)
        let access = ClassifierAccess(
            model,
            backend: ReferenceBackend(),
            execution: Execution(threads: 1)
        )
        #expect(!access.hasGradients)
    }

    @Test func classesAreCalledAsTheFileSays() throws {
        let forest = try ONNXReader.read(contentsOf: ClassifierVectors.url("sklearn-forest-names"))
        #expect(forest.classNames == ["setosa", "versicolor", "virginica"])
        let logistic = try ONNXReader.read(contentsOf: ClassifierVectors.url("sklearn-logistic-names"))
        #expect(logistic.classNames == ["setosa", "versicolor", "virginica"])
    }

    /// The label output of the file itself, against the labels it gave in ONNX Runtime.
    @Test(arguments: ClassifierVectors.names.filter { $0.hasPrefix("sklearn-") })
    func ownLabelsAreThoseOfTheRuntime(name: String) throws {
        let expected = try ClassifierVectors.expected(name)
        guard expected.names.contains("scores") else { return }
        let url = ClassifierVectors.url(name)
        let model = try ONNXReader.read(contentsOf: url)
        let whole = try ONNXReader.read(contentsOf: url, options: ONNXImportOptions(outputs: .all))
        let own = OwnLabels(
            of: whole.graph,
            beside: try ClassifierGraph(model.graph),
            classNames: model.classNames,
            backend: ReferenceBackend(),
            execution: Execution(threads: 1, blockSize: 4)
        )
        let labels = try #require(own).labels(for: expected.tensor(named: "x"))
        #expect(labels == (try expected.array(named: "labels").labels().map { Optional($0) }))
    }

    @Test(arguments: ClassifierVectors.names)
    func writingAndReadingBackChangesNoOutput(name: String) throws {
        let original = try ClassifierVectors.graph(name)
        let bytes = try ONNXWriter.data(for: original.graph, name: "copy", version: "test")
        let again = try ClassifierGraph(ONNXReader.read(bytes).graph)
        let inputs = try ClassifierVectors.expected(name).tensor(named: "x")
        let execution = Execution(threads: 1, blockSize: 4)
        func logits(_ graph: ClassifierGraph) throws -> Tensor {
            try ClassifierAccess(graph, backend: ReferenceBackend(), execution: execution).scoreAccess
                .logits(for: inputs)
        }
        #expect(try logits(original).isBitwiseEqual(to: try logits(again)))
        #expect(try ONNXWriter.data(for: original.graph, name: "copy", version: "test") == bytes)
    }
}
