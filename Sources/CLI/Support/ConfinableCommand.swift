import ArgumentParser
import BulwarkIsolation
import BulwarkProvenance
import Foundation

/// A command whose work, which meets bytes from elsewhere, can be done in isolation.
///
/// Keys, logs and files are met outside of it, in `run`, which begins with `isWorkOfConfinedProcess` and gets the
/// work by `worked`:
///
///     if try isWorkOfConfinedProcess() { return }
///     let files = files
///     let log = try evidence.log()
///     let done = try worked(reading: files)
///     try OutputWriter.write(done.output, to: output)
protocol ConfinableCommand: ParsableCommand {
    /// What there is to say of the result, besides its bytes.
    associatedtype Summary: Codable

    var isolation: IsolationOptions { get }
    var common: CommonOptions { get }
    /// All files that the work reads; asked for before any key is open, as files from elsewhere are looked into.
    var files: [String] { get }

    /// Does the work. It writes nothing.
    func work(_ progress: ProgressDisplay) throws -> WorkDone<Summary>
}

/// What a command's work came to.
struct WorkDone<Summary: Codable> {
    /// The bytes of the file that it makes.
    var output: Data
    var summary: Summary
    /// How it was isolated; nil if it was not.
    var isolation: IsolationReport?
}

extension ConfinableCommand {
    /// Does the work, if this is the process that was confined for it, and hands it to its supervisor.
    ///
    /// - Returns: Whether it was; there is nothing left to do then.
    func isWorkOfConfinedProcess() throws -> Bool {
        guard let process = ConfinedProcess.current else { return false }
        let done = try work(ProgressDisplay(listener: { process.report(progress: ToldProgress($0).bytes) }))
        let summary = try JSONEncoder().encode(done.summary)
        try judging(Self.isolationOption) { try process.declare(result: Array(summary), output: done.output) }
        return true
    }

    /// The work, done here, or in isolation if that is asked for.
    ///
    /// - Parameter files: All files that it reads.
    /// - Returns: What it came to.
    /// - Throws: What the work throws; `CommandFailure` if it cannot be isolated.
    func worked(reading files: [String]) throws -> WorkDone<Summary> {
        let progress = common.progress
        defer { progress.clear() }
        guard isolation.isolated else { return try work(progress) }
        let run = try supervised(progress, reading: files)
        return WorkDone(
            output: Data(run.output),
            summary: try judging(Self.isolationOption) { try Self.summary(run.result) },
            isolation: run.report
        )
    }

    private static var isolationOption: String { "--isolated" }

    private func supervised(
        _ progress: ProgressDisplay,
        reading files: [String]
    ) throws -> IsolatedRun {
        let job = IsolatedJob(
            arguments: Array(CommandLine.arguments.dropFirst()),
            environment: CleanEnvironment.of(ProcessInfo.processInfo.environment),
            readable: files
        )
        return try judging(Self.isolationOption) {
            var steps = ToldSteps()
            do {
                return try Supervisor.run(job) { bytes in
                    guard let told = ToldProgress(bytes), steps.admit(told.progress.step) else { return }
                    progress.show(told.progress)
                } onText: { text in
                    progress.clear()
                    StandardError.write(text)
                } onEnd: { report in
                    progress.clear()
                    note(report)
                }
            } catch IsolationError.failed(let status, _) where ExitStatus(rawValue: status) != nil {
                // The job has said what is wrong; it arrived as text.
                throw ExitCode(status)
            }
        }
    }

    private static func summary(_ bytes: [UInt8]) throws(IsolationError) -> Summary {
        do {
            return try JSONDecoder().decode(Summary.self, from: Data(bytes))
        } catch {
            throw .malformed("its summary cannot be read")
        }
    }

    /// Says how the work was isolated; what it was refused is said even to those who want quiet.
    private func note(_ report: IsolationReport) {
        if !common.quiet {
            let missing = report.namespaceRefusal.map { " (no network namespace: \($0))" } ?? ""
            StandardError.write("bulwark: isolated by \(report.mechanism)\(missing)\n")
        }
        guard report.deniedAttempts > 0 else { return }
        let shown = report.attempts.prefix(8).map(\.description) + (report.attempts.count > 8 ? ["…"] : [])
        StandardError.write(
            "bulwark: warning: \(report.deniedAttempts) attempts were refused: \(shown.joined(separator: "; "))\n"
        )
    }
}

/// The steps that an isolated job says it takes.
///
/// Each new one may be a line for whoever watches, so there are only so many; the work of a command has one or
/// two.
private struct ToldSteps {
    private static let maximumChanges = 64
    private var current: String?
    private var changes = 0

    /// Whether progress in a step is still to be shown.
    mutating func admit(_ step: String) -> Bool {
        if step != current { changes += 1 }
        current = step
        return changes <= Self.maximumChanges
    }
}
