import BulwarkModels
import BulwarkTensors
import Foundation

/// A model file on its way to a classifier.
struct ModelFile {
    let path: String
    let model: ONNXModel
    let classifier: ClassifierGraph

    /// Reads a model and finds its logits.
    ///
    /// - Parameters:
    ///   - path: An ONNX file.
    ///   - output: The name of the output with the scores; the first one if nil.
    /// - Throws: `CommandFailure` that names the file.
    init(_ path: String, output: String? = nil) throws {
        self.path = path
        (model, classifier) = try reading(path) {
            let model = try ONNXReader.read(contentsOf: URL(fileURLWithPath: path))
            var index = 0
            if let output {
                guard let found = model.outputNames.firstIndex(of: output) else {
                    throw CommandFailure(
                        .usage,
                        "\(path): there is no output '\(output)' made of floats",
                        hint: "the outputs are \(model.outputNames.joined(separator: ", "))"
                    )
                }
                index = found
            }
            return (model, try ClassifierGraph(model.graph, output: index))
        }
    }

    /// Remarks on how the file was read and its output understood.
    var notes: [String] {
        var notes = model.notes
        if model.outputNames.count > 1 {
            notes.append(
                "the model has \(model.outputNames.count) float outputs; the first is used unless --model-output says otherwise"
            )
        }
        if let batch = classifier.fixedBatch {
            notes.append(
                "the model takes exactly \(batch) \(batch == 1 ? "sample" : "samples") at a time, which is slow"
            )
        }
        return notes
    }

    /// The classifier that can be attacked, after a look at what it answers.
    ///
    /// A model that answers with probabilities although its graph shows no final softmax is attacked through
    /// their logarithms. A single output that could be a score or a probability is refused.
    ///
    /// - Parameters:
    ///   - samples: Some clean samples, `[N, …]`.
    ///   - engine: Backend and threads.
    /// - Returns: A classifier whose logits attacks can follow.
    /// - Throws: `CommandFailure` that names the file.
    func graphClassifier(lookingAt samples: Tensor, engine: EngineOptions) throws -> GraphClassifier {
        try reading(path) {
            let direct = GraphClassifier(
                classifier,
                backend: engine.backend.backend,
                execution: engine.execution
            )
            guard classifier.form == .logits || classifier.form == .singleLogit else { return direct }
            let scores = try direct.logits(for: samples.rows(0..<min(samples.rowCount, 256)))
            if classifier.form == .singleLogit {
                // The pair −z/2, z/2 gives the single output back.
                let outputs = (0..<scores.rowCount).map { scores[$0 * 2 + 1] - scores[$0 * 2] }
                let (lowest, highest) = (outputs.min() ?? 0, outputs.max() ?? 0)
                guard lowest < 0 || highest > 1 else {
                    throw ClassifierError.ambiguousSingleOutput(lowest: lowest, highest: highest)
                }
                return direct
            }
            guard Self.areProbabilities(scores) else { return direct }
            return GraphClassifier(
                try classifier.takingLogarithms(),
                backend: engine.backend.backend,
                execution: engine.execution
            )
        }
    }

    private static func areProbabilities(_ scores: Tensor) -> Bool {
        let classes = scores.rowSize
        let elements = scores.elements
        return (0..<scores.rowCount).allSatisfy { row in
            let range = row * classes..<(row + 1) * classes
            return range.allSatisfy { elements[$0] >= 0 && elements[$0] <= 1 }
                && abs(range.reduce(0.0) { $0 + Double(elements[$1]) } - 1) < 1e-3
        }
    }
}
