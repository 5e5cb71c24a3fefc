import BulwarkModels
import BulwarkTensors
import Foundation

/// A model file on its way to a classifier.
struct ModelFile {
    let path: String
    let model: ONNXModel
    let classifier: ClassifierGraph
    /// Whether the user named the output with the scores.
    private let isOutputChosen: Bool

    /// Reads a model and finds its logits.
    ///
    /// - Parameters:
    ///   - path: An ONNX file.
    ///   - output: The name of the output with the scores; found if nil.
    /// - Throws: `CommandFailure` that names the file.
    init(_ path: String, output: String? = nil) throws {
        self.path = path
        isOutputChosen = output != nil
        (model, classifier) = try reading(path) {
            let model = try ONNXReader.read(contentsOf: URL(fileURLWithPath: path))
            let index = try output.map { output in
                guard let found = model.outputNames.firstIndex(of: output) else {
                    throw CommandFailure(
                        .usage,
                        "\(path): there is no output '\(output)' made of floats",
                        hint: "the outputs are \(model.outputNames.joined(separator: ", "))"
                    )
                }
                return found
            }
            return (model, try ClassifierGraph(model.graph, output: index))
        }
    }

    /// What the file calls the classes, in the order of the scores.
    ///
    /// Models of models may name those of a part of theirs only.
    var classNames: [String]? {
        model.classNames?.count == classifier.classCount ? model.classNames : nil
    }

    /// Remarks on how the file was read and its output understood.
    var notes: [String] {
        var notes = model.notes + classifier.notes
        if model.outputNames.count > 1, !isOutputChosen {
            notes.append(
                "the model has \(model.outputNames.count) float outputs; '\(model.outputNames[classifier.output])' is used unless --model-output says otherwise"
            )
        }
        if let batch = classifier.fixedBatch {
            notes.append(
                "the model takes exactly \(batch) \(batch == 1 ? "sample" : "samples") at a time, which is slow"
            )
        }
        return notes
    }

    /// The classifier with as much access as its graph gives, after a look at what it answers, and remarks on
    /// that.
    ///
    /// A model that answers with probabilities although its graph shows no final softmax is attacked through
    /// their logarithms. A single output that could be a score or a probability is refused. Where the model
    /// answers labels as well, they are compared with its scores.
    ///
    /// - Parameters:
    ///   - samples: Some clean samples, `[N, …]`.
    ///   - engine: Backend and threads.
    /// - Returns: A classifier whose logits attacks can follow, and remarks.
    /// - Throws: `CommandFailure` that names the file.
    func access(
        lookingAt samples: Tensor,
        engine: EngineOptions
    ) throws -> (classifier: ClassifierAccess, notes: [String]) {
        try reading(path) {
            func access(_ graph: ClassifierGraph) -> ClassifierAccess {
                ClassifierAccess(graph, backend: engine.backend.backend, execution: engine.execution)
            }
            let looked = samples.rows(0..<min(samples.rowCount, 256))
            let (graph, notes) = try ordered(classifier, on: looked, engine: engine)
            let direct = access(graph)
            guard graph.form == .logits || graph.form == .singleLogit else { return (direct, notes) }
            let scores = try direct.scoreAccess.logits(for: looked)
            if graph.form == .singleLogit {
                // The pair −z/2, z/2 gives the single output back.
                let outputs = (0..<scores.rowCount).map { scores[$0 * 2 + 1] - scores[$0 * 2] }
                let (lowest, highest) = (outputs.min() ?? 0, outputs.max() ?? 0)
                guard lowest < 0 || highest > 1 else {
                    throw ClassifierError.ambiguousSingleOutput(lowest: lowest, highest: highest)
                }
                return (direct, notes)
            }
            guard Self.areProbabilities(scores) else { return (direct, notes) }
            return (access(try graph.takingLogarithms()), notes)
        }
    }

    /// The classifier, with its scores in the order that the model's own labels say.
    private func ordered(
        _ graph: ClassifierGraph,
        on samples: Tensor,
        engine: EngineOptions
    ) throws -> (ClassifierGraph, [String]) {
        let (backend, execution) = (engine.backend.backend, engine.execution)
        guard !model.unusedOutputs.isEmpty, samples.rowCount > 0,
            // Labels that cannot be computed here are no reason to refuse the scores.
            let whole = try? ONNXReader.read(
                contentsOf: URL(fileURLWithPath: path),
                options: ONNXImportOptions(outputs: .all)
            ),
            let labels = OwnLabels(
                of: whole.graph,
                beside: graph,
                classNames: classNames ?? whole.classNames,
                backend: backend,
                execution: execution
            )
        else { return (graph, []) }
        let own = try labels.labels(for: samples)
        let ranked = try ClassifierAccess(graph, backend: backend, execution: execution).scoreAccess
            .labels(for: samples)
        let differing = zip(own, ranked).count { $0 != $1 }
        if differing == 0 { return (graph, []) }
        if graph.classCount == 2, zip(own, ranked).allSatisfy({ $0 == 1 - $1 }) {
            return (
                try graph.reversingClasses(),
                [
                    "the scores rank the two classes the other way round than the model's own label output does; its labels are believed"
                ]
            )
        }
        return (
            graph,
            [
                "on \(differing) of \(own.count) samples the model's own label output is not the class of the highest score; the assessment is about the scores"
            ]
        )
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
