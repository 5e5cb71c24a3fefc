import ArgumentParser
import BulwarkAttacks
import BulwarkModels
import BulwarkTensors
import Foundation

/// Assesses models of which it is known whether their evaluation misleads, and counts what the checks say.
@main
struct BulwarkCalibration: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bulwark-calibration",
        abstract: "Counts how often the sanity checks miss broken defenses and doubt sound models.",
        discussion: """
            Trains each model by seed, assesses it, and writes a file of results for each into --output; what is \
            there already is not done again. Then it prints tables in Markdown. Run it from the top of the repository, \
            where the built-in digits are.
            """
    )

    @Option(help: "Labelled images; pixels are scaled so that the brightest is 1.")
    var data = "Sources/CLI/Resources/optdigits.npz"

    @Option(help: "Labelled images to assess on; the last 500 of --data if left out.")
    var test: String?

    @Option(help: "How many of those are assessed, drawn by seed.")
    var samples = 200

    @Option(help: "How changes are measured: linf or l2.")
    var norm = "linf"

    @Option(help: "The largest change.")
    var epsilon: Float = 0.15

    @Option(help: "The robust accuracy that the verdict compares with.")
    var requireRobustAccuracy = 0.3

    @Option(help: "How many models of each kind; seeds count from 0.")
    var seeds: UInt64 = 3

    @Option(help: "Only these kinds of model; may be repeated.")
    var only: [String] = []

    @Option(
        help: "The suites; may be repeated. standard and quick if left out.",
        transform: { name in
            guard let suite = AttackSuite(rawValue: name) else {
                throw ValidationError("there is no suite '\(name)'")
            }
            return suite
        }
    )
    var suite: [AttackSuite] = [.standard, .quick]

    @Option(help: "How many samples' blocks run at once; results do not depend on it.")
    var threads = 2

    @Option(help: "The folder of results.")
    var output = "calibration"

    @Flag(help: "Train and assess nothing; print the tables of what is there.")
    var report = false

    @Flag(help: "List the kinds of model.")
    var list = false

    func validate() throws {
        guard norm == "linf" || norm == "l2" else { throw ValidationError("--norm is linf or l2") }
        guard epsilon > 0, epsilon.isFinite else { throw ValidationError("--epsilon is above 0") }
        guard samples >= 1, seeds >= 1, (1...1024).contains(threads) else {
            throw ValidationError("--samples, --seeds and --threads are at least 1")
        }
        for name in only where !Subject.all.contains(where: { $0.name == name }) {
            throw ValidationError("--only \(name): there is no such kind of model; see --list")
        }
    }

    func run() throws {
        let subjects = Subject.all.filter { only.isEmpty || only.contains($0.name) }
        if list {
            for subject in subjects {
                print("\(subject.name) (\(subject.group.rawValue)): \(subject.meaning)")
            }
            return
        }
        let (training, held) = try read()
        let settings = Outcome.Settings(
            data: ([data] + (test.map { [$0] } ?? [])).map { URL(fileURLWithPath: $0).lastPathComponent }
                .joined(separator: ", "),
            samples: min(samples, held.sampleCount),
            norm: norm,
            epsilon: epsilon,
            required: requireRobustAccuracy
        )
        let results = try Results(output)
        var outcomes: [Outcome] = []
        for seed in 0..<seeds {
            let workshop = Workshop(
                training: training,
                classCount: (max(training.labels.max() ?? 0, held.labels.max() ?? 0)) + 1,
                threat: ThreatModel(norm: norm == "l2" ? .l2 : .linf, epsilon: epsilon, bounds: Bounds(0, 1)),
                seed: seed,
                execution: Execution(threads: threads)
            )
            for subject in subjects {
                outcomes += try examine(subject, workshop, held, settings, results)
            }
        }
        print(CalibrationReport(outcomes, subjects: subjects, suites: suite.map(\.rawValue)).text)
    }

    /// What is known of a model, from files or, where there are none, by training and assessing it.
    private func examine(
        _ subject: Subject,
        _ workshop: Workshop,
        _ held: DataSet,
        _ settings: Outcome.Settings,
        _ results: Results
    ) throws -> [Outcome] {
        func known(_ suite: AttackSuite) -> Outcome? {
            results.outcome(of: subject.name, seed: workshop.seed, suite: suite.rawValue, settings: settings)
        }
        let missing = suite.filter { known($0) == nil }
        if !missing.isEmpty && !report {
            let clock = ContinuousClock()
            let start = clock.now
            let examination = try Examination(subject, workshop, test: held, settings: settings)
            for outcome in try examination.outcomes(missing) {
                try results.write(outcome)
                say(
                    "\(subject.name) \(workshop.seed) \(outcome.suite): \(outcome.verdict.rawValue), worst case "
                        + "\(outcome.worstCase), \(outcome.fired.joined(separator: " "))"
                )
            }
            say("\(subject.name) \(workshop.seed): \((clock.now - start) / .seconds(1)) s")
        }
        return suite.compactMap(known)
    }

    private func read() throws -> (training: DataSet, held: DataSet) {
        let all = try scaled(DataSetReader.read(data))
        if let test { return (all, try scaled(DataSetReader.read(test))) }
        guard all.sampleCount > 1000 else {
            throw ValidationError(
                "--data has \(all.sampleCount) samples: too few to keep 500 back; give --test"
            )
        }
        let count = all.sampleCount - 500
        return (all.subset(0..<count), all.subset(count..<all.sampleCount))
    }

    private func scaled(_ data: DataSet) throws -> DataSet {
        guard let brightest = data.inputs.elements.max(), let darkest = data.inputs.elements.min(),
            darkest >= 0, brightest > 0, brightest.isFinite, data.sampleShape.rank == 3
        else { throw ValidationError("the data are no images of pixels from 0 up") }
        return try DataSet(inputs: data.inputs.map { $0 / brightest }, labels: data.labels)
    }

    private func say(_ line: String) { FileHandle.standardError.write(Data((line + "\n").utf8)) }
}
