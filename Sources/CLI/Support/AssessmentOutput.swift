import BulwarkEvaluation
import BulwarkReports
import Foundation

/// Writes what an assessment found into a folder, and says so on standard output.
struct AssessmentOutput {
    private let outcome: AssessmentOutcome
    private let folder: String?

    init(_ outcome: AssessmentOutcome, folder: String?) {
        self.outcome = outcome
        self.folder = folder
    }

    /// Renders everything first, so that nothing is written if something cannot be rendered.
    ///
    /// - Throws: `CommandFailure` if a file cannot be written.
    func write(json: Bool) throws {
        let document = try AssessmentJSON.encode(outcome.assessment)
        if let folder {
            var files: [(String, Data)] = outcome.records.map {
                ("attacks/\($0.attack).csv", Data(RecordsCSV.render(records: $0.records).utf8))
            }
            files.append(("results.sarif", try SARIFReport.render(outcome: outcome)))
            files.append(("report.html", Data(HTMLReport.render(outcome: outcome).utf8)))
            files.append(("assessment.json", document))
            for (name, data) in files { try OutputWriter.write(data, to: "\(folder)/\(name)") }
        }
        if json {
            FileHandle.standardOutput.write(document)
            print()
            return
        }
        print(AssessmentSummary.text(outcome))
        if let folder { print("Report: \(URL(fileURLWithPath: "\(folder)/report.html").path)") }
    }
}
