import Foundation

/// Files that are read whole, and none that is larger than any of its kind.
enum LimitedFile {
    /// The bytes of a file.
    ///
    /// - Throws: `CommandFailure` if the file is not there, is a folder, or has more bytes than are read.
    static func read(_ path: String, maximumBytes: Int) throws -> Data {
        try reading(path) {
            let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
            defer { try? handle.close() }
            let bytes = try handle.read(upToCount: maximumBytes + 1) ?? Data()
            guard bytes.count <= maximumBytes else {
                throw CommandFailure(
                    .badInput,
                    "\(path): has more than the \(maximumBytes) bytes that are read"
                )
            }
            return bytes
        }
    }
}
