import ArgumentParser
import BulwarkAttacks
import BulwarkDefenses
import BulwarkIsolation
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

    @Option(help: "How changes are measured: linf (if left out) or l2, where the method has a choice.")
    var norm: AssessCommand.NormName?

    @Option(
        help:
            "The largest change to withstand, in the model's input units; the deviation of noise for gaussian-augmentation. By default as for assess."
    )
    var epsilon: Float?

    @Option(help: "The values inputs may have, as LOWER,UPPER. By default as for assess.")
    var bounds: BoundsArgument?

    @Option(help: "The steps of the attack in adversarial-training; 10 if left out.")
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
        guard let defense else {
            throw ValidationError("--method is one of \(DefenseTable.names.joined(separator: ", "))")
        }
        if let norm, !defense.norms.contains(norm.norm) {
            let norms = defense.norms.map(\.rawValue).joined(separator: " or ")
            throw ValidationError(
                norms.isEmpty ? "--norm means nothing to \(method)" : "--norm of \(method) is \(norms)"
            )
        }
        if steps != nil, defense.usualSteps == nil {
            throw ValidationError("--steps means nothing to \(method)")
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

    // Where those of the data cannot be told, the work says so.
    var files: [String] { ModelSubjects.files(of: model) + ((try? source.files()) ?? [source.data]) }

    private var defense: DefenseTable.Row? { DefenseTable.row(named: method) }

    /// How changes are measured; nil if the method is for no ball.
    private var effectiveNorm: Norm? { defense?.norms.first.map { norm?.norm ?? $0 } }

    func run() throws {
        if try isWorkOfConfinedProcess() { return }
        try OutputWriter.requireWritable(output)
        let (files, inputs) = (self.files, try evidence.inputs(model: model, data: source))
        if isolation.isolated { announceWeights() }
        let log = try evidence.log()
        let started = Timestamp.now
        let done = try worked(reading: files)
        if done.isolation != nil { try requireAnswer(done.summary) }
        try OutputWriter.write(done.output, to: output)
        try HardeningReport(done, model: output).show(json: common.json)
        if let log, let inputs { try state(done, inputs, since: started, in: log) }
    }

    /// Says which files a job in isolation may read because the model names them: whoever wrote it chose them.
    private func announceWeights() {
        let names = ModelSubjects.files(of: model).dropFirst().map(\.printable)
        guard !names.isEmpty else { return }
        let shown = names.prefix(8) + (names.count > 8 ? ["…"] : [])
        StandardError.write(
            "bulwark: the model names further files, which its job may read: \(shown.joined(separator: ", "))\n"
        )
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
            summary: HardeningSummary(hardened, method: method, norm: effectiveNorm)
        )
    }

    private var job: HardeningJob {
        HardeningJob(
            method: method,
            // The deviation of noise has the size of a radius in this norm where nobody says which.
            norm: effectiveNorm ?? .linf,
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

    /// Refuses what a job in isolation says if it contradicts what the job was told to do: its word is printed, and
    /// signed.
    private func requireAnswer(_ summary: HardeningSummary) throws {
        let isAnswer =
            summary.method == method && summary.norm == effectiveNorm?.rawValue
            && (epsilon.map { $0 == summary.epsilon } ?? (summary.epsilon > 0 && summary.epsilon.isFinite))
            && (bounds.map { BoxEnds($0.bounds) == summary.bounds } ?? true)
            && summary.epochs.count == epochs + 1 && (0...epochs).contains(summary.chosenEpoch)
            && summary.before.areShares && summary.after.areShares
        guard !isAnswer else { return }
        try judging("--isolated") {
            throw IsolationError.malformed("its summary is not of what it was told to do")
        }
    }

    /// Appends how the model was hardened to a log.
    private func state(
        _ done: WorkDone<HardeningSummary>,
        _ inputs: RunInputs,
        since started: Timestamp,
        in log: EvidenceLog
    ) throws {
        try inputs.requireUnchanged(during: "hardening")
        guard let original = inputs.model else { preconditionFailure("a model was hardened") }
        try log.state(
            HardeningPredicate(
                original: original.model,
                data: inputs.data,
                methods: [method],
                parameters: parameters(done.summary).merging(Self.digests(of: original.weights)) { $1 },
                environment: engine.environment,
                isolation: ClaimedIsolation(done.isolation),
                started: started,
                finished: .now
            ),
            about: [Subject(made: done.output, at: output)]
        )
    }

    /// What decides the result, with the values that it had, whether given or not.
    private func parameters(_ summary: HardeningSummary) -> [String: String] {
        let parameters: [String: String?] = [
            "norm": effectiveNorm?.rawValue,
            effectiveNorm == nil ? "deviation" : "epsilon": "\(summary.epsilon)",
            "bounds": "\(summary.bounds)",
            "steps": (steps ?? defense?.usualSteps).map { "\($0)" },
            "epochs": "\(epochs)",
            "batch-size": "\(batchSize)",
            "learning-rate": "\(learningRate)",
            "warm-up": "\(warmUp)",
            "hold-out": "\(holdOut)",
            "seed": "\(common.seed)",
            "model-output": modelOutput,
            "chosen-epoch": "\(summary.chosenEpoch)",
        ]
        return parameters.compactMapValues(\.self).merging(source.stated) { $1 }
    }

    /// The files besides the model's own that hold its weights, as parameters of a claim.
    private static func digests(of weights: [ContentReference]) -> [String: String] {
        Dictionary(
            weights.map { file in
                (HardeningPredicate.parameter(forOriginalWeights: file.name), file.sha256.hexadecimal)
            },
            uniquingKeysWith: { first, _ in first }
        )
    }
}
