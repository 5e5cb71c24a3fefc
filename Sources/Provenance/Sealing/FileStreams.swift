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
    func isSame(as other: String) -> Bool {
        var found = stat()
        return stat(other, &found) == 0 && found.st_dev == status.st_dev && found.st_ino == status.st_ino
    }
}

/// A file that has its name only when it is whole; until then it is a draft beside it.
final class DraftFile: ByteSink {
    private let descriptor: Int32
    private let draft: String
    private let path: String
    private var isDone = false

    /// A draft that those may read and write whom `mode` and the mask of the process let.
    init(_ path: String, mode: mode_t) throws(SealingError) {
        draft = "\(path).\(getpid()).\(UInt32.random(in: 0 ... .max)).draft"
        descriptor = Foundation.open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode)
        guard descriptor >= 0 else { throw .cannotWrite(path: path, reason: SystemError.last) }
        self.path = path
    }

    deinit {
        close(descriptor)
        if !isDone { unlink(draft) }
    }

    func write(_ bytes: Data) throws {
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes { buffer in
                Foundation.write(
                    descriptor,
                    UnsafeRawBufferPointer(rebasing: buffer[written...]).baseAddress,
                    buffer.count - written
                )
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw SealingError.cannotWrite(path: path, reason: SystemError.last) }
            written += count
        }
    }

    /// Gives the file its name, in the place of what had it.
    func finish() throws(SealingError) {
        guard fsync(descriptor) == 0, rename(draft, path) == 0 else {
            throw .cannotWrite(path: path, reason: SystemError.last)
        }
        isDone = true
    }
}
