import Dispatch
import Synchronization

/// Waits for what is written as `async`, on a thread that has nothing else to do: that of the command.
enum Waiting {
    /// What `body` returns.
    ///
    /// - Throws: What `body` throws.
    static func result<Success: Sendable>(
        _ body: @escaping @Sendable () async throws -> Success
    ) throws -> Success {
        let result = Mutex<Result<Success, any Error>?>(nil)
        let isOver = DispatchSemaphore(value: 0)
        Task.detached {
            let outcome: Result<Success, any Error>
            do { outcome = .success(try await body()) } catch { outcome = .failure(error) }
            result.withLock { $0 = outcome }
            isOver.signal()
        }
        isOver.wait()
        guard let outcome = result.withLock({ $0 }) else { preconditionFailure("the work has ended") }
        return try outcome.get()
    }
}
