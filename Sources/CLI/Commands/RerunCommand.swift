import ArgumentParser
import BulwarkEvaluation
import BulwarkModels
import BulwarkReports
import Foundation

/// `bulwark rerun`: makes an assessment again, or a part of it, and says whether the same came out.
struct RerunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rerun",
        abstract: "Repeat an assessment, or single attacks and samples of it, and compare every byte.",
        discussion: """
            Reads the folder that assess wrote, runs the same command on the same files, and compares the records \
            byte by byte with those in the folder, which stays as it is. Every sample has random numbers of its own, \
            so --attack and --samples repeat just these, in a fraction of the time. The exit code is 0 if the same \
            came out and 1 if not.
            """
    )

    @Argument(help: "The folder of the assessment, or the assessment.json in it.")
    var assessment: String

    @Option(help: "Repeat this attack only; may be repeated.")
    var attack: [String] = []

    @Option(help: "Repeat these samples only, by their numbers in the data file, as in 3,17.")
    var samples: SampleNumbers?

    @Option(help: "Where the model is, if not where it was.")
    var model: String?

    @Option(help: "Where the data are, if not where they were.")
    var data: String?

    @Option(help: "Where the clean samples for detectors are, if not where they were.")
    var reference: String?

    @Option(help: "How many samples' blocks run at once; results do not depend on it.")
    var threads: Int?

    @Flag(help: "Send the headers that the recorded command names to the address that it names.")
    var sendHeaders = false

    @Flag(help: "Print the result as JSON on standard output.")
    var json = false

    @Flag(help: "Show no progress.")
    var quiet = false

    func validate() throws {
        if let threads, !(1...1024).contains(threads) {
            throw ValidationError("--threads is between 1 and 1024")
        }
    }

    func run() throws {
        let folder = try AssessmentFolder(
            assessment.hasSuffix(".json")
                ? URL(fileURLWithPath: assessment).deletingLastPathComponent().path : assessment
        )
        let prepared = try prepare(folder.assessment)
        let progress = ProgressDisplay(isQuiet: quiet)
        Interruption.watch(isQuiet: quiet)
        let control = RunControl(stop: { Interruption.stop }, progress: { progress.show($0) })
        let rerun = Rerun(prepared, of: folder, control: control)
        let result: RerunResult
        do {
            defer { progress.clear() }
            let isPart = !attack.isEmpty || samples != nil || folder.assessment.partial != nil
            result =
                isPart
                ? try rerun.part(attacks: attack, samples: samples?.numbers)
                : try rerun.whole()
        } catch let stop as RunStop {
            try prepared.target.requireNoFailure()
            let status: ExitStatus = stop.cause == .interrupted ? .interrupted : .usage
            throw CommandFailure(status, "\(assessment): the rerun ended early: \(stop)")
        }
        if json {
            try StandardOutput.write(json: result)
        } else {
            try StandardOutput.write(result.text)
        }
        if !result.isIdentical { throw ExitCode(ExitStatus.differs.rawValue) }
    }

    /// The assessment of the record, ready to run again.
    private func prepare(_ record: Assessment) throws -> PreparedAssessment {
        var command = try recordedCommand(record)
        command.model = model ?? command.model
        command.source.data = data ?? command.source.data
        command.reference = reference ?? command.reference
        command.engine.threads = threads ?? ProcessInfo.processInfo.activeProcessorCount
        command.output = nil
        try requireConsent(to: command)
        var prepared: PreparedAssessment
        do {
            prepared = try command.prepare(command: record.tool.command)
        } catch let failure as CommandFailure where failure.status == .notFound {
            throw CommandFailure(
                .notFound,
                failure.message,
                hint:
                    "paths are as they were typed; say where the files are with --model, --data and --reference"
            )
        }
        try require("model", prepared.subject.model.path, prepared.subject.model.sha256, record.model.sha256)
        try require("data", prepared.subject.data.path, prepared.subject.data.sha256, record.data.sha256)
        if let then = record.tool.options {
            let typed = Self.arguments(of: record).replacing(
                with: [(record.model.path, command.model), (record.data.path, command.source.data)]
            )
            let now = try RunConditions.options(typed, model: command.model)
            let changed = now.filter { !then.contains($0) } + then.filter { !now.contains($0) }
            if reference == nil, !changed.isEmpty {
                throw CommandFailure(
                    .badInput,
                    "\(assessment): a file named on the command line is not what it was: "
                        + changed.joined(separator: "; ")
                )
            }
        }
        prepared.subject.data.assessedSha256 = try RunConditions.digest(of: prepared.samples)
        warn(record, prepared)
        return prepared
    }

    /// A folder from somebody else must not send this machine's secrets wherever it likes.
    private func requireConsent(to command: AssessCommand) throws {
        let headers = command.endpoint.headerFromEnvironment + command.endpoint.headerFromFile
        guard headers.isEmpty || sendHeaders else {
            throw CommandFailure(
                .usage,
                "\(assessment): its command sends headers (\(headers.joined(separator: ", "))) to \(command.model)",
                hint: "if they are yours to be sent there, say --send-headers"
            )
        }
    }

    private static func arguments(of record: Assessment) -> [String] {
        Array(record.tool.command.dropFirst(2))
    }

    /// The command of the record, as this version understands it.
    private func recordedCommand(_ record: Assessment) throws -> AssessCommand {
        guard record.tool.command.count > 2, record.tool.command[1] == "assess" else {
            throw CommandFailure(.badInput, "\(assessment): holds no command that could be repeated")
        }
        do {
            return try AssessCommand.parse(Self.arguments(of: record))
        } catch {
            throw CommandFailure(
                .badInput,
                "\(assessment): this version does not understand the command of version \(record.tool.version): "
                    + AssessCommand.message(for: error)
            )
        }
    }

    private func require(_ what: String, _ path: String, _ now: String, _ then: String) throws {
        guard now != then else { return }
        throw CommandFailure(
            .badInput,
            "\(path): is not the \(what) of the assessment: its digest is \(now), and was \(then)"
        )
    }

    /// Says what may make bits differ although everything else is the same.
    private func warn(_ record: Assessment, _ prepared: PreparedAssessment) {
        guard !quiet else { return }
        let (then, now) = (record.tool, prepared.subject.tool)
        let pairs = [
            ("version", then.version, now.version), ("backend", then.backend, now.backend),
            ("platform", then.platform, now.platform),
            ("processor", then.processor ?? "", RunConditions.processor),
        ]
        for (name, then, now) in pairs where then != now {
            StandardError.write(
                "bulwark: note: made with the \(name) \(then), repeated with \(now): last bits may differ\n"
            )
        }
    }
}

extension [String] {
    /// The same with some elements replaced.
    fileprivate func replacing(with pairs: [(String, String)]) -> [String] {
        map { element in
            for (old, new) in pairs {
                if element == old { return new }
                if element.hasPrefix("--"), element.hasSuffix("=" + old) {
                    return element.dropLast(old.count) + new
                }
            }
            return element
        }
    }
}

/// Numbers as typed: `3,17`.
struct SampleNumbers: ExpressibleByArgument {
    let numbers: [Int]

    init?(argument: String) {
        let parts = argument.split(separator: ",").map { Int($0.trimmingCharacters(in: .whitespaces)) }
        let numbers = parts.compactMap(\.self)
        guard !numbers.isEmpty, numbers.count == parts.count, numbers.allSatisfy({ $0 >= 0 }) else {
            return nil
        }
        self.numbers = numbers
    }
}
