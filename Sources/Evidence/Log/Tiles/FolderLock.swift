import Foundation

/// The right to write in a folder, which one holder has at a time.
///
/// It is on the folder itself (flock), not on a file in it that somebody could take for a leftover and
/// remove. It ends with the process, however that ends.
final class FolderLock: Sendable {
    private let path: String
    private let descriptor: Int32

    /// Takes the right, or fails at once.
    ///
    /// - Throws: `LogError.locked` if somebody else has it; `LogError` if the folder cannot be locked.
    init(_ path: String) throws(LogError) {
        self.path = path
        descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw errno == ENOENT ? .notALog(path) : .cannotRead(path, reason: LogError.systemReason)
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            throw errno == EWOULDBLOCK
                ? .locked(path) : .cannotWrite(path, reason: "no locks: \(LogError.systemReason)")
        }
        try check()
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }

    /// Makes sure that the path still leads to the folder that is locked.
    ///
    /// - Throws: `LogError.replaced`.
    func check() throws(LogError) {
        var (held, named) = (stat(), stat())
        guard fstat(descriptor, &held) == 0, stat(path, &named) == 0, held.st_ino == named.st_ino,
            held.st_dev == named.st_dev
        else { throw .replaced(path) }
    }
}
