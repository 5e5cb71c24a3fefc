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

    /// An entry, shown to be in the log.
    ///
    /// - Throws: `LogError`.
    public func entry(at index: UInt64) throws(LogError) -> Data {
        let proof = try inclusionProof(at: index)
        guard let path = TilePath(.entries, index: index >> 8, size: size) else {
            throw .noEntry(index, size: size)
        }
        guard let tile = try folder.tile(path) else { throw .missing(path.name) }
        let (entries, place) = (EntryBundle(tile.bytes).entries, Int(index & 0xFF))
        guard place < entries.count else { throw .damaged("\(tile.path.name) has \(entries.count) entries") }
        try check(proof, leaf: .leaf(entries[place]))
        return Data(entries[place])
    }

    /// The proof that an entry is in the log, in a file that needs nothing else (C2SP tlog-proof).
    ///
    /// - Throws: `LogError`, also if the files of the log do not yield a proof that holds.
    public func receipt(at index: UInt64, extra: Data? = nil) throws(LogError) -> LogReceipt {
        // Reading the entry shows that the proof holds.
        _ = try entry(at: index)
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

    private func check(_ proof: InclusionProof, leaf: MerkleHash) throws(LogError) {
        do {
            try proof.verify(leaf: leaf, size: size, root: checkpoint.checkpoint.root)
        } catch {
            throw .damaged("entry \(proof.index) is not the one of the checkpoint")
        }
    }
}
