import BulwarkAttacks
import BulwarkEvaluation
import BulwarkModels
import Foundation

/// The exit codes of the command, after BSD's sysexits(3).
package enum ExitStatus: Int32, Sendable {
    /// Done.
    case done = 0
    /// The arguments make no sense.
    case usage = 64
    /// Input that cannot be used.
    case badInput = 65
    /// Input that is not there.
    case notFound = 66
    /// A mistake of ours.
    case bug = 70
    /// Output that cannot be written.
    case cannotWrite = 73
    /// The user interrupted the work (128 + SIGINT).
    case interrupted = 130
}

/// Why a command stopped, with the exit code and what to tell the user.
package struct CommandFailure: Error {
    /// The exit code.
    package let status: ExitStatus
    /// What was wrong, with the file and place.
    package let message: String
    /// What to do about it.
    package let hint: String?

    init(_ status: ExitStatus, _ message: String, hint: String? = nil) {
        self.status = status
        self.message = message
        self.hint = hint
    }
}

/// Runs `body`, turning faults of a file into failures that name it.
///
/// - Parameters:
///   - path: The file that is being read.
///   - body: What reads it.
/// - Returns: What `body` returns.
/// - Throws: `CommandFailure`.
func reading<Result>(_ path: String, _ body: () throws -> Result) throws -> Result {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
        throw CommandFailure(.notFound, "\(path): no such file")
    }
    do {
        return try body()
    } catch let failure as CommandFailure {
        throw failure
    } catch let error as ONNXError {
        throw CommandFailure(.badInput, "\(path): \(error)")
    } catch let error as GraphError {
        throw CommandFailure(.badInput, "\(path): \(error)")
    } catch let error as ClassifierError {
        throw CommandFailure(.badInput, "\(path): \(error)")
    } catch let error as DataSetError {
        let text = "\(error)"
        throw CommandFailure(.badInput, text.hasPrefix(path) ? text : "\(path): \(text)")
    } catch let error as BackendError {
        throw CommandFailure(.badInput, "\(path): \(error)")
    } catch let error as CocoaError {
        let reason = isFolder.boolValue ? "is a folder" : "cannot be read (\(error.localizedDescription))"
        throw CommandFailure(isFolder.boolValue ? .badInput : .notFound, "\(path): \(reason)")
    }
}
