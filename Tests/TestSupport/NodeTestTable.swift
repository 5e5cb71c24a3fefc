import Foundation

/// What came of all published tests of operators, as a table.
package struct NodeTestTable: Sendable {
    /// The tests.
    package let reports: [NodeTestRunner.Report]

    /// Runs the tests in all folders of a folder.
    package init(running folders: [URL]) { reports = folders.map(NodeTestRunner.run) }

    /// The tests of what is meant to be read.
    package var inScope: Int { reports.count - count(of: .outOfScope) }
    /// How many have the right answer.
    package var passed: Int { count(of: .passed) + count(of: .passedWithKnownInputs) }
    /// The tests with a wrong answer, each with what is wrong.
    package var failures: [String] { lines(of: .failed) }
    /// The tests that are refused, each with the reason.
    package var refusals: [String] { lines(of: .refused) }

    private enum Kind: CaseIterable {
        case passed, passedWithKnownInputs, failed, refused, outOfScope
    }

    private func kind(_ outcome: NodeTestRunner.Outcome) -> (Kind, reason: String) {
        switch outcome {
        case .passed: (.passed, "")
        case .passedWithKnownInputs: (.passedWithKnownInputs, "")
        case .failed(let reason): (.failed, reason)
        case .refused(let reason): (.refused, reason)
        case .outOfScope(let reason): (.outOfScope, reason)
        }
    }

    private func count(of wanted: Kind) -> Int { reports.count { kind($0.outcome).0 == wanted } }

    private func lines(of wanted: Kind) -> [String] {
        reports.compactMap { report in
            let (kind, reason) = kind(report.outcome)
            return kind == wanted ? "\(report.name): \(reason)" : nil
        }
    }

    /// The table: a row for each operator, totals, and the reasons.
    package var text: String {
        var rows = [Self.row("operator", ["passed", "known inputs", "wrong", "refused", "out of scope"])]
        let byOperator = Dictionary(grouping: reports, by: \.subject)
        for (subject, reports) in byOperator.sorted(by: { $0.key < $1.key }) {
            rows.append(row(subject, reports))
        }
        rows.append(row("all", reports))
        let share = inScope == 0 ? 0 : 100 * Double(passed) / Double(inScope)
        rows.append("\(passed) of \(inScope) tests in scope pass: \(String(format: "%.1f", share)) %")
        for (title, lines) in [("Wrong answers", failures), ("Refused", refusals)] where !lines.isEmpty {
            rows += ["", "\(title):"] + lines.map { "  \($0)" }
        }
        return rows.joined(separator: "\n")
    }

    private func row(_ subject: String, _ reports: [NodeTestRunner.Report]) -> String {
        let kinds = reports.map { kind($0.outcome).0 }
        return Self.row(
            subject,
            Kind.allCases.map { wanted in
                let count = kinds.count { $0 == wanted }
                return count == 0 ? "" : "\(count)"
            }
        )
    }

    private static func row(_ subject: String, _ cells: [String]) -> String {
        func padded(_ text: String, _ width: Int) -> String {
            String(repeating: " ", count: max(width - text.count, 0)) + text
        }
        let name = subject + String(repeating: " ", count: max(32 - subject.count, 1))
        return name + cells.map { padded($0, 13) }.joined()
    }
}
