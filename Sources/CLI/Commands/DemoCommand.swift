import ArgumentParser
import BulwarkEvaluation
import BulwarkModels
import BulwarkTensors
import Foundation

/// `bulwark demo`: the whole path on built-in data.
struct DemoCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Train a small network on built-in handwritten digits, attack it and write the report.",
        discussion: """
            Writes the model, the data and the reports into --output, so that every step can be repeated with \
            `bulwark train` and `bulwark assess`.
            """
    )

    @Option(help: "The folder to write into.")
    var output = "bulwark-demo"

    @OptionGroup var engine: EngineOptions
    @OptionGroup var common: CommonOptions

    func run() throws {
        try OutputWriter.requireWritable(output + "/report.html")
        let digits = try BuiltInDigits.load()
        let progress = common.progress
        // The last 500 are kept for the assessment; the network never sees them.
        let training = digits.subset(0..<digits.sampleCount - 500)
        let test = digits.subset(digits.sampleCount - 500..<digits.sampleCount)
        let paths = (
            model: "\(output)/model.onnx", test: "\(output)/digits-test.npz",
            training: "\(output)/digits-train.npz"
        )
        let job = TrainingJob(
            architecture: .cnn,
            width: 16,
            trainer: Trainer(
                optimizer: .adam(learningRate: 0.001),
                epochs: 15,
                batchSize: 64,
                seed: common.seed
            ),
            holdOut: 0,
            engine: engine
        )
        let trained = try job.run(training, classCount: 10, path: "built-in digits", progress: progress)
        let bytes = try ONNXWriter.data(for: trained.graph, name: "digits", version: BulwarkCommand.version)
        try OutputWriter.write(bytes, to: paths.model)
        try OutputWriter.write(BuiltInDigits.archive(training), to: paths.training)
        try OutputWriter.write(BuiltInDigits.archive(test), to: paths.test)

        let arguments = [
            "assess", paths.model, "--data", paths.test, "--reference", paths.training, "--surrogate-data",
            paths.training, "--epsilon", "0.1", "--seed", "\(common.seed)", "--output", output,
        ]
        let assessment = AssessmentJob(
            suite: .standard,
            attacks: [],
            preset: nil,
            norm: .linf,
            epsilon: 0.1,
            knowledge: .whiteBox,
            goal: .untargeted,
            bounds: nil,
            samples: nil,
            requiredRobustAccuracy: 0.5,
            severity: nil,
            seed: common.seed,
            engine: engine,
            command: ["bulwark"] + arguments,
            surrogateData: .init(data: training, description: paths.training)
        )
        let session = RunSession(
            folder: output,
            arguments: Array(arguments.dropFirst()),
            model: paths.model,
            startsOver: false,
            progress: progress,
            isQuiet: common.quiet
        )
        let prepared = try assessment.prepare(
            try ModelFile(paths.model),
            data: try reading(paths.test) { try DataSetReader.read(paths.test) },
            path: paths.test,
            reference: .init(inputs: training.inputs, description: paths.training)
        )
        let outcome = try session.run(prepared)
        let report = AssessmentOutput(outcome, folder: output)
        try report.writeFiles()
        try session.end(outcome.assessment.partial)
        try report.show(json: common.json)
        try outcome.assessment.requireConsistency()
        try session.requireEnd(outcome.assessment.partial)
    }
}

/// The handwritten digits that the package ships.
///
/// "Optical Recognition of Handwritten Digits", E. Alpaydin and C. Kaynak (1998), UCI Machine Learning
/// Repository, doi:10.24432/C50P49, CC BY 4.0: the 1,797 test images of 8×8 pixels with values from 0 to 16.
enum BuiltInDigits {
    /// The images scaled to 0…1, `[1797, 1, 8, 8]`, with their digits.
    static func load() throws -> DataSet {
        let archive = try NPZReader(Data(PackageResources.optdigits_npz))
        let pixels = try archive.tensor(named: "x")
        return try DataSet(
            inputs: pixels.map { $0 / 16 },
            labels: archive.array(named: "y").labels(),
            notes: ["UCI Optical Recognition of Handwritten Digits (CC BY 4.0), pixels divided by 16"]
        )
    }

    /// A data set as an `.npz` file.
    static func archive(_ data: DataSet) throws -> Data {
        var writer = NPZWriter()
        try writer.add(data.inputs, named: "x")
        try writer.add(data.labels, named: "y")
        return writer.archive()
    }
}
