import Foundation
import Synchronization

/// Appends entries to a log on a disk, the only one to do so while it is open (C2SP tlog-tiles).
///
/// What `append` has returned is on the disk: the tiles first, then the checkpoint that states them, then its
/// copy in the history. A process that dies at any moment leaves the last checkpoint with all its tiles;
/// tiles behind it, of entries that nobody was told of, are removed when the log is opened again.
public final class LogAppender: Sendable {
    /// The most entries that are appended at once.
    public static let maximumEntries = 1 << 14
    /// The most bytes of one.
    public static let maximumEntryBytes = StoredContent.maximumBytes

    private let folder: LogFolder
    private let origin: LogOrigin
    private let signer: any NoteSigner
    private let key: NoteVerifierKey
    private let step: DurableWriter.Step?
    private let state: Mutex<State>

    /// What changes.
    private struct State: Sendable {
        /// Nil once the log is closed, or an error does not let it go on.
        var lock: FolderLock?
        var edge: TileEdge
        var note: SignedNote
        /// Folders that are on the disk.
        var folders: Set<String> = []
    }

    /// Opens a log, and removes what an interrupted append has left.
    ///
    /// - Parameters:
    ///   - path: The folder of the log.
    ///   - origin: The name of the log.
    ///   - signer: Signs the checkpoints.
    ///   - key: The public key of the signer; the last checkpoint has to be signed by it.
    /// - Throws: `LogError`, also if the log is damaged, an older state was put back, or somebody else has it
    ///   open.
    public convenience init(
        _ path: String,
        origin: LogOrigin,
        signer: any NoteSigner,
        key: NoteVerifierKey
    ) throws(LogError) {
        try self.init(path, origin: origin, signer: signer, key: key, step: nil)
    }

    package init(
        _ path: String,
        origin: LogOrigin,
        signer: any NoteSigner,
        key: NoteVerifierKey,
        step: (@Sendable (String) throws(LogError) -> Void)?
    ) throws(LogError) {
        let folder = LogFolder(path)
        let lock = try FolderLock(path)
        let opening = LogOpening(
            folder: folder,
            trust: CheckpointTrust(origin: origin, logKeys: [key]),
            step: step
        )
        let (edge, note) = try opening.run()
        (self.folder, self.origin, self.signer, self.key, self.step) = (folder, origin, signer, key, step)
        state = Mutex(State(lock: lock, edge: edge, note: note))
    }

    /// The last checkpoint, as it was signed.
    public var note: SignedNote { state.withLock { $0.note } }

    /// How many entries the log has.
    public var size: UInt64 { state.withLock { $0.edge.size } }

    /// Lets others append.
    public func close() { state.withLock { $0.lock = nil } }

    /// Appends entries; when this returns, they are on the disk and in the checkpoint.
    ///
    /// What is too long for an entry is kept in a file beside the tiles, and the entry in the tree names it.
    ///
    /// - Returns: Their numbers, and the checkpoint that states them.
    /// - Throws: `LogError`. Unless it is `unsure`, no entry was appended.
    @discardableResult
    public func append(_ entries: [Data]) throws(LogError) -> (indices: Range<UInt64>, note: SignedNote) {
        guard entries.count <= Self.maximumEntries else {
            throw .tooManyEntries(entries.count, maximum: Self.maximumEntries)
        }
        for entry in entries { try Self.check(entry) }
        return try state.withLock { (state) throws(LogError) in try append(entries, &state) }
    }

    /// Makes sure that an entry can be kept, and will be read as what it is.
    static func check(_ entry: Data) throws(LogError) {
        guard StoredContent(entry: entry) == nil else { throw .entryIsReference }
        guard entry.count <= maximumEntryBytes else {
            throw .entryTooLong(bytes: entry.count, maximum: maximumEntryBytes)
        }
    }

