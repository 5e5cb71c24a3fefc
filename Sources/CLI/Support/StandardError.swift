import Foundation

/// Standard error: everything that is not a result.
enum StandardError {
    /// Whether a person is likely to be watching.
    static var isTerminal: Bool { isatty(FileHandle.standardError.fileDescriptor) == 1 }

    /// Writes text as it is.
    static func write(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }
}
