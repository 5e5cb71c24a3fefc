import Foundation

/// Standard error: everything that is not a result.
enum StandardError {
    /// Whether a person is likely to be watching.
    static var isTerminal: Bool { isatty(FileHandle.standardError.fileDescriptor) == 1 }

    /// The width of the terminal, in characters; 80 if it does not tell.
    static var columns: Int {
        var size = winsize()
        guard ioctl(FileHandle.standardError.fileDescriptor, UInt(TIOCGWINSZ), &size) == 0 else { return 80 }
        return size.ws_col > 0 ? Int(size.ws_col) : 80
    }

    /// Writes text as it is, unless nobody is there to read it.
    static func write(_ text: String) { try? FileHandle.standardError.write(contentsOf: Data(text.utf8)) }
}
