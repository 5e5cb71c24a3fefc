import Foundation

/// Files with keys: private ones are their owner's alone, and no file is ever replaced.
public enum KeyFile {
    private static let maximumBytes = 1 << 20

    /// Reads a file that nobody but its owner may read or write.
    ///
    /// A symbolic link is followed, as secrets are often mounted that way; what counts is the file it leads
    /// to.
    ///
    /// - Throws: `KeyError` if it cannot be read, belongs to another user, or others may use it.
    public static func readPrivate(_ path: String) throws(KeyError) -> String {
        try text(readPrivateBytes(path), path)
    }

    /// Reads a file that nobody but its owner may read or write, and that need not be text.
    ///
    /// - Throws: `KeyError` if it cannot be read, belongs to another user, or others may use it.
    public static func readPrivateBytes(_ path: String) throws(KeyError) -> Data {
        let file = try openFile(path)
        defer { close(file.descriptor) }
        guard file.status.st_uid == geteuid() || file.status.st_uid == 0 else {
            throw .foreignOwner(path: path)
        }
        let mode = UInt16(truncatingIfNeeded: file.status.st_mode) & 0o777
        guard mode & 0o077 == 0 else { throw .exposed(path: path, mode: mode) }
        return try bytes(file.descriptor, path)
    }

    /// Reads a file that everyone may read, as those of public keys.
    ///
    /// - Throws: `KeyError` if it cannot be read.
    public static func readPublic(_ path: String) throws(KeyError) -> String {
        try text(readPublicBytes(path), path)
    }

    /// Reads a file that everyone may read, and that need not be text.
    ///
    /// - Throws: `KeyError` if it cannot be read.
    public static func readPublicBytes(_ path: String) throws(KeyError) -> Data {
        let file = try openFile(path)
        defer { close(file.descriptor) }
        return try bytes(file.descriptor, path)
    }

    /// Writes a file that only its owner may read, whole or not at all.
    ///
    /// - Throws: `KeyError` if there is one of that name, or it cannot be written.
    public static func writePrivate(_ text: String, to path: String) throws(KeyError) {
        try writePrivate(Data(text.utf8), to: path)
    }

    /// Writes a file that only its owner may read, whole or not at all.
    ///
    /// - Throws: `KeyError` if there is one of that name, or it cannot be written.
    public static func writePrivate(_ bytes: Data, to path: String) throws(KeyError) {
        try write(bytes, to: path, mode: 0o600)
    }

    /// Writes a file that everyone may read, whole or not at all.
    ///
    /// - Throws: `KeyError` if there is one of that name, or it cannot be written.
    public static func writePublic(_ text: String, to path: String) throws(KeyError) {
        try write(Data(text.utf8), to: path, mode: 0o644)
    }

    private static func openFile(_ path: String) throws(KeyError) -> (descriptor: Int32, status: stat) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw .unreadable(path: path, reason: SystemError.last) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            throw .unreadable(path: path, reason: "this is not a regular file")
        }
        return (descriptor, status)
    }

    private static func bytes(_ descriptor: Int32, _ path: String) throws(KeyError) -> Data {
        let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: false)
        guard let bytes = try? handle.read(upToCount: maximumBytes + 1) ?? Data() else {
            throw .unreadable(path: path, reason: "the file cannot be read")
        }
        guard bytes.count <= maximumBytes else {
            throw .unreadable(path: path, reason: "the file is too large for a key")
        }
        return bytes
    }

    private static func text(_ bytes: Data, _ path: String) throws(KeyError) -> String {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw .unreadable(path: path, reason: "the file is not text")
        }
        return text
    }

    private static func write(_ bytes: Data, to path: String, mode: mode_t) throws(KeyError) {
        do {
            let file = try WholeFile(path, .exactly(mode))
            try file.write(bytes)
            try file.create()
        } catch {
            switch error {
            case .exists: throw .exists(path: path)
            case .cannotWrite(_, let reason): throw .unreadable(path: path, reason: reason)
            }
        }
    }
}
