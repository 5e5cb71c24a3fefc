import ArgumentParser
import BulwarkAttacks
import BulwarkEvaluation
import BulwarkModels
import BulwarkProvenance
import BulwarkRemote
import BulwarkReports
import BulwarkTensors
import Foundation

/// `bulwark assess`: attacks a model and says how it held up.
struct AssessCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "assess",
        abstract: "Attack a classifier and report how it holds up.",
        discussion: """
            Writes assessment.json, report.html, results.sarif and one CSV of per-sample records an attack and a \
            certificate into --output. The verdict is robust, vulnerable or inconclusive; the exit code is 0 whatever \
            the verdict, and 70 if an attack breaks what a certificate says nothing can.
            """
    )

    @Argument(
        help:
            "An ONNX file, or the address of a model that is served over the Open Inference Protocol, as in http://HOST/v2/models/NAME."
    )
    var model: String

    @OptionGroup var source: DataOptions

    @Option(help: "Clean samples to fit anomaly detectors on; samples not assessed are used if left out.")
    var reference: String?

    @Option(
        help:
            "Labelled samples for the adversary's surrogates; samples of the data file that are not assessed are used if left out."
    )
    var surrogateData: String?

    @Option(
        help:
            "The attacks: quick (seconds, weak), standard (AutoAttack and more), thorough, or an ensemble as published: autoattack-standard, autoattack-plus, autoattack-rand."
    )
    var suite: AttackSuite = .standard

    @Option(
        help: ArgumentHelp(
            "Run this attack instead of a suite; may be repeated.",
            discussion: AttackTable.names.joined(separator: ", ")
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
            "What the adversary knows: white-box, gray-box (labelled data and the architecture, for a surrogate) or black-box. White-box by default if the model gives gradients."
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

    @Option(
        help:
            "The folder to write reports into. A run that was interrupted is kept there, and the same command goes on with it."
    )
    var output: String?

    @Flag(help: "Begin anew although --output holds a run that was interrupted; what it has done is lost.")
    var startOver = false

    @Option(help: "The most queries that an attack may ask about one sample, for black-box adversaries.")
    var queriesPerSample: Int?

    @OptionGroup(title: "Served models") var endpoint: EndpointOptions
    @OptionGroup var certification: CertificationOptions
    @OptionGroup(title: "Tables and trees") var tabular: TabularOptions
    @OptionGroup(title: "Evidence") var evidence: EvidenceOptions
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
        case grayBox = "gray-box"
        case blackBox = "black-box"

        var knowledge: ThreatModel.Knowledge {
            switch self {
            case .whiteBox: .whiteBox
            case .grayBox: .grayBox
            case .blackBox: .blackBox
            }
        }
    }

    func validate() throws {
        if evidence.evidence != nil {
            guard output != nil else {
                throw ValidationError("--evidence needs --output: the claim refers to the report")
            }
            guard !ModelAddress.isMeant(by: model) else {
                throw ValidationError("--evidence is about a model's file, and \(model) is an address")
            }
        }
        if let epsilon, !(epsilon >= 0 && epsilon.isFinite) {
            throw ValidationError("--epsilon is a radius of 0 or more")
        }
        if !ModelAddress.isMeant(by: model), let option = endpoint.given {
            throw ValidationError("\(option) is about served models, and \(model) is a file")
        }
        if let queriesPerSample, queriesPerSample < 1 {
            throw ValidationError("--queries-per-sample is at least 1")
        }
        if let samples, samples < 1 { throw ValidationError("--samples is at least 1") }
        guard (0...1).contains(requireRobustAccuracy) else {
            throw ValidationError("--require-robust-accuracy is between 0 and 1")
        }
        if let preset, attack.isEmpty { throw ValidationError("--preset \(preset) needs an --attack") }
        for name in attack { _ = try usage { try AttackTable.description(of: name) } }
        if let severity { _ = try usage { try CVSS4Vector(severity) } }
    }

    func run() throws {
        if let output { try OutputWriter.requireWritable(output + "/report.html") }
        let session = RunSession(
            folder: output,
            arguments: Array(CommandLine.arguments.dropFirst(2)),
            model: model,
            startsOver: startOver,
            progress: common.progress,
            isQuiet: common.quiet
        )
        let inputs = try evidence.inputs(model: model, data: source)
        let prepared = try prepare(command: ["bulwark"] + CommandLine.arguments.dropFirst())
        let log = try evidence.log()
        let outcome = try session.run(prepared)
        let report = AssessmentOutput(outcome, folder: output)
        try report.writeFiles()
        try session.end(outcome.assessment.partial)
        try report.show(json: common.json)
        try outcome.assessment.requireConsistency()
        try prepared.target.requireNoFailure()
        try session.requireEnd(outcome.assessment.partial)
        if let log, let inputs, let output {
            let conditions = conditions(of: outcome.assessment, within: prepared.plan.threat.bounds)
            try state(outcome.assessment, of: inputs, under: conditions, in: log, folder: output)
        }
    }

    /// Reads what is named and settles everything that is to be known before the first attack.
    ///
    /// - Parameter command: What was typed, for the report.
    /// - Returns: The assessment, ready to run.
    /// - Throws: `CommandFailure`.
    func prepare(command: [String]) throws -> PreparedAssessment {
        let target = try target()
        let data = try source.read(namedBy: target.classNames)
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
            command: command,
            maximumQueries: queriesPerSample,
            certificates: certification.plan(besides: attack.isEmpty ? suite : nil),
            undefendedTwin: certification.undefendedTwin,
            surrogateData: try surrogateData.map { path in
                var source = source
                (source.data, source.labels) = (path, nil)
                let data = try source.read(namedBy: target.classNames)
                return AssessmentJob.SurrogateData(data: data, description: path)
            },
            tabular: try tabular.choice
        )
        let reference = try reference.map { path in
            let data = try reading(path) {
                try DataSetReader.read(path, labelColumn: source.labelColumn)
                    .reshaped(toSamples: target.inputShape)
            }
            return AssessmentJob.Reference(inputs: data.inputs, description: path)
        }
        return try job.prepare(target, data: data, path: source.data, reference: reference)
    }

    /// Appends what was found to a log; a run that ended early is not evidence of anything yet.
    private func state(
        _ assessment: Assessment,
        of inputs: RunInputs,
        under conditions: [String: String],
        in log: EvidenceLog,
        folder: String
    ) throws {
        guard assessment.partial == nil else {
            StandardError.write("bulwark: the run ended early, so nothing was appended to \(log.path)\n")
            return
        }
        try inputs.requireUnchanged(during: "assessment")
        guard let subjects = inputs.model, subjects.model.sha256.hexadecimal == assessment.model.sha256,
            inputs.samples.sha256.hexadecimal == assessment.data.sha256
        else { throw CommandFailure(.badInput, "\(model): it or the data changed during the assessment") }
        try log.state(
            AssessmentPredicate(
                assessment,
                report: ContentReference(file: "\(folder)/assessment.json"),
                inputs: inputs,
                conditions: conditions,
                threads: engine.threads,
                finished: .now
            ),
            about: subjects.subjects
        )
    }

    /// What decides the result besides the files, the attacks and the seed, by the names of options.
    private func conditions(of assessment: Assessment, within bounds: Bounds) -> [String: String] {
        let conditions: [String: String?] = [
            "suite": assessment.suite,
            "targeted": targeted ? "true" : nil,
            "bounds": "\(BoxEnds(bounds))",
            "constraints": assessment.constraints?.sha256,
            "queries-per-sample": queriesPerSample.map { "\($0)" },
            "severity": assessment.vulnerability.severityIsDefault
                ? nil : assessment.vulnerability.severityVector,
            "model-output": modelOutput,
        ]
        return conditions.compactMapValues(\.self).merging(source.stated) { $1 }
    }

    /// What is to be assessed.
    private func target() throws -> any AssessmentTarget {
        guard ModelAddress.isMeant(by: model) else { return try ModelFile(model, output: modelOutput) }
        // Not by what was typed: that may hold a password.
        let address = try EndpointFailure.naming("the address of the model") { try ModelAddress(model) }
        return try EndpointTarget(
            address,
            options: try endpoint.knowledge(output: modelOutput, classNames: source.classNames),
            rules: try endpoint.rules(seed: common.seed)
        )
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
