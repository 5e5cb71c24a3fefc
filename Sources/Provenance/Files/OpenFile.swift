import Crypto
import Foundation

/// A regular file that is open for reading.
final class OpenFile {
    private let descriptor: Int32
    private let path: String
    private let status: stat

    /// How many bytes it has.
    let byteCount: Int

    /// Takes over a descriptor, and closes it in the end.
    ///
    /// - Throws: `FileTreeError` if it is none, or not one of a regular file.
    init(_ descriptor: Int32, path: String) throws(FileTreeError) {
        guard descriptor >= 0 else { throw .unreadable(path: path, reason: SystemError.last) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
            let byteCount = Int(exactly: status.st_size)
        else {
            close(descriptor)
            throw .notAFile(path: path)
        }
        self.descriptor = descriptor
        self.path = path
        self.status = status
        self.byteCount = byteCount
    }

    deinit { close(descriptor) }

    /// How much of a file is mapped at once.
    private static let windowBytes = 64 << 20
    /// How much is read at once where files are not mapped, little enough to stay in a core's cache.
    private static let bufferBytes = 256 << 10

    /// Hands out the content, piece by piece.
    ///
    /// - Throws: `FileTreeError` if it cannot be read, or changed meanwhile.
    func read(_ reading: FileReading, _ body: (UnsafeRawBufferPointer) -> Void) throws(FileTreeError) {
        switch reading {
        case .mapped: try map(body)
        case .buffered: try copy(body)
        }
        guard try isUnchanged() else { throw .changedMeanwhile(path: path) }
    }

    private func map(_ body: (UnsafeRawBufferPointer) -> Void) throws(FileTreeError) {
        for start in stride(from: 0, to: byteCount, by: Self.windowBytes) {
            // Touching what was cut off would end the process, so the length is looked at again each time.
            guard try isUnchanged() else { throw .changedMeanwhile(path: path) }
            let count = min(Self.windowBytes, byteCount - start)
            guard let window = mmap(nil, count, PROT_READ, MAP_PRIVATE, descriptor, off_t(start)),
                window != MAP_FAILED
            else { throw .unreadable(path: path, reason: SystemError.last) }
            defer { munmap(window, count) }
            madvise(window, count, MADV_SEQUENTIAL)
            body(UnsafeRawBufferPointer(start: window, count: count))
        }
    }

    private func copy(_ body: (UnsafeRawBufferPointer) -> Void) throws(FileTreeError) {
        var buffer = [UInt8](repeating: 0, count: Self.bufferBytes)
        var total = 0
        while true {
            // By place, as the position belongs to all who have the file open.
            let (descriptor, start) = (descriptor, off_t(total))
            let count = buffer.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress, $0.count, start) }
            guard count >= 0 else {
                if errno == EINTR { continue }
                throw .unreadable(path: path, reason: SystemError.last)
            }
            if count == 0 { break }
            total += count
            guard total <= byteCount else { throw .changedMeanwhile(path: path) }
            buffer.withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
        }
        guard total == byteCount else { throw .changedMeanwhile(path: path) }
    }

    private func isUnchanged() throws(FileTreeError) -> Bool {
        var now = stat()
        guard fstat(descriptor, &now) == 0 else { throw .unreadable(path: path, reason: SystemError.last) }
        return now.st_size == status.st_size && now.modified == status.modified
    }
}

extension stat {
    /// When the content was last changed, in seconds and nanoseconds.
    fileprivate var modified: [Int] {
        #if canImport(Darwin)
        [st_mtimespec.tv_sec, st_mtimespec.tv_nsec]
        #else
        [st_mtim.tv_sec, st_mtim.tv_nsec]
        #endif
    }
}
