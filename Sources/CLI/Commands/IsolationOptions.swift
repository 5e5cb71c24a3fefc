import ArgumentParser
import BulwarkIsolation
import BulwarkProvenance
import Foundation

/// Options of the commands whose work can be done in isolation.
struct IsolationOptions: ParsableArguments {
    @Flag(
        help: """
            Do the work in a process that has no network, reads the named files only and writes none; what it \
            tries otherwise is refused and counted. Linux only.
            """
    )
    var isolated = false
}

/// How a command's work was isolated, as `--json` prints it.
struct IsolationResult: Codable {
    var mechanism: String
    var deniedAttempts: Int
    var attempts: [DeniedAttempt]

    /// What is printed of a report.
    init(_ report: IsolationReport) {
        mechanism = report.mechanism
        deniedAttempts = report.deniedAttempts
        attempts = report.attempts
    }
}

extension ClaimedIsolation {
    /// What a claim says of work that was done in isolation, or was not.
    init(_ report: IsolationReport?) {
        self.init(
            isIsolated: report != nil,
            mechanism: report?.mechanism ?? "",
            deniedAttempts: report?.deniedAttempts ?? 0
        )
    }
}
