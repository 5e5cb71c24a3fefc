import Foundation

/// What the system says about the last call that failed.
enum SystemError {
    /// The reason in words, to be asked for at once.
    static var last: String { String(cString: strerror(errno)) }
}
