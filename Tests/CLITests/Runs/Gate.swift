import Foundation
import Synchronization
import Testing

/// Holds a served model at one of its requests until the test has done there what it wants.
final class Gate: Sendable {
    private let left = Mutex<Int?>(nil)
    private let reached = DispatchSemaphore(value: 0)
    private let released = DispatchSemaphore(value: 0)

    /// Holds the request that comes after so many more.
    func hold(after count: Int) { left.withLock { $0 = count } }

    /// Called by the server for each request; returns when it may answer.
    func pass() {
        let isHeld = left.withLock { left -> Bool in
            guard let count = left else { return false }
            left = count == 0 ? nil : count - 1
            return count == 0
        }
        guard isHeld else { return }
        reached.signal()
        released.wait()
    }

    /// Waits until a request is held.
    func wait() throws { try #require(reached.wait(timeout: .now() + 300) == .success) }

    /// Lets the request that is held go on.
    func release() { released.signal() }
}
