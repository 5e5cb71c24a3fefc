import Foundation

extension LogAppender {
    /// Creates a log without entries in a folder that is empty or not there.
    ///
    /// - Throws: `LogError`.
    public static func create(
        _ path: String,
        origin: LogOrigin,
        signer: any NoteSigner,
        key: NoteVerifierKey
    ) throws(LogError) {
        let folder = LogFolder(path)
        var writer = DurableWriter(folder)
        try writer.createFolder()
        let lock = try FolderLock(path)
        // What is left of a creation that was interrupted does not count.
        guard try folder.names(in: "").allSatisfy({ $0 == LogFolder.incoming }) else { throw .notEmpty(path) }
        let checkpoint = Checkpoint(origin: origin, size: 0, root: .empty)
        let note = try Self.sign(checkpoint, by: signer, key)
        try writer.stage(Array(note.data), as: LogFolder.checkpoint)
        try writer.finish()
        try writer.append(LogHistory.record(note), to: LogFolder.history)
        withExtendedLifetime(lock) {}
    }

    /// A checkpoint, signed.
    ///
    /// - Throws: `LogError.cannotSign`.
    static func sign(
        _ checkpoint: Checkpoint,
        by signer: any NoteSigner,
        _ key: NoteVerifierKey
    ) throws(LogError) -> SignedNote {
        do throws(NoteError) {
            let note = try SignedNote(signing: checkpoint.text, by: [signer])
            // A signer that does not fit its key would lock everybody out of the log.
            guard !(try note.signatures(by: [key])).isEmpty else { throw .notSigned }
            return note
        } catch {
            throw .cannotSign(error)
        }
    }
}
