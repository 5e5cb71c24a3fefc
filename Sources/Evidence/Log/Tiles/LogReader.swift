import Foundation

/// A log on a disk at one checkpoint, to be read while others append.
public struct LogReader: Sendable {
    private let folder: LogFolder
    /// The checkpoint up to which it is read.
    public let checkpoint: VerifiedCheckpoint

    /// Opens a log.
    ///
    /// - Throws: `LogError`, also if the checkpoint may not be believed.
    public init(_ path: String, trust: CheckpointTrust) throws(LogError) {
        folder = LogFolder(path)
        checkpoint = try LogOpening.checkpoint(folder, trust)
    }

    /// Opens a log at a checkpoint that was verified before: what was appended since is not read.
    public init(_ path: String, at checkpoint: VerifiedCheckpoint) {
        (folder, self.checkpoint) = (LogFolder(path), checkpoint)
    }

    /// What the log in a folder calls itself, which nobody vouches for yet.
    ///
    /// - Throws: `LogError` if there is no log, `NoteError` if its checkpoint is none.
    public static func statedOrigin(of path: String) throws -> LogOrigin {
        let bytes = try LogFolder(path).read(LogFolder.checkpoint, maximumBytes: SignedNote.maximumBytes)
        guard let bytes else { throw LogError.notALog(path) }
        return try Checkpoint(SignedNote(Data(bytes)).text).origin
    }

    /// How many entries it has.
    public var size: UInt64 { checkpoint.checkpoint.size }

    private var nodes: TileNodes { TileNodes(folder: folder, size: size) }

    /// What was appended as an entry, shown to be in the log.
    ///
    /// - Throws: `LogError`.
    public func entry(at index: UInt64) throws(LogError) -> Data { try content(of: leaf(at: index)) }

    /// What an entry in the tree stands for: itself, or a file that it names.
    private func content(of leaf: Data) throws(LogError) -> Data {
        try StoredContent(entry: leaf)?.read(from: folder) ?? leaf
    }

    /// An entry as it stands in the tree, shown to be in the log.
    private func leaf(at index: UInt64) throws(LogError) -> Data {
        let proof = try inclusionProof(at: index)
        guard let path = TilePath(.entries, index: index >> 8, size: size) else {
            throw .noEntry(index, size: size)
        }
        guard let tile = try folder.tile(path) else { throw .missing(path.name) }
        let (entries, place) = (EntryBundle(tile.bytes).entries, Int(index & 0xFF))
        guard place < entries.count else { throw .damaged("\(tile.path.name) has \(entries.count) entries") }
        do {
            try proof.verify(leaf: .leaf(entries[place]), size: size, root: checkpoint.checkpoint.root)
        } catch {
            throw .damaged("entry \(index) is not the one of the checkpoint")
        }
        return Data(entries[place])
    }

    /// Reads what was appended, in the order of the entries, each shown to be in the log.
    ///
    /// - Throws: `LogError`, and what `body` throws.
    public func readEntries(
        _ range: Range<UInt64>,
        _ body: (_ index: UInt64, _ entry: Data) throws -> Void
    ) throws {
        guard range.upperBound <= size else { throw LogError.noSize(range.upperBound, size: size) }
        var index = range.lowerBound
        while index < range.upperBound {
            let entries = try entries(ofTile: index >> 8)
            let end = min(range.upperBound, (index | 0xFF) + 1)
            for place in index..<end { try body(place, content(of: Data(entries[Int(place & 0xFF)]))) }
            index = end
        }
    }

    /// The entries of a tile, shown to be in the log by one proof for all of them.
    ///
    /// The hashes beside the way of the first entry are, within the tile, computed from the other entries: so
    /// the proof holds for all or for none.
    ///
    /// - Throws: `LogError`.
    private func entries(ofTile tile: UInt64) throws(LogError) -> [ArraySlice<UInt8>] {
        guard let path = TilePath(.entries, index: tile, size: size) else {
            throw .noEntry(tile << 8, size: size)
        }
        guard let found = try folder.tile(path) else { throw .missing(path.name) }
        let bundle = EntryBundle(found.bytes, maximum: path.width)
        guard bundle.entries.count == path.width else {
            throw .damaged("\(found.path.name) has \(bundle.entries.count) entries")
        }
        let leaves = MerkleLeaves(bundle.hashes)
        let inner = InclusionProof(index: 0, size: UInt64(path.width), from: leaves).hashes
        let outer = try inclusionProof(at: tile << 8).hashes.dropFirst(inner.count)
        do {
            try InclusionProof(index: tile << 8, hashes: inner + outer)
                .verify(leaf: leaves.hashes[0], size: size, root: checkpoint.checkpoint.root)
        } catch {
            throw .damaged("the entries in \(found.path.name) are not those of the checkpoint")
        }
        return bundle.entries
    }

    /// The proof that an entry is in the log, in a file that needs nothing else (C2SP tlog-proof).
    ///
    /// - Throws: `LogError`, also if the files of the log do not yield a proof that holds.
    public func receipt(at index: UInt64, extra: Data? = nil) throws(LogError) -> LogReceipt {
        // Reading the entry shows that the proof holds.
        _ = try leaf(at: index)
        return LogReceipt(proof: try inclusionProof(at: index), note: checkpoint.note, extra: extra)
    }

    /// The proof that the tree of an earlier size is the beginning of this one (RFC 6962, Section 2.1.2).
    ///
    /// - Throws: `LogError`.
    public func consistencyProof(from older: UInt64) throws(LogError) -> ConsistencyProof {
        guard older <= size else { throw .noSize(older, size: size) }
        return try ConsistencyProof(from: older, to: size, from: nodes)
    }

    /// What to send to a witness that has signed a tree of an earlier size, or 0 (C2SP tlog-witness).
    ///
    /// - Throws: `LogError`.
    public func addCheckpointRequest(from older: UInt64) throws(LogError) -> AddCheckpointRequest {
        AddCheckpointRequest(oldSize: older, proof: try consistencyProof(from: older), note: checkpoint.note)
    }

    /// The root that the log had when it had this many entries, by its tiles.
    ///
    /// - Throws: `LogError`.
    public func root(of older: UInt64) throws(LogError) -> MerkleHash {
        guard older <= size else { throw .noSize(older, size: size) }
        return try nodes.hash(of: 0..<older)
    }

    private func inclusionProof(at index: UInt64) throws(LogError) -> InclusionProof {
        guard index < size else { throw .noEntry(index, size: size) }
        return try InclusionProof(index: index, size: size, from: nodes)
    }
}
