import BulwarkProvenance
import Foundation

/// SHA-256 digests of files, read in pieces, and of what is not in a file.
enum FileDigest {
    /// The digest in hexadecimal.
    static func sha256(of data: Data) -> String { ContentDigest(of: data).hexadecimal }

    /// The digest in hexadecimal.
    ///
    /// - Throws: `CommandFailure` if the file cannot be read.
    static func sha256(ofFile path: String) throws -> String {
        guard let handle = FileHandle(forReadingAtPath: path) else {
            throw CommandFailure(.notFound, "\(path): cannot be read")
        }
        defer { try? handle.close() }
        var running = RunningDigest()
        while let piece = try handle.read(upToCount: 1 << 20), !piece.isEmpty { running.update(piece) }
        return running.digest().hexadecimal
    }
}
