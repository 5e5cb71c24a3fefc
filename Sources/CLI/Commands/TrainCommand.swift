import ArgumentParser
import BulwarkModels
import BulwarkProvenance
import BulwarkTensors
import Foundation

/// `bulwark train`: fits a small network and saves it as ONNX.
struct TrainCommand: ConfinableCommand {
    static let configuration = CommandConfiguration(
        commandName: "train",
        abstract: "Train a small classifier and save it as ONNX."
    )

    @OptionGroup var source: DataOptions

    @Option(help: "The network: mlp or cnn.")
    var architecture: ArchitectureName = .mlp

    @Option(help: "Where to write the model.")
    var output: String

    @Option(help: "How often every sample is seen.")
    var epochs = 10

    @Option(help: "How many samples share a step.")
    var batchSize = 64

    @Option(help: "The optimizer: adam or sgd.")
    var optimizer: OptimizerName = .adam

    @Option(help: "The learning rate; 0.001 for adam and 0.05 for sgd if left out.")
    var learningRate: Float?

    @Option(help: "The momentum of sgd.")
    var momentum: Float = 0.9

    @Option(
        help:
            "Units of each hidden layer of the mlp, or channels of the cnn's first convolution; 128 and 16 if left out."
    )
    var width: Int?

    @Option(help: "The share of samples kept out of training to measure accuracy on.")
    var holdOut = 0.1

    @OptionGroup(title: "Isolation") var isolation: IsolationOptions
    @OptionGroup(title: "Evidence") var evidence: EvidenceOptions
    @OptionGroup var engine: EngineOptions
    @OptionGroup var common: CommonOptions

    enum ArchitectureName: String, ExpressibleByArgument, CaseIterable {
        case mlp, cnn

        var architecture: Architecture { self == .mlp ? .mlp : .cnn }
        /// The width where nobody says which.
        var usualWidth: Int { self == .mlp ? 128 : 16 }
    }

    enum OptimizerName: String, ExpressibleByArgument, CaseIterable {
        case adam, sgd

        /// The learning rate where nobody says which.
        var usualRate: Float { self == .adam ? 0.001 : 0.05 }
    }

    func validate() throws {
        guard (1...100_000).contains(epochs) else {
            throw ValidationError("--epochs is between 1 and 100000")
        }
        guard (1...1_000_000).contains(batchSize) else { throw ValidationError("--batch-size is at least 1") }
        guard (0..<1).contains(holdOut) else {
            throw ValidationError("--hold-out is at least 0 and less than 1")
        }
        if let width, !(1...65_536).contains(width) {
            throw ValidationError("--width is between 1 and 65536")
        }
        if let learningRate, !(learningRate > 0 && learningRate.isFinite) {
            throw ValidationError("--learning-rate is above 0")
        }
        guard (0..<1).contains(momentum) else {
            throw ValidationError("--momentum is at least 0 and less than 1")
        }
    }

    /// What `--json` prints.
    struct Result: Codable {
        var model: String
        var sha256: String
        var parameterCount: Int
        var samples: Int
        var heldOut: Int
        var loss: Double
        var trainingAccuracy: Double
        var heldOutAccuracy: Double?
        var isolation: IsolationResult?
    }

    /// What there is to say of a trained model.
    struct Summary: Codable {
        var parameterCount: Int
        var samples: Int
        var heldOut: Int
        var loss: Double
        var trainingAccuracy: Double
        var heldOutAccuracy: Double?
    }

    // Where these cannot be told, the work says so.
    var files: [String] { (try? source.files()) ?? [source.data] }

    private var effectiveRate: Float { learningRate ?? optimizer.usualRate }
    private var effectiveWidth: Int { width ?? architecture.usualWidth }

    func run() throws {
        if try isWorkOfConfinedProcess() { return }
        try OutputWriter.requireWritable(output)
        let (files, inputs) = (self.files, try evidence.inputs(data: source))
        let log = try evidence.log()
        let started = Timestamp.now
        let done = try worked(reading: files)
        try OutputWriter.write(done.output, to: output)
        try report(done)
        if let log, let inputs { try state(done, of: inputs, since: started, in: log) }
    }

    func work(_ progress: ProgressDisplay) throws -> WorkDone<Summary> {
        let data = try source.read()
        guard data.inputs.isFinite else {
            throw CommandFailure(.badInput, "\(source.data): some inputs are NaN or infinite")
        }
        let classes = (data.labels.max() ?? 0) + 1
        guard classes >= 2 else { throw CommandFailure(.badInput, "\(source.data): all labels are 0") }
        guard classes <= 100_000 else {
            throw CommandFailure(
                .badInput,
                "\(source.data): the largest label is \(classes - 1): more classes than can be trained"
            )
        }
        let rate = effectiveRate
        let job = TrainingJob(
            architecture: architecture.architecture,
            width: effectiveWidth,
            trainer: Trainer(
                optimizer: optimizer == .adam
                    ? .adam(learningRate: rate) : .sgd(learningRate: rate, momentum: momentum),
                epochs: epochs,
                batchSize: batchSize,
                seed: common.seed
            ),
            holdOut: holdOut,
            engine: engine
        )
        let trained = try job.run(data, classCount: classes, path: source.data, progress: progress)
        return WorkDone(
            output: try ONNXWriter.data(for: trained.graph, name: "bulwark", version: BulwarkCommand.version),
            summary: Summary(
                parameterCount: trained.graph.parameterCount,
                samples: trained.samples,
                heldOut: trained.heldOut,
                loss: trained.last.loss,
                trainingAccuracy: trained.last.accuracy,
                heldOutAccuracy: trained.heldOutAccuracy
            )
        )
    }

