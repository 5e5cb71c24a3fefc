import Foundation
import Synchronization

/// Cuts samples into batches and works on some of them at once.
struct Batches: Sendable {
    /// The most samples in a batch.
    let size: Int
    /// How many batches are worked on at once.
    let concurrency: Int

    /// Calls `body` for each batch and returns the results in the order of the batches.
    ///
    /// Which samples share a batch depends on nothing but their number. After a failure no further batch is
    /// begun.
    ///
    /// - Throws: The error of the first batch that failed.
    func map<Result: Sendable>(
        _ count: Int,
        _ body: @escaping @Sendable (Range<Int>) throws -> Result
    ) throws -> [Result] {
        let batches = stride(from: 0, to: count, by: size).map { $0..<min($0 + size, count) }
        if concurrency == 1 || batches.count < 2 { return try batches.map(body) }
        let progress = Progress<Result>()
        let work: @Sendable () -> Void = {
            while let batch = progress.next(of: batches.count) {
                progress.finish(batch, Swift.Result { try body(batches[batch]) })
            }
        }
        let threads = min(concurrency, batches.count)
        let isDone = DispatchSemaphore(value: 0)
        // Threads of their own: those of the system's pools are as many as there are processors, and these wait
        // for a network.
        for _ in 1..<threads {
            Thread {
                work()
                isDone.signal()
            }.start()
        }
        work()
        for _ in 1..<threads { isDone.wait() }
        return try progress.results.map { try $0.get() }
    }

    /// What is done and what comes next.
    private final class Progress<Result: Sendable>: Sendable {
        private struct State {
            var next = 0
            var hasFailed = false
            var results: [Int: Swift.Result<Result, any Error>] = [:]
        }

        private let state = Mutex(State())

        func next(of count: Int) -> Int? {
            state.withLock { state in
                guard state.next < count, !state.hasFailed else { return nil }
                state.next += 1
                return state.next - 1
            }
        }

        func finish(_ batch: Int, _ result: Swift.Result<Result, any Error>) {
            state.withLock { state in
                state.results[batch] = result
                if case .failure = result { state.hasFailed = true }
            }
        }

        /// Those there are, in order: all of them, or one that failed among them.
        var results: [Swift.Result<Result, any Error>] {
            state.withLock { state in state.results.sorted { $0.key < $1.key }.map(\.value) }
        }
    }
}
