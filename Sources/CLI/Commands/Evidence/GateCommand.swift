import ArgumentParser
import BulwarkEvidence
import BulwarkProvenance
import Foundation

/// `bulwark gate`: whether what a log holds about a model suffices for a release.
struct GateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gate",
        abstract: "Decide by evidence alone whether a model may be released.",
        discussion: """
            Reads a policy, a log and the model's file, and nothing else. Security comes first: safety rules are \
            looked at only where security has passed, and the verdict is the least of both; missing evidence fails. \
            Exit code 0: pass; 1: fail or inconclusive; 65: a broken policy; 77: a log that is not what was signed.
            """
    )

    @Option(help: "The policy.")
    var policy: String

    @Option(help: "The log.")
    var log: String

    @Option(help: "The model's file.")
    var model: String

    @Option(help: "A receipt or checkpoint of the log that was kept elsewhere; may be repeated.")
    var kept: [String] = []

    @Flag(help: "Print the result as JSON on standard output.")
    var json = false

    func run() throws {
        let (source, now) = (try ReleaseSource(policy: policy), Timestamp.now)
        let reader = try source.reader(log, kept: kept, at: now)
        let evidence = try source.evidence(about: ModelSubjects(file: model), in: reader, log, at: now)
        guard let policy = source.policy else { preconditionFailure("a source by a policy has it") }
        let decision = GateDecision(policy, on: evidence)
        if json {
            try StandardOutput.write(json: GateResult(decision, model: model))
        } else {
            try StandardOutput.write(GateResult(decision, model: model).text)
        }
        if decision.verdict != .pass { throw ExitCode(ExitStatus.differs.rawValue) }
    }
}

/// A decision as it is printed.
private struct GateResult: Encodable {
    struct Rule: Encodable {
        let rule: String
        let phase: String
        let outcome: String
        let reason: String
        let entries: [UInt64]
        let waiver: UInt64?
        let number: Number?
    }

    /// What was compared with the rule's limit, with its interval of 95 %.
    struct Number: Encodable {
        let value: Double
        let lower: Double?
        let upper: Double?
        let samples: Int?

        init(_ number: GateNumber) {
            (value, samples) = (number.value, number.samples)
            (lower, upper) = (number.interval?.lowerBound, number.interval?.upperBound)
        }
    }

    let model: String
    let sha256: String
    let judged: String
    let logSize: UInt64
    let verdict: String
    let security: String?
    let safety: String?
    let improvement: String?
    let rules: [Rule]
    let refused: [String]
    let refusedAboutModel: [String]

    init(_ decision: GateDecision, model: String) {
        self.model = model
        sha256 = decision.evidence.model.hexadecimal
        judged = decision.evidence.now.description
        logSize = decision.evidence.logSize
        verdict = decision.verdict.rawValue
        security = decision.outcome(of: .security)?.rawValue
        safety = decision.outcome(of: .safety)?.rawValue
        improvement = decision.outcome(of: .improvement)?.rawValue
        rules = decision.results.map { result in
            Rule(
                rule: result.rule.name,
                phase: result.rule.phase.rawValue,
                outcome: result.outcome.rawValue,
                reason: result.finding.reason,
                entries: result.finding.entries,
                waiver: result.waiver,
                number: result.finding.number.map(Number.init)
            )
        }
        func texts(_ refusals: [ReleaseEvidence.Refusal]) -> [String] {
            refusals.map { "entry \($0.index): \($0.reason)" }
        }
        refused = texts(decision.evidence.refused)
        refusedAboutModel = texts(decision.evidence.refusedAboutModel)
    }

    /// The rules by phase, a line each.
    var text: String {
        var lines: [String] = []
        for phase in GatePhase.allCases {
            let rows = rules.filter { $0.phase == phase.rawValue }
            guard !rows.isEmpty else { continue }
            lines.append(phase.rawValue)
            for row in rows {
                let outcome = row.outcome.padding(toLength: 12, withPad: " ", startingAt: 0)
                let waiver = row.waiver.map { "waived by entry \($0), although " } ?? ""
                let entries = row.entries.map(String.init).joined(separator: ", ")
                let source =
                    entries.isEmpty ? "" : " [\(row.entries.count == 1 ? "entry" : "entries") \(entries)]"
                lines.append("  \(outcome)  \(row.rule): \(waiver)\(row.reason)\(source)")
            }
        }
        lines += refusedAboutModel.map { "not believed: \($0)" }
        let others = refused.count - refusedAboutModel.count
        if others > 0 { lines.append("not believed: \(others) more of the log, which --json lists") }
        lines.append("\(verdict): \(model), sha256 \(sha256)")
        return lines.joined(separator: "\n")
    }
}
