import BulwarkModels
import BulwarkTensors
import Foundation

/// Models exported by PyTorch and scikit-learn, with the outputs of ONNX Runtime and the gradients of PyTorch.
///
/// `Tests/Vectors/onnx/generate.py` says how they were made and with which versions.
package enum ClassifierVectors {
    /// The names of the models, sorted.
    package static let names = Vectors.names(in: "onnx").filter { name in
        name != "operators"
            && FileManager.default.fileExists(
                atPath: Vectors.folder.appendingPathComponent("onnx/\(name)/expected.npz").path
            )
    }

    /// The model of a name.
    package static func graph(_ name: String) throws -> ClassifierGraph {
        let url = Vectors.folder.appendingPathComponent("onnx/\(name)/model.onnx")
        return try ClassifierGraph(ONNXReader.read(contentsOf: url).graph)
    }

    /// The arrays that came out of the frameworks.
    package static func expected(_ name: String) throws -> NPZReader {
        try NPZReader(Vectors.data("onnx/\(name)/expected.npz"))
    }

    /// How far a backend is from the frameworks, each relative to the largest expected magnitude.
    ///
    /// - Parameters:
    ///   - name: The model.
    ///   - backend: What runs it.
    /// - Returns: The largest differences of logits (ONNX Runtime), losses and input gradients (PyTorch).
    /// - Throws: What reading or running the model throws.
    package static func differences(
        _ name: String,
        backend: any Backend
    ) throws -> (logits: Double, losses: Double, gradient: Double) {
        let model = GraphClassifier(
            try graph(name),
            backend: backend,
            execution: Execution(threads: 1, blockSize: 4)
        )
        let expected = try expected(name)
        let inputs = try expected.tensor(named: "x")
        let aims = try expected.array(named: "y").labels().map { Aim.anythingBut($0) }
        let logits = try model.logits(for: inputs)
        let reference = try expected.tensor(named: "logits")
        let own = reference.rowSize == 1 ? singleLogit(logits) : logits
        let found = try model.inputGradient(of: .crossEntropy, at: inputs, aims: aims)
        let gradient = try expected.tensor(named: "input_gradient").reshaped(to: found.gradient.shape)
        let losses = try expected.tensor(named: "loss").reshaped(to: [aims.count])
        return (
            difference(own, reference), difference(Tensor([aims.count], found.losses), losses),
            difference(found.gradient, gradient)
        )
    }

    /// The largest difference of any element, relative to the largest expected magnitude.
    package static func difference(_ found: Tensor, _ expected: Tensor) -> Double {
        guard found.shape == expected.shape else { return .infinity }
        let scale = expected.elements.reduce(Float(1e-6)) { max($0, abs($1)) }
        let flat = Shape(trusted: [1, found.count])
        return Norm.linf.distances(found.reshaped(to: flat), expected.reshaped(to: flat))[0] / Double(scale)
    }

    /// The one score behind the pair −z/2, z/2.
    private static func singleLogit(_ logits: Tensor) -> Tensor {
        Tensor([logits.rowCount, 1], generating: { logits[2 * $0 + 1] - logits[2 * $0] })
    }
}
