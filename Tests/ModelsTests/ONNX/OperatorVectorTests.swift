import BulwarkModels
import BulwarkTensors
import Foundation
import TestSupport
import Testing

/// One small model an operator and way of using it, with the outputs of ONNX Runtime and the vjps of PyTorch.
struct OperatorVectorTests {
    static let cases = Vectors.names(in: "onnx/operators", suffix: ".onnx").map { String($0.dropLast(5)) }

    @Test func everyOperatorHasCases() { #expect(Self.cases.count >= 170) }

    @Test(arguments: cases)
    func valueAndGradientsAgreeWithTheFrameworks(name: String) throws {
        let url = Vectors.folder.appendingPathComponent("onnx/operators/\(name).onnx")
        let graph = try ONNXReader.read(contentsOf: url).graph
        let expected = try NPZReader(Vectors.data("onnx/operators/expected.npz"))
        let inputs = try graph.inputs.indices.map { try expected.tensor(named: "\(name)/in\($0)") }
        let seed = try expected.tensor(named: "\(name)/seed")
        let batch = zip(graph.inputs, inputs).lazy.compactMap { id, tensor in
            graph[id].shape.dimensions.first == .batch ? tensor.rowCount : nil
        }.first
        let executable = try ReferenceBackend().compile(
            graph,
            batchSize: batch ?? 1,
            differentiating: .inputs
        )
        let output = try executable.forward(inputs)[0]
        // NumPy stores a scalar as a vector of one.
        let reference = try expected.tensor(named: "\(name)/out0").reshaped(to: output.shape)
        #expect(ClassifierVectors.difference(output, reference) < 1e-5)
        let gradients = try executable.backward([seed.reshaped(to: output.shape)]).inputs
        for (index, gradient) in gradients.enumerated() where expected.names.contains("\(name)/grad\(index)")
        {
            let reference = try expected.tensor(named: "\(name)/grad\(index)")
            #expect(
                ClassifierVectors.difference(gradient, reference) < 1e-4,
                "gradient of input \(index)"
            )
        }
    }
}