    /// Appends how the model was trained to a log.
    private func state(
        _ done: WorkDone<Summary>,
        of inputs: RunInputs,
        since started: Timestamp,
        in log: EvidenceLog
    ) throws {
        try inputs.requireUnchanged(during: "training")
        try log.state(
            TrainingPredicate(
                inputs: inputs.data,
                parameters: parameters,
                seed: common.seed,
                environment: engine.environment,
                isolation: ClaimedIsolation(done.isolation),
                started: started,
                finished: .now
            ),
            about: [Subject(made: done.output, at: output)]
        )
    }

    /// The options that decide the result, with the values they had, whether given or not.
    private var parameters: [String: String] {
        let parameters: [String: String?] = [
            "architecture": architecture.rawValue,
            "width": "\(effectiveWidth)",
            "epochs": "\(epochs)",
            "batch-size": "\(batchSize)",
            "optimizer": optimizer.rawValue,
            "learning-rate": "\(effectiveRate)",
            "momentum": optimizer == .sgd ? "\(momentum)" : nil,
            "hold-out": "\(holdOut)",
        ]
        return parameters.compactMapValues(\.self).merging(source.stated) { $1 }
    }

    private func report(_ done: WorkDone<Summary>) throws {
        let summary = done.summary
        let result = Result(
            model: output,
            sha256: try FileDigest.sha256(ofFile: output),
            parameterCount: summary.parameterCount,
            samples: summary.samples,
            heldOut: summary.heldOut,
            loss: summary.loss,
            trainingAccuracy: summary.trainingAccuracy,
            heldOutAccuracy: summary.heldOutAccuracy,
            isolation: done.isolation.map(IsolationResult.init)
        )
        if common.json {
            try StandardOutput.write(json: result)
            return
        }
        print("\(output): \(result.parameterCount) parameters, sha256 \(result.sha256)")
        print(
            "loss \(String(format: "%.4f", result.loss)) and accuracy \(String(format: "%.1f %%", 100 * result.trainingAccuracy)) "
                + "on \(result.samples) training samples"
        )
        if let accuracy = result.heldOutAccuracy {
            print(
                "accuracy \(String(format: "%.1f %%", 100 * accuracy)) on \(result.heldOut) samples kept out of training"
            )
        }
    }
}

/// Trains a network on part of a data set and measures it on the rest.
struct TrainingJob {
    var architecture: Architecture
    var width: Int?
    var trainer: Trainer
    var holdOut: Double
    var engine: EngineOptions

    struct Trained {
        var graph: Graph
        var last: Trainer.Epoch
        var samples: Int
        var heldOut: Int
        var heldOutAccuracy: Double?
    }

    func run(_ data: DataSet, classCount: Int, path: String, progress: ProgressDisplay) throws -> Trained {
        var random = SeededRandom(seed: trainer.seed, stream: "hold-out")
        let order = random.permutation(of: data.sampleCount)
        let heldOut = Int(Double(data.sampleCount) * holdOut)
        let test = data.subset(order.prefix(heldOut).sorted())
        let training = data.subset(order.dropFirst(heldOut).sorted())
        do {
            let untrained = try architecture.graph(
                inputShape: data.sampleShape,
                classCount: classCount,
                width: width,
                seed: trainer.seed
            )
            var last = Trainer.Epoch(number: 0, loss: .nan, accuracy: 0)
            progress.update("training", 0, trainer.epochs)
            let graph = try trainer.train(
                untrained,
                inputs: training.inputs,
                labels: training.labels,
                backend: engine.backend.backend,
                execution: engine.execution
            ) { epoch in
                last = epoch
                progress.update("training", epoch.number, trainer.epochs)
            }
            var accuracy: Double?
            if heldOut > 0 {
                let classifier = GraphClassifier(
                    try ClassifierGraph(graph),
                    backend: engine.backend.backend,
                    execution: engine.execution
                )
                let predictions = try classifier.labels(for: test.inputs)
                accuracy = Double(zip(predictions, test.labels).count { $0 == $1 }) / Double(heldOut)
            }
            return Trained(
                graph: graph,
                last: last,
                samples: training.sampleCount,
                heldOut: heldOut,
                heldOutAccuracy: accuracy
            )
        } catch let failure as Architecture.Failure {
            throw CommandFailure(.badInput, "\(path): \(failure)")
        } catch let failure as Trainer.Failure {
            throw CommandFailure(.badInput, "\(path): \(failure)")
        }
    }
}
