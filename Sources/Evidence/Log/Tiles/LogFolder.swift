import Foundation

/// Reads the files of a log.
struct LogFolder: Sendable {
    /// The name of the checkpoint (C2SP tlog-tiles).
    static let checkpoint = "checkpoint"
    /// The name of the file of all checkpoints that there were.
    static let history = "history"
    /// The name of the folder of files that are being written.
    static let incoming = "incoming"

    let path: String

    init(_ path: String) { self.path = path }

    /// The path of a file of the log.
    func path(_ name: String) -> String { "\(path)/\(name)" }

    /// A file's bytes; nil if there is none.
    ///
    /// - Throws: `LogError`, also if it is longer than `maximumBytes`, before memory is taken.
    func read(_ name: String, maximumBytes: Int) throws(LogError) -> [UInt8]? {
        guard let file = try open(name) else { return nil }
        guard file.size <= maximumBytes else {
            throw .tooLarge(name, bytes: file.size, maximum: maximumBytes)
        }
        return try Self.read(file.handle, count: file.size, name)
    }

    /// A file opened for reading, and its length; nil if there is none.
    ///
    /// - Throws: `LogError`, also if it is not a plain file.
    func open(_ name: String) throws(LogError) -> (handle: FileHandle, size: Int)? {
        // A link could lead out of the log, and a pipe could make a reader wait for ever.
        let descriptor = Foundation.open(path(name), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT || errno == ENOTDIR { return nil }
            if errno == ELOOP { throw .notAFile(name) }
            throw .cannotRead(name, reason: LogError.systemReason)
        }
        let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            throw .cannotRead(name, reason: LogError.systemReason)
        }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .notAFile(name) }
        return (handle, Int(status.st_size))
    }

    /// Bytes of an open file, fewer where it ends.
    ///
    /// - Throws: `LogError.cannotRead`.
    static func read(_ handle: FileHandle, count: Int, _ name: String) throws(LogError) -> [UInt8] {
        var bytes: [UInt8] = []
        do {
            while bytes.count < count, let more = try handle.read(upToCount: count - bytes.count),
                !more.isEmpty
            {
                bytes += more
            }
        } catch {
            throw .cannotRead(name, reason: error.localizedDescription)
        }
        return bytes
    }

    /// Whether there is anything of this name.
    func exists(_ name: String) -> Bool { access(path(name), F_OK) == 0 }

    /// The names in a folder; none if there is no such folder.
    ///
    /// - Throws: `LogError.cannotRead`.
    func names(in name: String) throws(LogError) -> [String] {
        do {
            return try FileManager.default.contentsOfDirectory(atPath: path(name))
        } catch {
            guard !exists(name) else {
                throw .cannotRead(name, reason: error.localizedDescription)
            }
            return []
        }
    }

    /// A tile and the name it was found under; nil if it is not there.
    ///
    /// Where a partial tile is gone, the full one takes its place: the log may remove the former.
    ///
    /// - Throws: `LogError`.
    func tile(_ path: TilePath) throws(LogError) -> (path: TilePath, bytes: [UInt8])? {
        let maximum = path.kind == .entries ? EntryBundle.maximumBytes : TilePath.fullBytes
        if let bytes = try read(path.name, maximumBytes: maximum) { return (path, bytes) }
        guard path.isPartial, let bytes = try read(path.full.name, maximumBytes: maximum) else { return nil }
        return (path.full, bytes)
    }

    /// The hashes of a tile.
    ///
    /// - Throws: `LogError`, also if it is missing or has another length.
    func hashes(_ path: TilePath) throws(LogError) -> [MerkleHash] {
        guard let tile = try tile(path) else { throw .missing(path.name) }
        guard let hashes = Self.hashes(tile.bytes), hashes.count == tile.path.width else {
            throw .damaged("\(tile.path.name) has \(tile.bytes.count) bytes")
        }
        return Array(hashes.prefix(path.width))
    }

    /// The hashes in the bytes of a tile; nil if its length is not a multiple of theirs.
    static func hashes(_ bytes: [UInt8]) -> [MerkleHash]? {
        guard bytes.count.isMultiple(of: MerkleHash.byteCount) else { return nil }
        return stride(from: 0, to: bytes.count, by: MerkleHash.byteCount)
            .compactMap { MerkleHash(bytes[$0..<$0 + MerkleHash.byteCount]) }
    }
}
