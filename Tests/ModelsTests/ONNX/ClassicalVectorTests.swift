import BulwarkModels
import BulwarkTensors
import Foundation
import TestSupport
import Testing

/// Operators of `ai.onnx.ml`, with the outputs of ONNX Runtime and the vjps of PyTorch where there are
/// slopes.
struct ClassicalVectorTests {
    static let cases = Vectors.names(in: "onnx/classical", suffix: ".onnx").map { String($0.dropLast(5)) }

    @Test func thereAreCasesOfEveryKind() { #expect(Self.cases.count >= 50) }

    @Test(arguments: cases)
    func valuesAndGradientsAgreeWithTheFrameworks(name: String) throws {
        let url = Vectors.folder.appendingPathComponent("onnx/classical/\(name).onnx")
        let graph = try ONNXReader.read(contentsOf: url).graph
        let expected = try NPZReader(Vectors.data("onnx/classical/expected.npz"))
        let inputs = try expected.tensor(named: "\(name)/in0")
        let hasSlopes = expected.names.contains("\(name)/grad0")
        #expect(graph.isDifferentiable == hasSlopes || !hasSlopes)
        let executable = try ReferenceBackend().compile(
            graph,
            batchSize: inputs.rowCount,
            differentiating: hasSlopes ? .inputs : []
        )
        let output = try executable.forward([inputs])[0]
        let reference = try expected.tensor(named: "\(name)/out0")
        #expect(ClassifierVectors.difference(output, reference) < 1e-5)
        guard hasSlopes else { return }
        let seed = try expected.tensor(named: "\(name)/seed")
        let gradient = try executable.backward([seed]).inputs[0]
        let slopes = try expected.tensor(named: "\(name)/grad0")
        #expect(ClassifierVectors.difference(gradient, slopes) < 1e-4)
    }

    /// What is read can be written, and gives the same when it is read again.
    @Test(arguments: cases)
    func writingAndReadingBackChangesNoOutput(name: String) throws {
        let url = Vectors.folder.appendingPathComponent("onnx/classical/\(name).onnx")
        let original = try ONNXReader.read(contentsOf: url).graph
        let bytes = try ONNXWriter.data(for: original, name: "copy", version: "test")
        let copy = try ONNXReader.read(bytes).graph
        let inputs = try NPZReader(Vectors.data("onnx/classical/expected.npz")).tensor(named: "\(name)/in0")
        func output(_ graph: Graph) throws -> Tensor {
            let backend = ReferenceBackend()
            let executable = try backend.compile(graph, batchSize: inputs.rowCount, differentiating: [])
            return try executable.forward([inputs])[0]
        }
        #expect(try output(original).isBitwiseEqual(to: try output(copy)))
    }
}