    /// Adds signatures of witnesses to the last checkpoint.
    ///
    /// - Returns: The checkpoint with them.
    /// - Throws: `LogError`, also if a signature is not by the witness that it names, or by none of these.
    @discardableResult
    public func add(
        _ signatures: [NoteSignature],
        of witnesses: [NoteVerifierKey]
    ) throws(LogError) -> SignedNote {
        try state.withLock { (state) throws(LogError) in
            guard let lock = state.lock else { throw LogError.closed }
            try check(lock, state.note)
            let note: SignedNote
            do throws(NoteError) {
                note = try state.note.adding(signatures, of: witnesses)
            } catch {
                throw .untrusted(error)
            }
            var writer = DurableWriter(folder, step: step)
            try writer.stage(Array(note.data), as: LogFolder.checkpoint)
            try publish(note, &writer, &state)
            return note
        }
    }

    private func append(
        _ entries: [Data],
        _ state: inout State
    ) throws(LogError) -> (indices: Range<UInt64>, note: SignedNote) {
        guard let lock = state.lock else { throw .closed }
        let start = state.edge.size
        guard !entries.isEmpty else { return (start..<start, state.note) }
        try check(lock, state.note)
        var (edge, full): (TileEdge, [TileEdge.Tile]) = (state.edge, [])
        var writer = DurableWriter(folder, durable: state.folders, step: step)
        var contents: [String] = []
        let note: SignedNote
        do {
            for entry in entries {
                let content = StoredContent(of: entry)
                edge.append(entry: content?.entry ?? entry, filling: &full)
                guard let content else { continue }
                if !folder.exists(content.file) { contents.append(content.file) }
                try writer.stage(Array(entry), as: content.file)
            }
            // A tile above the lowest level changes only where one below it was filled.
            let partial = edge.partialTiles.filter { tile in
                tile.path.kind.level == 0 || full.contains { $0.path.kind.level == tile.path.kind.level - 1 }
            }
            for tile in full + partial { try writer.stage(tile.bytes, as: tile.path.name) }
            try writer.finish()
            note = try Self.sign(
                Checkpoint(origin: origin, size: edge.size, root: edge.root),
                by: signer,
                key
            )
            try writer.stage(Array(note.data), as: LogFolder.checkpoint)
        } catch {
            writer.discard()
            // What cannot be cleaned up now is cleaned up when the log is opened again, and not built upon.
            do throws(LogError) {
                try removeFiles(behind: start)
                for name in contents { try DurableWriter(folder, step: step).remove(name) }
            } catch { state.lock = nil }
            throw error
        }
        try publish(note, &writer, &state)
        (state.edge, state.folders) = (edge, writer.durable)
        for tile in full { removePartialTiles(of: tile.path) }
        return (start..<edge.size, note)
    }

    /// Makes a checkpoint that is written already the one of the log.
    private func publish(
        _ note: SignedNote,
        _ writer: inout DurableWriter,
        _ state: inout State
    ) throws(LogError) {
        do {
            try writer.finish()
            try writer.append(LogHistory.record(note), to: LogFolder.history)
        } catch {
            state.lock = nil
            throw .unsure("\(error)")
        }
        state.note = note
    }

    private func check(_ lock: FolderLock, _ note: SignedNote) throws(LogError) {
        try lock.check()
        let bytes = try folder.read(LogFolder.checkpoint, maximumBytes: SignedNote.maximumBytes)
        guard bytes == Array(note.data) else { throw .changedUnderneath }
    }

    private func removeFiles(behind size: UInt64) throws(LogError) {
        let writer = DurableWriter(folder, step: step)
        for path in try AheadFiles(folder, size: size).paths { try writer.remove(path.name) }
    }

    /// Partial tiles may go once the full one is there; that they stay is no error.
    private func removePartialTiles(of path: TilePath) {
        let writer = DurableWriter(folder, step: step)
        let names = (try? folder.names(in: path.partialFolder)) ?? []
        for name in names { try? writer.remove("\(path.partialFolder)/\(name)") }
        if !names.isEmpty { writer.removeEmptyFolder(path.partialFolder) }
    }
}
