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

    /// The files of per-sample records, by their names in the folder.
    static func records(of outcome: AssessmentOutcome) -> [(String, Data)] {
        outcome.records.map {
            ("attacks/\($0.attack).csv", Data(RecordsCSV.render(records: $0.records).utf8))
        }
            + outcome.certificates.map {
                ("certificates/\($0.method.rawValue).csv", Data(CertificatesCSV.render(run: $0).utf8))
            }
    }

    /// Writes the files, if there is a folder for them.
    ///
    /// Everything is rendered first, so that nothing is written if something cannot be rendered.
    ///
    /// - Throws: `CommandFailure` if a file cannot be written.
    func writeFiles() throws {
        guard let folder else { return }
        var files = Self.records(of: outcome)
        files.append(("results.sarif", try SARIFReport.render(outcome: outcome)))
        files.append(("report.html", Data(HTMLReport.render(outcome: outcome).utf8)))
        files.append(("assessment.json", try AssessmentJSON.encode(outcome.assessment)))
        for (name, data) in files { try OutputWriter.write(data, to: "\(folder)/\(name)") }
    }

    /// Says on standard output what was found.
    ///
    /// - Throws: `CommandFailure` if nobody can be told.
    func show(json: Bool) throws {
        if json {
            try StandardOutput.write(try AssessmentJSON.encode(outcome.assessment) + Data("\n".utf8))
            return
        }
        try StandardOutput.write(AssessmentSummary.text(outcome))
        guard let folder else { return }
        try StandardOutput.write("Report: \(URL(fileURLWithPath: "\(folder)/report.html").path)")
    }
}
