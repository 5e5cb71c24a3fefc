import ArgumentParser
import BulwarkEvaluation
import BulwarkReports
import Foundation

/// `bulwark compare`: what changed between two assessments, sample by sample.
struct CompareCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare",
        abstract: "Compare two assessments of the same samples.",
        discussion: """
            Reads the folders that assess wrote. Differences are paired by sample; a p-value is that of McNemar's \
            exact test. The exit code is 0 whatever the difference.
            """
    )

    @Argument(help: "The folder of the first assessment.")
    var first: String

    @Argument(help: "The folder of the second.")
    var second: String

    @Flag(help: "Write JSON instead of a table.")
    var json = false

    func run() throws {
        let comparison = try Comparison(try AssessmentFolder(first), try AssessmentFolder(second))
        if json {
            try StandardOutput.write(json: comparison)
        } else {
            try StandardOutput.write(comparison.text)
        }
    }
}

/// What `assess` wrote into a folder.
struct AssessmentFolder {
    let path: String
    let assessment: Assessment
    /// For each attack what became of each sample, by the sample's index.
    let outcomes: [String: [Int: RecordsCSV.Outcome]]

    /// - Throws: `CommandFailure`.
    init(_ path: String) throws {
        self.path = path
        let file = "\(path)/assessment.json"
        let assessment = try reading(file) {
            try AssessmentJSON.decode(Data(contentsOf: URL(fileURLWithPath: file)))
        }
        var outcomes: [String: [Int: RecordsCSV.Outcome]] = [:]
        for attack in assessment.attacks {
            // The name comes from a file and must not lead out of the folder.
            guard !attack.records.split(separator: "/").contains(".."), !attack.records.hasPrefix("/") else {
                throw CommandFailure(
                    .badInput,
                    "\(file): the records \(attack.records) lie outside the folder"
                )
            }
            let records = "\(path)/\(attack.records)"
            let list = try reading(records) {
                try RecordsCSV.outcomes(in: Data(contentsOf: URL(fileURLWithPath: records)))
            }
            outcomes[attack.name] = Dictionary(list.map { ($0.sample, $0) }) { $1 }
        }
        self.assessment = assessment
        self.outcomes = outcomes
    }

    /// For each sample whether it is classified correctly without an attack.
    var correct: [Int: Bool] {
        outcomes.values.first?.mapValues { $0.label == $0.cleanPrediction } ?? [:]
    }

    /// For each sample whether it withstands every attack.
    var robust: [Int: Bool] {
        correct.reduce(into: [:]) { result, pair in
            result[pair.key] = pair.value && !outcomes.values.contains { $0[pair.key]?.isBroken == true }
        }
    }

    /// For each sample whether it withstands one attack.
    func robust(against attack: String) -> [Int: Bool] {
        (outcomes[attack] ?? [:]).mapValues { $0.label == $0.cleanPrediction && !$0.isBroken }
    }
}

/// The paired differences between two assessments.
struct Comparison: Encodable {
    struct Row: Encodable {
        let name: String
        let first: Double?
        let second: Double?
        let difference: Double?
        let lower: Double?
        let upper: Double?
        let onlyFirst: Int
        let onlySecond: Int
        let pValue: Double
    }

    let samples: Int
    let rows: [Row]
    let notes: [String]

    /// - Throws: `CommandFailure` if the two have no samples in common.
    init(_ first: AssessmentFolder, _ second: AssessmentFolder) throws {
        let common = Set(first.correct.keys).intersection(second.correct.keys).sorted()
        guard !common.isEmpty else {
            throw CommandFailure(.badInput, "\(first.path) and \(second.path) have no samples in common")
        }
        let (before, after) = (first.assessment, second.assessment)
        guard before.data.sha256 == after.data.sha256 else {
            throw CommandFailure(
                .badInput,
                "\(first.path) and \(second.path) are about different data files",
                hint: "assess both models on the same file"
            )
        }
        func row(_ name: String, _ one: [Int: Bool], _ other: [Int: Bool]) -> Row {
            let shared = common.filter { one[$0] != nil && other[$0] != nil }
            let pairs = PairedProportions(shared.map { (one[$0] ?? false, other[$0] ?? false) })
            let count = Double(max(pairs.samples, 1))
            return Row(
                name: name,
                first: pairs.samples == 0 ? nil : Double(pairs.both + pairs.onlyFirst) / count,
                second: pairs.samples == 0 ? nil : Double(pairs.both + pairs.onlySecond) / count,
                difference: pairs.difference,
                lower: pairs.interval?.lowerBound,
                upper: pairs.interval?.upperBound,
                onlyFirst: pairs.onlyFirst,
                onlySecond: pairs.onlySecond,
                pValue: pairs.pValue
            )
        }
        var rows = [row("clean accuracy", first.correct, second.correct)]
        // A run that ended early has not tried everything on every sample.
        let isWhole = [before, after].allSatisfy { $0.partial?.attacks.allSatisfy(\.isDone) ?? true }
        if isWhole { rows.append(row("robust accuracy, worst case", first.robust, second.robust)) }
        let (mine, theirs) = (before.finishedAttacks, after.finishedAttacks)
        for attack in mine where theirs.contains(where: { $0.name == attack.name }) {
            // What was spared some samples says nothing about them.
            guard !attack.attacksSurvivors else { continue }
            rows.append(
                row(attack.name, first.robust(against: attack.name), second.robust(against: attack.name))
            )
        }
        var notes: [String] = []
        for (folder, partial) in [(first, before.partial), (second, after.partial)] {
            guard let partial else { continue }
            notes.append(
                "\(folder.path) is of a run that ended early, when \(partial.summary)"
                    + (isWhole ? "" : ": worst cases are not compared")
            )
        }
        if before.threat != after.threat { notes.append("the two assume different threats") }
        if before.attacks.map(\.name) != after.attacks.map(\.name) {
            notes.append("the two ran different attacks: their worst cases are not of the same adversary")
        }
        let missing = Set(first.correct.keys).symmetricDifference(second.correct.keys).count
        if missing > 0 { notes.append("\(missing) samples were assessed in one of the two only") }
        (samples, self.rows, self.notes) = (common.count, rows, notes)
    }

    /// A table for people.
    var text: String {
        func percent(_ value: Double?) -> String {
            value.map { "\($0.inPercent) %" } ?? "–"
        }
        func points(_ value: Double?) -> String {
            value.map { "\($0 > 0 ? "+" : "")\(($0 * 1000).rounded() / 10)" } ?? "–"
        }
        let table = TerminalTable(
            columns: [
                .init("share of samples"), .init("first", isNumeric: true), .init("second", isNumeric: true),
                .init("points", isNumeric: true), .init("95 % interval", isNumeric: true),
                .init("lost", isNumeric: true), .init("won", isNumeric: true),
                .init("p-value", isNumeric: true),
            ],
            rows: rows.map { row in
                [
                    row.name, percent(row.first), percent(row.second), points(row.difference),
                    "\(points(row.lower)) to \(points(row.upper))", "\(row.onlyFirst)", "\(row.onlySecond)",
                    row.pValue < 0.0001 ? "< 0.0001" : "\((row.pValue * 10_000).rounded() / 10_000)",
                ]
            }
        )
        let remarks = notes.map { "Note: \($0).\n" }.joined()
        return table.render() + "\n\(samples) samples in common.\n" + remarks
    }
}

extension Assessment {
    /// The attacks that were tried on every sample they were to be tried on.
    fileprivate var finishedAttacks: [AttackResult] { attacks.filter { $0.remaining == nil } }
}
