import Foundation

/// Somebody's wish that a job ends, and what becomes of a job that does not.
///
/// The first request is passed on to the job, which may have something to tidy. If that takes it too long, or
/// there is another request, it gets SIGKILL, which no process can ignore.
package struct StopRequests {
    /// How long a job may go on that was asked to stop.
    package static let patience = Duration.seconds(2)
    /// The signal of the first request; nil if nobody asked.
    package private(set) var first: Int32?
    /// When the job is killed; nil if nobody asked, or it was killed.
    private var deadline: ContinuousClock.Instant?

    /// No request.
    package init() {}

    /// Takes a request.
    ///
    /// - Parameters:
    ///   - signal: What somebody asked with.
    ///   - now: When that was.
    /// - Returns: The signal for the job.
    package mutating func take(_ signal: Int32, at now: ContinuousClock.Instant) -> Int32 {
        guard first == nil else {
            deadline = nil
            return SIGKILL
        }
        first = signal
        deadline = now + Self.patience
        return signal
    }

    /// How long to wait for the job before it has to be killed.
    ///
    /// - Parameter now: The time.
    /// - Returns: Milliseconds, as for poll(2): -1 for ever, and 0 if it has to be killed now, which is said once.
    package mutating func wait(at now: ContinuousClock.Instant) -> Int32 {
        guard let deadline else { return -1 }
        let rest = now.duration(to: deadline)
        guard rest > .zero else {
            self.deadline = nil
            return 0
        }
        return Int32((rest / .milliseconds(1)).rounded(.up))
    }
}
