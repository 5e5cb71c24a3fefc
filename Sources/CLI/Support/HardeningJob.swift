import BulwarkAttacks
import BulwarkDefenses
import BulwarkModels
import BulwarkTensors

/// Hardens a model as the options say.
struct HardeningJob {
    var method: String
    var norm: Norm
    var epsilon: Float?
    var bounds: Bounds?
    var steps: Int?
    var trainer: Trainer
    var warmUp: Float = 0.3
    var holdOut = 0.1
    var engine: EngineOptions

    struct Hardened {
        /// The model as it is to be written, with the outputs that it had.
        var graph: Graph
        var threat: ThreatModel
        var outcome: Hardening.Outcome
    }

    /// - Parameters:
    ///   - file: The model.
    ///   - data: Labelled samples.
    ///   - path: Where they come from, for messages.
    ///   - progress: Shows the epochs.
    /// - Returns: The hardened model.
    /// - Throws: `CommandFailure` that names the model or the data.
    func run(
        _ file: ModelFile,
        data: DataSet,
        path: String,
        progress: ProgressDisplay
    ) throws -> Hardened {
        let inputShape = file.classifier.inputShape
        let data = try reading(path) { try data.reshaped(toSamples: inputShape) }
        let box = try InputBox(for: data, path: path, given: bounds)
        try reading(path) {
            try data.validate(
                classCount: file.classifier.classCount,
                bounds: box.bounds,
                inputShape: inputShape
            )
        }
        let radius = try norm.radius(epsilon, for: inputShape, in: box.bounds, path: path)
        guard radius > 0 else {
            throw CommandFailure(
                .badInput,
                "\(path): all samples are the same, so there is no box to take a radius from",
                hint: "give the radius with --epsilon, or the box with --bounds"
            )
        }
        let threat = ThreatModel(norm: norm, epsilon: radius, bounds: box.bounds)
        let classifier = try file.access(lookingAt: data.inputs, engine: engine).classifier.model
        do {
            guard let row = DefenseTable.row(named: method) else {
                throw CommandFailure(.usage, "there is no method '\(method)'")
            }
            let hardening = Hardening(
                try row.transformation(against: threat, steps: steps),
                trainer: trainer,
                warmUp: warmUp,
                holdOut: holdOut
            )
            progress.update("hardening", 0, trainer.epochs)
            let outcome = try hardening.harden(
                classifier,
                inputs: data.inputs,
                labels: data.labels,
                backend: engine.backend.backend,
                execution: engine.execution
            ) { progress.update("hardening", $0.number, trainer.epochs) }
            guard let graph = file.model.graph.adoptingParameters(of: outcome.graph) else {
                throw HardeningError.foreignParameters
            }
            return Hardened(graph: graph, threat: threat, outcome: outcome)
        } catch let error as AttackError {
            throw CommandFailure(.usage, "\(error)")
        } catch let error as HardeningError {
            throw CommandFailure(.badInput, "\(file.path): \(error)")
        } catch let error as FreshParametersError {
            throw CommandFailure(.badInput, "\(file.path): \(error)")
        } catch let error as Trainer.Failure {
            throw CommandFailure(.badInput, "\(path): \(error)")
        }
    }
}
