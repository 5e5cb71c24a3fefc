import Foundation

/// What is done when a log is opened to be written: it is looked at, and an interrupted append is cleaned up.
struct LogOpening {
    let folder: LogFolder
    let trust: CheckpointTrust
    let step: DurableWriter.Step?

    /// More entries than any log here has; numbers near the end of their range would overflow in sums.
    static let maximumSize: UInt64 = 1 << 48

    /// The edge of the tree, and the last checkpoint.
    ///
    /// - Throws: `LogError`; nothing is changed then.
    func run() throws(LogError) -> (edge: TileEdge, note: SignedNote) {
        let verified = try Self.checkpoint(folder, trust)
        let checkpoint = verified.checkpoint
        let edge = try TileEdge(folder, size: checkpoint.size)
        guard edge.root == checkpoint.root else {
            throw .damaged("its tiles do not have the root that its checkpoint states")
        }
        let history = try lookAtHistory(verified)
        let ahead = try AheadFiles(folder, size: checkpoint.size)
        guard !ahead.areMoreThanOneAppend else { throw .stale(size: checkpoint.size, newer: ahead.reach) }

        let writer = DurableWriter(folder, step: step)
        for path in ahead.paths { try writer.remove(path.name) }
        for path in ahead.paths where path.isPartial { writer.removeEmptyFolder(path.partialFolder) }
        for name in try folder.names(in: LogFolder.incoming) {
            try writer.remove("\(LogFolder.incoming)/\(name)")
        }
        if let end = history.cutAt, truncate(folder.path(LogFolder.history), off_t(end)) != 0 {
            throw .cannotWrite(LogFolder.history, reason: LogError.systemReason)
        }
        if history.lacksLast {
            // Whoever published it may have ended before its name was on the disk: then a power cut would leave a
            // history that is ahead of the checkpoint.
            try writer.synchronizeFolder()
            try writer.append(LogHistory.record(verified.note), to: LogFolder.history)
        }
        return (edge, verified.note)
    }

    /// The checkpoint of a log, if it may be believed.
    ///
    /// - Throws: `LogError`.
    static func checkpoint(
        _ folder: LogFolder,
        _ trust: CheckpointTrust
    ) throws(LogError) -> VerifiedCheckpoint {
        let bytes = try folder.read(LogFolder.checkpoint, maximumBytes: SignedNote.maximumBytes)
        guard let bytes else { throw .notALog(folder.path) }
        let verified: VerifiedCheckpoint
        do {
            verified = try trust.verify(Data(bytes))
        } catch {
            throw .untrusted(error)
        }
        let size = verified.checkpoint.size
        guard size <= maximumSize else { throw .damaged("its checkpoint states \(size) entries") }
        return verified
    }

    /// Whether the last checkpoint of the history is missing, and where a record that was cut begins.
    private func lookAtHistory(
        _ verified: VerifiedCheckpoint
    ) throws(LogError) -> (lacksLast: Bool, cutAt: Int?) {
        guard var history = try LogHistory(folder, lastBytes: LogHistory.lastBytes) else {
            return (true, nil)
        }
        let note = try history.last()
        guard LogHistory.isCut(history.rest, of: verified.note) else {
            throw .damaged("the end of its history is no checkpoint")
        }
        let cutAt = history.rest.isEmpty ? nil : history.end
        guard let note else { return (true, cutAt) }
        let (last, checkpoint): (Checkpoint, Checkpoint)
        do {
            (last, checkpoint) = (try trust.verify(note).checkpoint, verified.checkpoint)
        } catch {
            throw .damaged("the last checkpoint of its history: \(error)")
        }
        guard last.size <= checkpoint.size else { throw .stale(size: checkpoint.size, newer: last.size) }
        guard last.size < checkpoint.size || last.root == checkpoint.root else {
            throw .damaged("its history states another tree of \(last.size) entries than its checkpoint")
        }
        return (note != verified.note.data, cutAt)
    }
}
