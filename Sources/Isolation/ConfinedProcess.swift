import CIsolation
import Foundation

/// This process, if it was started to do an isolated job.
public struct ConfinedProcess: Sendable {
    /// The process; nil if it is an ordinary one.
    public static var current: ConfinedProcess? { isolation_is_entered() ? ConfinedProcess() : nil }

    /// Confines this process for good if its supervisor asked for that, or ends it with exit code 77.
    ///
    /// Has to come first in a program: from a second thread on, confining the first would be worth nothing.
    public static func enterIfRequested() {
        guard isolation_is_requested() else { return }
        let step = isolation_enter()
        guard step == Int32(isolation_done) else {
            // Without a plan there is nobody who could be told.
            if step == Int32(isolation_step_plan) {
                let text = "\(ISOLATION_VARIABLE) is set, but nobody supervises this process\n"
                try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
            }
            exit(Int32(isolation_exit_code))
        }
        // A supervisor that went away is noticed by what it leaves: a call that fails.
        signal(SIGPIPE, SIG_IGN)
        signal(SIGXFSZ, SIG_IGN)
    }

    /// Tells the supervisor how far the job is.
    public func report(progress: [UInt8]) {
        try? send(.progress, progress.prefix(Declaration.maximumBytes))
    }

    /// Gives the supervisor what the job made and what came of it.
    ///
    /// That ends what this process has to say.
    ///
    /// - Parameters:
    ///   - result: What came of it; at most 1 MiB.
    ///   - output: The bytes the job made.
    /// - Throws: `IsolationError` if the supervisor has gone.
    public func declare(result: [UInt8], output: some Collection<UInt8>) throws(IsolationError) {
        guard result.count <= Declaration.maximumBytes else {
            throw .malformed("the result has more than \(Declaration.maximumBytes) bytes")
        }
        var rest = output[...]
        while !rest.isEmpty {
            try send(.output, rest.prefix(Declaration.maximumBytes))
            rest = rest.dropFirst(Declaration.maximumBytes)
        }
        try send(.result, result)
    }

    private func send(_ kind: Declaration, _ payload: some Collection<UInt8>) throws(IsolationError) {
        var rest = kind.framed(payload)[...]
        while !rest.isEmpty {
            // Only `write`: calls for sockets are refused here.
            let written = rest.withUnsafeBytes { write(Int32(isolation_channel), $0.baseAddress, $0.count) }
            if written < 0, errno == EINTR { continue }
            guard written > 0 else { throw .supervision("the supervisor has gone") }
            rest = rest.dropFirst(written)
        }
    }
}
