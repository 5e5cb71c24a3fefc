import CIsolation
import Foundation

/// Runs jobs in isolation.
public enum Supervisor {
    /// Runs a job in a process that has no network, reads the named files only and writes none.
    ///
    /// The process starts as a fresh one, confines itself, and is looked at from outside before it may begin.
    /// What it makes arrives over a channel. Whatever it tries that is no ordinary work is refused and recorded.
    /// It dies with the thread that calls this, which waits for its end.
    ///
    /// - Parameters:
    ///   - job: What to run.
    ///   - onProgress: Is given how far the job says it is.
    ///   - onText: Is given what the job writes to standard output and error, in whole lines.
    /// - Returns: What the job made, and how it was isolated.
    /// - Throws: `IsolationError`. A job that cannot be isolated does not run.
    public static func run(
        _ job: IsolatedJob,
        onProgress: ([UInt8]) -> Void = { _ in },
        onText: (String) -> Void = { _ in }
    ) throws(IsolationError) -> IsolatedRun {
        // Before there is a process, so that none is left behind by a signal in between.
        let signals = isolation_watch_signals()
        defer { if signals >= 0 { isolation_unwatch_signals() } }
        let process = try JobProcess(job)
        let confinement: Confinement
        do {
            confinement = try process.confine(job)
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
        do {
            return try supervision.run(onProgress: onProgress, onText: onText)
        } catch {
            process.end()
            throw error
        }
    }
}
