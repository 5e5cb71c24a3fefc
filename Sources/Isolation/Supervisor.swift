import CIsolation
import Foundation

/// Runs jobs in isolation.
public enum Supervisor {
    /// Runs a job in a process that has no network, reads the named files only and writes none.
    ///
    /// The process starts as a fresh one, confines itself, and is looked at from outside before it may begin.
    /// What it makes arrives over a channel. Whatever it tries that is no ordinary work is refused and
    /// recorded. It dies with the thread that calls this, which waits for its end. SIGINT, SIGTERM and SIGHUP
    /// are passed on to it; if it does not end soon, or the signal comes again, it is killed.
    ///
    /// - Parameters:
    ///   - job: What to run.
    ///   - onProgress: Is given how far the job says it is.
    ///   - onText: Is given what the job writes to standard output and error, in whole lines.
    ///   - onEnd: Is given how the job was isolated and what it was refused, once it has ended, however it did.
    ///     A job that did not begin has no such end.
    /// - Returns: What the job made, and how it was isolated.
    /// - Throws: `IsolationError`. A job that cannot be isolated does not run.
    public static func run(
        _ job: IsolatedJob,
        onProgress: ([UInt8]) -> Void = { _ in },
        onText: (String) -> Void = { _ in },
        onEnd: (IsolationReport) -> Void = { _ in }
    ) throws(IsolationError) -> IsolatedRun {
        // Before there is a process, so that none is left behind by a signal in between.
        let signals = isolation_watch_signals()
        defer { if signals >= 0 { isolation_unwatch_signals() } }
        isolation_keep_children()
        defer { isolation_release_children() }
        let process = try JobProcess(job)
        let confinement: Confinement
        do {
            confinement = try process.confine(job, signals: signals)
        } catch {
            process.end()
            throw error
        }
        var supervision = Supervision(
            process: process,
            confinement: confinement,
            signals: signals,
            maximumOutputBytes: job.maximumOutputBytes
        )
        defer { onEnd(supervision.report) }
        do {
            return try supervision.run(onProgress: onProgress, onText: onText)
        } catch {
            process.end()
            throw error
        }
    }
}
