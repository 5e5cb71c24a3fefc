import BulwarkModels
import BulwarkTensors
import Foundation
import TestSupport
import Testing

/// Models exported by PyTorch and scikit-learn, with the outputs of ONNX Runtime and the gradients of
/// PyTorch.
///
/// `Tests/Vectors/onnx/generate.py` says how they were made and with which versions.
struct ClassifierVectorTests {
    static let names = Vectors.names(in: "onnx").filter { name in
        FileManager.default.fileExists(
            atPath: Vectors.folder.appendingPathComponent("onnx/\(name)/expected.npz").path
        ) && name != "operators"
    }

    @Test func thereAreModelsFromSeveralExporters() {
        #expect(Self.names.count >= 20)
        #expect(
            Self.names.contains { $0.hasPrefix("torch") } && Self.names.contains { $0.hasPrefix("sklearn") }
        )
    }

    @Test(arguments: names)
    func logitsAndGradientsAgreeWithTheFrameworks(name: String) throws {
        let url = Vectors.folder.appendingPathComponent("onnx/\(name)/model.onnx")
        let classifier = try ClassifierGraph(ONNXReader.read(contentsOf: url).graph)
        let model = GraphClassifier(
            classifier,
            backend: ReferenceBackend(),
            execution: Execution(threads: 1, blockSize: 4)
        )
        let expected = try NPZReader(Vectors.data("onnx/\(name)/expected.npz"))
        let inputs = try expected.tensor(named: "x")
        let labels = try expected.array(named: "y").labels()
        let aims = labels.map { Aim.anythingBut($0) }

        let logits = try model.logits(for: inputs)
        let reference = try expected.tensor(named: "logits")
        let own = reference.rowSize == 1 ? singleLogit(logits) : logits
        // Log-softmax shifts all logits of a row together, which changes no decision and no cross-entropy.
        #expect(Self.difference(own, reference) < 1e-4, "logits of \(name)")

        let found = try model.inputGradient(of: .crossEntropy, at: inputs, aims: aims)
        let gradient = try expected.tensor(named: "input_gradient")
        #expect(
            Self.difference(found.gradient, gradient.reshaped(to: found.gradient.shape)) < 1e-3,
            "gradient of \(name)"
        )
        let losses = try expected.tensor(named: "loss")
        #expect(
            Self.difference(Tensor([losses.count], found.losses), losses.reshaped(to: [losses.count])) < 1e-4
        )
    }

    @Test(arguments: names)
    func writingAndReadingBackChangesNoOutput(name: String) throws {
        let url = Vectors.folder.appendingPathComponent("onnx/\(name)/model.onnx")
        let original = try ClassifierGraph(ONNXReader.read(contentsOf: url).graph)
        let bytes = try ONNXWriter.data(for: original.graph, name: "copy", version: "test")
        let again = try ClassifierGraph(ONNXReader.read(bytes).graph)
        let inputs = try NPZReader(Vectors.data("onnx/\(name)/expected.npz")).tensor(named: "x")
        let execution = Execution(threads: 1, blockSize: 4)
        let before = try GraphClassifier(original, backend: ReferenceBackend(), execution: execution).logits(
            for: inputs
        )
        let after = try GraphClassifier(again, backend: ReferenceBackend(), execution: execution).logits(
            for: inputs
        )
        #expect(before.isBitwiseEqual(to: after))
        #expect(try ONNXWriter.data(for: original.graph, name: "copy", version: "test") == bytes)
    }

    private func singleLogit(_ logits: Tensor) -> Tensor {
        Tensor([logits.rowCount, 1], generating: { logits[2 * $0 + 1] - logits[2 * $0] })
    }

    /// The largest difference relative to the largest expected magnitude.
    static func difference(_ found: Tensor, _ expected: Tensor) -> Double {
        guard found.shape == expected.shape else { return .infinity }
        let scale = expected.elements.reduce(Float(1e-6)) { max($0, abs($1)) }
        return Norm.linf.distances(
            found.reshaped(to: [1, found.count]),
            expected.reshaped(to: [1, found.count])
        )[0]
            / Double(scale)
    }
}
