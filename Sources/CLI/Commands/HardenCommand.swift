import ArgumentParser
import BulwarkAttacks
import BulwarkDefenses
import BulwarkModels
import BulwarkProvenance
import BulwarkTensors
import Foundation

/// `bulwark harden`: trains a model further so that it is harder to attack.
struct HardenCommand: ConfinableCommand {
    static let configuration = CommandConfiguration(
        commandName: "harden",
        abstract: "Train a model further so that it is harder to attack.",
        discussion: """
            Takes any ONNX model that gradients flow through, and writes one of the same layers. Of all epochs the one is \
            kept that withstands most on samples kept out of training. What the new model is worth is for \
            `bulwark assess` to say, on other samples.
            """
    )

    @Argument(help: "An ONNX file.")
    var model: String

    @OptionGroup var source: DataOptions

    @Option(
        help: ArgumentHelp(
            "How to harden it.",
            discussion: DefenseTable.rows.map { "\($0.name): \($0.summary)" }.joined(separator: "; ")
        )
    )
    var method = "adversarial-training"

    @Option(help: "How changes are measured: linf or l2.")
    var norm: AssessCommand.NormName = .linf

    @Option(
        help:
            "The largest change to withstand, in the model's input units; the deviation of noise for gaussian-augmentation. By default as for assess."
    )
    var epsilon: Float?

    @Option(help: "The values inputs may have, as LOWER,UPPER. By default as for assess.")
    var bounds: BoundsArgument?

    @Option(help: "The steps of the attack in training; 10 if left out.")
    var steps: Int?

    @Option(help: "How often every sample is seen.")
    var epochs = 20

    @Option(help: "How many samples share a step.")
    var batchSize = 64

    @Option(help: "The learning rate of Adam at the beginning; it falls to 0 along a cosine.")
    var learningRate: Float = 0.001

    @Option(help: "The share of the epochs in which the radius grows to its full length.")
    var warmUp: Float = 0.3

    @Option(help: "The share of the samples kept out of training to choose the epoch by.")
    var holdOut = 0.1

    @Option(help: "The name of the model's output that holds the scores.")
    var modelOutput: String?

    @Option(help: "Where to write the hardened model.")
    var output: String

    @OptionGroup(title: "Isolation") var isolation: IsolationOptions
    @OptionGroup(title: "Evidence") var evidence: EvidenceOptions
    @OptionGroup var engine: EngineOptions
    @OptionGroup var common: CommonOptions

    func validate() throws {
        guard DefenseTable.row(named: method) != nil else {
            throw ValidationError("--method is one of \(DefenseTable.names.joined(separator: ", "))")
        }
        if let epsilon, !(epsilon > 0 && epsilon.isFinite) { throw ValidationError("--epsilon is above 0") }
        if let steps, !(1...1000).contains(steps) { throw ValidationError("--steps is between 1 and 1000") }
        guard (1...100_000).contains(epochs) else {
            throw ValidationError("--epochs is between 1 and 100000")
        }
        guard (1...1_000_000).contains(batchSize) else { throw ValidationError("--batch-size is at least 1") }
        guard learningRate > 0, learningRate.isFinite else {
            throw ValidationError("--learning-rate is above 0")
        }
        guard (0...1).contains(warmUp) else { throw ValidationError("--warm-up is between 0 and 1") }
        guard holdOut > 0, holdOut < 1 else { throw ValidationError("--hold-out is above 0 and less than 1") }
    }

    var inputs: [String] { ModelSubjects.files(of: model) + source.files }

    func run() throws {
        if try isWorkOfConfinedProcess() { return }
        try OutputWriter.requireWritable(output)
        let log = try evidence.log()
        let started = Timestamp.now
        let inputs = try log == nil ? nil : HardeningInputs(model: model, data: source.files)
        let done = try worked()
        try OutputWriter.write(done.output, to: output)
        try HardeningReport(done, model: output).show(json: common.json)
        if let log, let inputs { try state(done, inputs, since: started, in: log) }
    }

    func work(_ progress: ProgressDisplay) throws -> WorkDone<HardeningSummary> {
        let file = try ModelFile(model, output: modelOutput)
        let hardened = try job.run(
            file,
            data: try source.read(namedBy: file.classNames),
            path: source.data,
            progress: progress
        )
        return WorkDone(
            output: try ONNXWriter.data(
                for: hardened.graph,
                name: "bulwark",
                version: BulwarkCommand.version
            ),
            summary: HardeningSummary(hardened, method: method)
        )
    }

    private var job: HardeningJob {
        HardeningJob(
            method: method,
            norm: norm.norm,
            epsilon: epsilon,
            bounds: bounds?.bounds,
            steps: steps,
            trainer: Trainer(
                optimizer: .adam(learningRate: learningRate),
                schedule: .cosine,
                epochs: epochs,
                batchSize: batchSize,
                seed: common.seed
            ),
            warmUp: warmUp,
            holdOut: holdOut,
            engine: engine
        )
    }

    /// Appends how the model was hardened to a log.
    private func state(
        _ done: WorkDone<HardeningSummary>,
        _ inputs: HardeningInputs,
        since started: Timestamp,
        in log: EvidenceLog
    ) throws {
        guard try inputs == HardeningInputs(model: model, data: source.files) else {
            throw CommandFailure(.badInput, "the model or the data changed during the hardening")
        }
        let entry = try log.append(
            HardeningPredicate(
                original: inputs.model.model,
                data: inputs.data,
                methods: [method],
                parameters: [
                    "norm": norm.rawValue, "epsilon": "\(done.summary.epsilon)",
                    "steps": steps.map { "\($0)" } ?? "",
                    "epochs": "\(epochs)", "batch-size": "\(batchSize)", "learning-rate": "\(learningRate)",
                    "warm-up": "\(warmUp)", "hold-out": "\(holdOut)", "seed": "\(common.seed)",
                    "chosen-epoch": "\(done.summary.chosenEpoch)",
                ].filter { !$1.isEmpty }.merging(inputs.weights) { $1 },
                environment: .current(backend: engine.backend.described, threads: engine.threads),
                isolation: ClaimedIsolation(done.isolation),
                started: started,
                finished: .now
            ),
            about: [
                Subject(
                    name: URL(fileURLWithPath: output).lastPathComponent,
                    sha256: ContentDigest(of: done.output)
                )
            ]
        )
        StandardError.write("bulwark: \(log.note(of: entry))\n")
    }
}

/// What a hardening is made of, by digests.
struct HardeningInputs: Equatable {
    let model: ModelSubjects
    let data: [ContentReference]

    /// - Throws: `CommandFailure` if a file cannot be read.
    init(model: String, data: [String]) throws {
        self.model = try ModelSubjects(file: model)
        self.data = try data.map { try ContentReference(file: $0) }
    }

    /// The files besides the model's own that hold its weights, as parameters of a claim.
    var weights: [String: String] {
        Dictionary(
            model.weights.map { ("original-weights: \($0.name)", $0.sha256.hexadecimal) },
            uniquingKeysWith: { first, _ in first }
        )
    }
}
