import Foundation

/// How large files are.
package enum FileSize {
    /// The size of a file in bytes; nil if it cannot be looked at.
    ///
    /// Foundation would look up what the owner is called, for which the C library asks a service by a socket: a
    /// job in isolation may not.
    package static func bytes(of path: String) -> Int? {
        var status = stat()
        return stat(path, &status) == 0 ? Int(status.st_size) : nil
    }
}
