import ArgumentParser
import BulwarkAttacks
import BulwarkEvaluation
import BulwarkModels
import BulwarkReports
import BulwarkTensors
import Foundation

/// `bulwark assess`: attacks a model and says how it held up.
struct AssessCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "assess",
        abstract: "Attack a classifier and report how it holds up.",
        discussion: """
            Writes assessment.json, report.html, results.sarif and one CSV of per-sample records an attack into \
            --output. The verdict is robust, vulnerable or inconclusive; the exit code is 0 whatever the verdict.
            """
    )

    @Argument(help: "An ONNX file.")
    var model: String

    @OptionGroup var source: DataOptions

    @Option(help: "Clean samples to fit anomaly detectors on; samples not assessed are used if left out.")
    var reference: String?

    @Option(
        help:
            "The attacks: quick (seconds, weak), standard (AutoAttack and more), thorough, or an ensemble as published: autoattack-standard, autoattack-plus, autoattack-rand."
    )
    var suite: AttackSuite = .standard

    @Option(
        help: ArgumentHelp(
            "Run this attack instead of a suite; may be repeated.",
            discussion: AttackTable.rows.map(\.name).joined(separator: ", ")
        )
    )
    var attack: [String] = []

    @Option(help: "The preset of attacks named with --attack; the strongest if left out.")
    var preset: String?

    @Option(help: "The attack that the model was trained against, if any: it has to be judged by others.")
    var trainedAgainst: String?

    @Option(help: "How changes are measured: linf, l2, l1 (the sum of changes) or l0 (how many elements).")
    var norm: NormName = .linf

    @Option(
        help:
            "The largest change, in the model's input units. By default 0.1 of the box for linf (8/255 for colour images), 0.5 for l2, 10 for l1, and a hundredth of the elements for l0."
    )
    var epsilon: Float?

    @Option(
        help:
            "What the adversary knows: white-box or black-box. White-box by default if the model gives gradients."
    )
    var knowledge: KnowledgeName?

    @Flag(help: "Ask for a class drawn at random for each sample instead of any wrong one.")
    var targeted = false

    @Option(
        help:
            "The values inputs may have, as LOWER,UPPER. 0,1 for images, what the data holds for tables if left out."
    )
    var bounds: BoundsArgument?

    @Option(help: "How many samples to assess, drawn by seed; all if left out, but at most 1000.")
    var samples: Int?

    @Option(help: "The name of the model's output that holds the scores.")
    var modelOutput: String?

    @Option(help: "The robust accuracy that the verdict compares with.")
    var requireRobustAccuracy = 0.5

    @Option(help: "The CVSS v4.0 vector of what a successful attack would mean.")
    var severity: String?

    @Option(help: "The folder to write reports into.")
    var output: String?

    @OptionGroup var engine: EngineOptions
    @OptionGroup var common: CommonOptions

    enum NormName: String, ExpressibleByArgument, CaseIterable {
        case linf, l2, l1, l0

        var norm: Norm {
            switch self {
            case .linf: .linf
            case .l2: .l2
            case .l1: .l1
            case .l0: .l0
            }
        }
    }

    enum KnowledgeName: String, ExpressibleByArgument, CaseIterable {
        case whiteBox = "white-box"
        case blackBox = "black-box"

        var knowledge: ThreatModel.Knowledge { self == .whiteBox ? .whiteBox : .blackBox }
    }

    func validate() throws {
        if let epsilon, !(epsilon >= 0 && epsilon.isFinite) {
            throw ValidationError("--epsilon is a radius of 0 or more")
        }
        if let samples, samples < 1 { throw ValidationError("--samples is at least 1") }
        guard (0...1).contains(requireRobustAccuracy) else {
            throw ValidationError("--require-robust-accuracy is between 0 and 1")
        }
        if let preset, attack.isEmpty { throw ValidationError("--preset \(preset) needs an --attack") }
        for name in attack { _ = try usage { try AttackTable.row(named: name) } }
        if let severity { _ = try usage { try CVSS4Vector(severity) } }
    }

    func run() throws {
        if let output { try OutputWriter.requireWritable(output + "/report.html") }
        let file = try ModelFile(model, output: modelOutput)
        let data = try source.read(namedBy: file.classNames)
        let job = AssessmentJob(
            suite: suite,
            attacks: attack,
            preset: preset,
            norm: norm.norm,
            epsilon: epsilon,
            knowledge: knowledge?.knowledge,
            goal: targeted ? .targeted : .untargeted,
            bounds: bounds?.bounds,
            samples: samples,
            trainedAgainst: trainedAgainst,
            requiredRobustAccuracy: requireRobustAccuracy,
            severity: try severity.map { text in try usage { try CVSS4Vector(text) } },
            seed: common.seed,
            engine: engine,
            command: ["bulwark"] + CommandLine.arguments.dropFirst()
        )
        let reference = try reference.map { path in
            let data = try reading(path) {
                try DataSetReader.read(path, labelColumn: source.labelColumn)
                    .reshaped(toSamples: file.classifier.inputShape)
            }
            return AssessmentJob.Reference(inputs: data.inputs, description: path)
        }
        let progress = common.progress
        let outcome = try job.run(
            file,
            data: data,
            path: source.data,
            reference: reference,
            progress: progress
        )
        progress.clear()
        try AssessmentOutput(outcome, folder: output).write(json: common.json)
    }

    private func usage<Result>(_ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch {
            throw ValidationError("\(error)")
        }
    }
}

extension AttackSuite: ExpressibleByArgument {}

/// A pair of bounds as typed: `0,1`.
struct BoundsArgument: ExpressibleByArgument {
    let bounds: Bounds

    init?(argument: String) {
        let parts = argument.split(separator: ",").map { Float($0.trimmingCharacters(in: .whitespaces)) }
        guard parts.count == 2, let lower = parts[0], let upper = parts[1], lower < upper, lower.isFinite,
            upper.isFinite
        else { return nil }
        bounds = Bounds(lower, upper)
    }
}
