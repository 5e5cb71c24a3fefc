import BulwarkTensors
import Dispatch
import Synchronization

/// How samples are spread over the machine.
public struct Execution: Sendable, Hashable {
    /// How many blocks run at once.
    public let threads: Int
    /// How many samples a block holds, or nil for a number that suits the model.
    ///
    /// Results depend on it in the last bits, never on `threads`. Whoever asks for one sample at a time and
    /// wants the answer soon takes 1.
    public let blockSize: Int?

    /// Traps unless both are at least 1.
    public init(threads: Int, blockSize: Int? = nil) {
        precondition(threads >= 1 && blockSize ?? 1 >= 1, "at least one thread and one sample a block")
        self.threads = threads
        self.blockSize = blockSize
    }
}

/// Runs one graph over any number of samples, in blocks of one fixed size, several blocks at once.
///
/// A block is computed by one thread from beginning to end and a short last block is filled up, so neither
/// the number of samples nor the number of threads changes a bit of any sample's result.
package final class BlockRunner: Sendable {
    /// The graph that runs.
    package let graph: Graph
    /// The number of samples in a block.
    package let blockSize: Int
    /// How many blocks run at once.
    package let threads: Int
    private let backend: any Backend
    private let differentiating: Differentiation
    private let idle = Mutex<[OwnedExecutable]>([])

    package init(
        _ graph: Graph,
        backend: any Backend,
        execution: Execution,
        differentiating: Differentiation
    ) {
        self.graph = graph
        self.backend = backend
        self.differentiating = differentiating
        threads = execution.threads
        blockSize = execution.blockSize ?? BlockSize.suited(to: graph)
    }

    /// Calls `body` for each block of `0..<count` and returns the results in the order of the blocks.
    ///
    /// - Parameters:
    ///   - count: The number of samples.
    ///   - body: Gets an executable of its own and the samples of one block.
    /// - Returns: A result for each block, in order.
    /// - Throws: The error of the first block that failed.
    package func map<Result: Sendable>(
        _ count: Int,
        _ body: @Sendable (any Executable, Range<Int>) throws -> Result
    ) throws -> [Result] {
        let blocks = (count + blockSize - 1) / blockSize
        let progress = Mutex((next: 0, results: [Int: Swift.Result<Result, any Error>]()))
        @Sendable func work(_: Int) {
            let executable: OwnedExecutable
            do {
                executable = try take()
            } catch {
                progress.withLock { $0.results[-1] = .failure(error) }
                return
            }
            while let block = progress.withLock({ state -> Int? in
                guard state.next < blocks, state.results[-1] == nil else { return nil }
                state.next += 1
                return state.next - 1
            }) {
                let rows = block * blockSize..<min((block + 1) * blockSize, count)
                let result = Swift.Result { try body(executable.executable, rows) }
                progress.withLock { $0.results[block] = result }
            }
            idle.withLock { $0.append(executable) }
        }
        let workers = min(threads, blocks)
        if workers == 1 {
            work(0)
        } else {
            DispatchQueue.concurrentPerform(iterations: workers, execute: work)
        }
        let results = progress.withLock { $0.results }
        if case .failure(let error)? = results[-1] { throw error }
        return try (0..<blocks).map { block in
            guard let result = results[block] else { preconditionFailure("every block was computed") }
            return try result.get()
        }
    }

    /// Calls `body` once on each of as many threads as there are, with an executable of its own.
    ///
    /// - Throws: The error of one of the calls.
    package func forEachWorker(_ body: @Sendable (any Executable) throws -> Void) throws {
        let failure = Mutex<(any Error)?>(nil)
        @Sendable func work(_: Int) {
            do {
                let executable = try take()
                defer { idle.withLock { $0.append(executable) } }
                try body(executable.executable)
            } catch {
                failure.withLock { $0 = error }
            }
        }
        if threads == 1 {
            work(0)
        } else {
            DispatchQueue.concurrentPerform(iterations: threads, execute: work)
        }
        if let error = failure.withLock({ $0 }) { throw error }
    }

    /// An executable that comes back when nobody holds it any more.
    ///
    /// - Throws: What the backend throws.
    package func lend() throws -> any Executable { Loan(try take(), of: self) }

    private final class Loan: Executable {
        private let owned: OwnedExecutable
        private let owner: BlockRunner
        private var executable: any Executable { owned.executable }

        init(_ owned: OwnedExecutable, of owner: BlockRunner) { (self.owned, self.owner) = (owned, owner) }

        deinit { owner.idle.withLock { [owned] in $0.append(owned) } }

        var batchSize: Int { executable.batchSize }
        func forward(_ inputs: [Tensor]) throws -> [Tensor] { try executable.forward(inputs) }
        func forward(_ inputs: [Tensor], into outputs: inout [Tensor]) throws {
            try executable.forward(inputs, into: &outputs)
        }
        func backward(_ cotangents: [Tensor]) throws -> Gradients { try executable.backward(cotangents) }
        func setParameters(_ parameters: [ValueID: Tensor]) { executable.setParameters(parameters) }
    }

    /// Uses other tensors for some parameters from the next call of `map` on.
    package func setParameters(_ parameters: [ValueID: Tensor]) {
        idle.withLock { executables in
            for owned in executables { owned.executable.setParameters(parameters) }
            overrides.withLock { $0.merge(parameters) { $1 } }
        }
    }

    private let overrides = Mutex<[ValueID: Tensor]>([:])

    private func take() throws -> OwnedExecutable {
        if let free = idle.withLock({ $0.popLast() }) { return free }
        let compiled = try backend.compile(graph, batchSize: blockSize, differentiating: differentiating)
        compiled.setParameters(overrides.withLock { $0 })
        return OwnedExecutable(compiled)
    }

    /// An executable on its way between the pool and the one thread that uses it.
    ///
    /// `@unchecked Sendable` is sound because it is either in the pool or in the hands of a single worker.
    private final class OwnedExecutable: @unchecked Sendable {
        let executable: any Executable

        init(_ executable: any Executable) { self.executable = executable }
    }
}
