import BulwarkAttacks
import BulwarkEvaluation
import BulwarkModels
import Foundation

/// The exit codes of the command, after BSD's sysexits(3).
package enum ExitStatus: Int32, Sendable {
    /// Done.
    case done = 0
    /// What was to come out again came out otherwise; a scan found something dangerous or suspicious; a gate is shut.
    case differs = 1
    /// The arguments make no sense.
    case usage = 64
    /// Input that cannot be used.
    case badInput = 65
    /// Input that is not there.
    case notFound = 66
    /// A served model that cannot be reached, or is out of order.
    case unavailable = 69
    /// A mistake of ours.
    case bug = 70
    /// Output that cannot be written.
    case cannotWrite = 73
    /// A served model that does not answer in time or wants to be left alone for now.
    case tryLater = 75
    /// A served model that does not answer as the protocol has it.
    case wrongAnswer = 76
    /// A signature, digest or permission was refused; or a served model does not let everybody in.
    case notAllowed = 77
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
    /// Whether what was to be done may have been done all the same.
    package let isUnsure: Bool

    package init(_ status: ExitStatus, _ message: String, hint: String? = nil, isUnsure: Bool = false) {
        self.status = status
        self.message = message
        self.hint = hint
        self.isUnsure = isUnsure
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
        return try blaming(path, body)
    } catch let error as CocoaError {
        let reason = isFolder.boolValue ? "is a folder" : "cannot be read (\(error.reason))"
        throw CommandFailure(isFolder.boolValue ? .badInput : .notFound, "\(path): \(reason)")
    }
}

/// Runs `body`, turning faults of a model or of data into failures that name where they came from.
///
/// - Parameters:
///   - path: The file, or the address of a served model.
///   - body: What reads it.
/// - Returns: What `body` returns.
/// - Throws: `CommandFailure`, and what is no fault of a model or of data.
func blaming<Result>(_ path: String, _ body: () throws -> Result) throws -> Result {
    do {
        return try body()
    } catch let error as ONNXError {
        throw CommandFailure(.badInput, "\(path): \(error)")
    } catch let error as GraphError {
        throw CommandFailure(.badInput, "\(path): \(error)")
    } catch let error as ClassifierError {
        throw CommandFailure(.badInput, "\(path): \(error)")
    } catch let error as DataSetError {
        let text = "\(error)"
        throw CommandFailure(.badInput, text.hasPrefix(path) ? text : "\(path): \(text)")
    } catch let error as CertificateError {
        throw CommandFailure(
            .usage,
            "\(path): \(error)",
            hint: "leave it out of --certify, or say --certify none"
        )
    } catch let error as BackendError {
        throw CommandFailure(.badInput, "\(path): \(error)")
    }
}
