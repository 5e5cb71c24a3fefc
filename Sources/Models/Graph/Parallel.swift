import Dispatch
import Synchronization

/// Pieces of work that have nothing to do with each other, several at once.
package enum Parallel {
    /// Calls `body` for each number below `count` and returns the results in order.
    ///
    /// - Parameters:
    ///   - count: How many pieces there are.
    ///   - threads: How many of them run at once.
    ///   - body: Computes one piece, on any thread.
    /// - Returns: A result for each piece, which does not depend on `threads`.
    /// - Throws: The error of the first piece, by number, that failed.
    package static func map<Result: Sendable>(
        _ count: Int,
        threads: Int,
        _ body: @Sendable (Int) throws -> Result
    ) throws -> [Result] {
        let workers = min(threads, count)
        guard workers > 1 else { return try (0..<count).map(body) }
        let state = Mutex((next: 0, results: [Int: Swift.Result<Result, any Error>]()))
        DispatchQueue.concurrentPerform(iterations: workers) { _ in
            while let piece = state.withLock({ state -> Int? in
                guard state.next < count else { return nil }
                state.next += 1
                return state.next - 1
            }) {
                let result = Swift.Result { try body(piece) }
                state.withLock { $0.results[piece] = result }
            }
        }
        let results = state.withLock { $0.results }
        return try (0..<count).map { piece in
            guard let result = results[piece] else { preconditionFailure("every piece was computed") }
            return try result.get()
        }
    }
}
