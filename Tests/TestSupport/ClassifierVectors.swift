import BulwarkModels
import BulwarkTensors
import Foundation

/// Models exported by PyTorch and scikit-learn, with the outputs of ONNX Runtime and the gradients of
/// PyTorch.
///
/// `Tests/Vectors/onnx/generate.py` says how they were made and with which versions.
package enum ClassifierVectors {
    /// The names of the models, sorted.
    package static let names = Vectors.names(in: "onnx").filter { name in
        ["expected.npz", "model.onnx"].allSatisfy { file in
            FileManager.default.fileExists(
                atPath: Vectors.folder.appendingPathComponent("onnx/\(name)/\(file)").path
            )
        }
    }

    /// The model of a name.
    package static func graph(_ name: String) throws -> ClassifierGraph {
        try ClassifierGraph(ONNXReader.read(contentsOf: url(name)).graph)
    }

    /// Where the model of a name is.
    package static func url(_ name: String) -> URL {
        Vectors.folder.appendingPathComponent("onnx/\(name)/model.onnx")
    }

    /// The arrays that came out of the frameworks.
    package static func expected(_ name: String) throws -> NPZReader {
        try NPZReader(Vectors.data("onnx/\(name)/expected.npz"))
    }

    /// How far a backend is from the frameworks, each relative to the largest expected magnitude.
    package struct Differences: Sendable {
        /// Of the logits (ONNX Runtime or PyTorch), or of the model's own output if it gives no gradients.
        package var scores: Double
        /// Of the losses (PyTorch); 0 if the model gives no gradients.
        package var losses = 0.0
        /// Of the gradients with respect to the inputs (PyTorch); 0 if the model gives none.
        package var gradient = 0.0
        /// How many samples get another class than the framework's label says, where there are labels.
        package var labels = 0
    }

    /// Compares a backend with the frameworks.
    ///
    /// - Parameters:
    ///   - name: The model.
    ///   - backend: What runs it.
    /// - Returns: The largest differences of any element.
    /// - Throws: What reading or running the model throws.
    package static func differences(_ name: String, backend: any Backend) throws -> Differences {
        let execution = Execution(threads: 1, blockSize: 4)
        let model = try graph(name)
        let expected = try expected(name)
        let inputs = try expected.tensor(named: "x")
        let access = ClassifierAccess(model, backend: backend, execution: execution)
        let ranked = try access.scoreAccess.labels(for: inputs)
        var labels = 0
        if expected.names.contains("labels") {
            labels = zip(ranked, try expected.array(named: "labels").labels()).count { $0 != $1 }
        }
        guard case .gradients(let classifier) = access, expected.names.contains("input_gradient") else {
            // What counts of a model without slopes are its own scores, whatever logits are made of them.
            let own = try ONNXReader.read(contentsOf: url(name)).graph
            let executable = try backend.compile(own, batchSize: inputs.rowCount, differentiating: [])
            let scores = try executable.forward([inputs])[model.output]
            return Differences(
                scores: difference(scores, try expected.tensor(named: "scores")),
                labels: labels
            )
        }
        let aims = try expected.array(named: "y").labels().map { Aim.anythingBut($0) }
        let logits = try classifier.logits(for: inputs)
        let reference = try expected.tensor(named: "logits")
        let own = reference.rowSize == 1 ? singleLogit(logits) : logits
        let found = try classifier.inputGradient(of: .crossEntropy, at: inputs, aims: aims)
        let gradient = try expected.tensor(named: "input_gradient").reshaped(to: found.gradient.shape)
        let losses = try expected.tensor(named: "loss").reshaped(to: [aims.count])
        return Differences(
            scores: difference(own, reference),
            losses: difference(Tensor([aims.count], found.losses), losses),
            gradient: difference(found.gradient, gradient),
            labels: labels
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
