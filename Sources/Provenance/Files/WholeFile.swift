import Foundation

/// A file that has its name only when it is whole; until then it is a draft beside it.
///
/// When it has its name, content and name are on the disk.
package final class WholeFile {
    /// Who may use a file.
    package enum Access {
        /// Those whom the mode names, whatever the mask of the process is.
        case exactly(mode_t)
        /// Those whom the mode names and the mask of the process lets.
        case masked(mode_t)
    }

    private let descriptor: Int32
    /// The folder, opened before anything is written; negative if it may be written to and not be read.
    private let folder: Int32
    private let draft: String
    private let path: String
    private var isDone = false

    /// An empty draft.
    ///
    /// - Throws: `WholeFileError.cannotWrite`.
    package init(_ path: String, _ access: Access) throws(WholeFileError) {
        self.path = path
        draft = "\(path).\(getpid()).\(UInt32.random(in: 0 ... .max)).draft"
        let parent = URL(fileURLWithPath: path).deletingLastPathComponent().path
        folder = open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        let failure = folder < 0 && errno != EACCES ? SystemError.last : nil
        let mode = access.mode
        descriptor =
            failure == nil ? open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode) : -1
        guard descriptor >= 0 else { throw .cannotWrite(path: path, reason: failure ?? SystemError.last) }
        if case .exactly = access, fchmod(descriptor, mode) != 0 {
            throw .cannotWrite(path: path, reason: SystemError.last)
        }
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
        if folder >= 0 { close(folder) }
        if descriptor >= 0, !isDone { unlink(draft) }
    }

    /// Adds bytes.
    ///
    /// - Throws: `WholeFileError.cannotWrite`.
    package func write(_ bytes: Data) throws(WholeFileError) {
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
            guard count > 0 else { throw .cannotWrite(path: path, reason: SystemError.last) }
            written += count
        }
    }

    /// Gives the file its name, in the place of what had it.
    ///
    /// - Throws: `WholeFileError.cannotWrite`.
    package func replace() throws(WholeFileError) {
        try synchronize(descriptor)
        guard rename(draft, path) == 0 else { throw .cannotWrite(path: path, reason: SystemError.last) }
        isDone = true
        try synchronize(folder)
    }

    /// Gives the file a name that nothing has.
    ///
    /// - Throws: `WholeFileError`; nothing has the name then, or what had it before.
    package func create() throws(WholeFileError) {
        try synchronize(descriptor)
        // Unlike taking its name, a link fails where there is a file.
        guard link(draft, path) == 0 else {
            throw errno == EEXIST ? .exists(path: path) : .cannotWrite(path: path, reason: SystemError.last)
        }
        unlink(draft)
        isDone = true
        do {
            try synchronize(folder)
        } catch {
            unlink(path)
            throw error
        }
    }

    private func synchronize(_ descriptor: Int32) throws(WholeFileError) {
        guard descriptor >= 0 else { return }
        #if canImport(Darwin)
        // There, fsync leaves the bytes in the cache of the disk.
        if fcntl(descriptor, F_FULLFSYNC) != -1 { return }
        #endif
        guard fsync(descriptor) == 0 else { throw .cannotWrite(path: path, reason: SystemError.last) }
    }
}

extension WholeFile.Access {
    fileprivate var mode: mode_t {
        switch self {
        case .exactly(let mode), .masked(let mode): mode
        }
    }
}

/// Why a file is not written.
package enum WholeFileError: Error, Hashable, Sendable {
    /// Something has the name already.
    case exists(path: String)
    /// The system refuses.
    case cannotWrite(path: String, reason: String)
}
