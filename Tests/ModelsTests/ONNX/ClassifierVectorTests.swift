import BulwarkModels
import BulwarkTensors
import TestSupport
import Testing

struct ClassifierVectorTests {
    @Test func thereAreModelsFromSeveralExporters() {
        let names = ClassifierVectors.names
        #expect(names.count >= 20)
        #expect(names.contains { $0.hasPrefix("torch") } && names.contains { $0.hasPrefix("sklearn") })
    }

    @Test(arguments: ClassifierVectors.names)
    func logitsAndGradientsAgreeWithTheFrameworks(name: String) throws {
        let found = try ClassifierVectors.differences(name, backend: ReferenceBackend())
        #expect(found.logits < 1e-4)
        #expect(found.losses < 1e-4)
        #expect(found.gradient < 1e-3)
    }

    @Test(arguments: ClassifierVectors.names)
    func writingAndReadingBackChangesNoOutput(name: String) throws {
        let original = try ClassifierVectors.graph(name)
        let bytes = try ONNXWriter.data(for: original.graph, name: "copy", version: "test")
        let again = try ClassifierGraph(ONNXReader.read(bytes).graph)
        let inputs = try ClassifierVectors.expected(name).tensor(named: "x")
        let execution = Execution(threads: 1, blockSize: 4)
        func logits(_ graph: ClassifierGraph) throws -> Tensor {
            try GraphClassifier(graph, backend: ReferenceBackend(), execution: execution).logits(for: inputs)
        }
        #expect(try logits(original).isBitwiseEqual(to: try logits(again)))
        #expect(try ONNXWriter.data(for: original.graph, name: "copy", version: "test") == bytes)
    }
}
