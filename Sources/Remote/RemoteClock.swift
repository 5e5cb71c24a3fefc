import Foundation

/// Where time comes from: the system, or a test that does not want to wait.
public protocol RemoteClock: Sendable {
    /// The time since some fixed moment; never goes back.
    var now: Duration { get }
    /// The calendar's date, because servers may name the moment from which on they answer again.
    var date: Date { get }
    /// Keeps the calling thread waiting.
    func sleep(for duration: Duration)
}

/// The clock of this machine.
public struct SystemClock: RemoteClock {
    /// A clock.
    public init() {}

    /// The time since the machine was started.
    public var now: Duration { .seconds(ProcessInfo.processInfo.systemUptime) }
    /// The date.
    public var date: Date { Date() }
    /// Keeps the calling thread waiting.
    public func sleep(for duration: Duration) { Thread.sleep(forTimeInterval: duration.inSeconds) }
}

extension Duration {
    /// The number of seconds, with their fractions.
    var inSeconds: Double { self / .seconds(1) }
}
