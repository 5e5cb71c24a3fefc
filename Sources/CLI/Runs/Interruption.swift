import BulwarkModels
import Foundation
import Synchronization

/// Ctrl-C and requests to terminate, while a run is underway.
///
/// The first one asks the run to stop as soon as it can and to write what it has; the second ends the process
/// at once.
enum Interruption {
    /// How often the user, or the system, has asked.
    private static let requests = Atomic<Int>(0)
    private static let isQuiet = Atomic<Bool>(false)
    private static let message: StaticString =
        "\nbulwark: stopping as soon as the samples underway allow it; once more ends at once\n"

    /// Why a run should end; nil if nobody wants it to.
    static var stop: RunStop? { requests.load(ordering: .relaxed) > 0 ? .interruption : nil }

    /// Takes over the signals, and lets a write that exceeds a limit, or that nobody reads any more, fail instead of
    /// ending the process.
    ///
    /// - Parameter isQuiet: Whether to say nothing when one comes.
    static func watch(isQuiet: Bool) {
        // Also makes the globals that the handler uses: nothing may be set up inside it.
        self.isQuiet.store(isQuiet || message.utf8CodeUnitCount == 0, ordering: .relaxed)
        _ = requests.load(ordering: .relaxed)
        var numbers = sigset_t()
        sigemptyset(&numbers)
        for number in [SIGINT, SIGTERM, SIGHUP] {
            // Whoever began it with nohup wants it to go on when the terminal goes.
            if number == SIGHUP, isIgnored(number) { continue }
            signal(number, handler)
            sigaddset(&numbers, number)
        }
        // Whoever started the process may have left them blocked: then they would never arrive.
        pthread_sigmask(SIG_UNBLOCK, &numbers, nil)
        signal(SIGXFSZ, SIG_IGN)
        // A reader that went away, as tee does at Ctrl-C, must not take the results with it.
        signal(SIGPIPE, SIG_IGN)
    }

    /// Whether whoever started the process has told it to ignore a signal.
    private static func isIgnored(_ number: Int32) -> Bool {
        var action = sigaction()
        guard sigaction(number, nil, &action) == 0 else { return false }
        #if canImport(Darwin)
        let handler = action.__sigaction_u.__sa_handler
        #else
        let handler = action.__sigaction_handler.sa_handler
        #endif
        return unsafeBitCast(handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
    }

    /// Only what POSIX allows in a handler: atomic counters, `write` and `_exit`.
    private static let handler: @convention(c) (Int32) -> Void = { _ in
        let earlier = requests.add(1, ordering: .relaxed).oldValue
        if earlier > 0 { _exit(ExitStatus.interrupted.rawValue) }
        guard !isQuiet.load(ordering: .relaxed) else { return }
        message.withUTF8Buffer { text in _ = write(2, text.baseAddress, text.count) }
    }
}
