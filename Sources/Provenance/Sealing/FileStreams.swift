import Foundation

/// A regular file, read from its beginning.
final class FileSource: ByteSource {
    private let descriptor: Int32
    private let path: String
    private let status: stat
    private let mayGoOn: () -> Bool

    init(_ path: String, whileTrue mayGoOn: @escaping () -> Bool) throws(SealingError) {
        self.mayGoOn = mayGoOn
        descriptor = Foundation.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw .unreadable(path: path, reason: SystemError.last) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            throw .unreadable(path: path, reason: "this is not a regular file")
        }
        (self.path, self.status) = (path, status)
    }

    deinit { close(descriptor) }

    func read(_ count: Int) throws -> Data {
        guard mayGoOn() else { throw SealingError.interrupted }
        var bytes = Data(count: count)
        var filled = 0
        while filled < count {
            let got = bytes.withUnsafeMutableBytes { buffer in
                Foundation.read(
                    descriptor,
                    UnsafeMutableRawBufferPointer(rebasing: buffer[filled...]).baseAddress,
                    count - filled
                )
            }
            if got < 0, errno == EINTR { continue }
            guard got >= 0 else { throw SealingError.unreadable(path: path, reason: SystemError.last) }
            if got == 0 { break }
            filled += got
        }
        return bytes.prefix(filled)
    }

    /// Whether this is the file that a path leads to.
    func isSame(as other: String) -> Bool { FileIdentity(other) == FileIdentity(status) }
}

extension WholeFile: ByteSink {}
