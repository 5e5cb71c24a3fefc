import Foundation

/// Decides what a witness signs (C2SP tlog-witness).
///
/// It knows no clock, disk or network: `WitnessFolder` remembers for it, and a command or a server talks for
/// it.
public struct Witness: Sendable {
    /// What the witness signed last of a log: what it has to remember, before it answers.
    public struct Memory: Hashable, Sendable {
        /// The checkpoint with the log's and the witness's signatures.
        public let note: SignedNote
        /// What the checkpoint says.
        let checkpoint: Checkpoint
        /// When it was signed, in seconds since 1970.
        let time: UInt64

        /// What was remembered, in the note that was written then.
        ///
        /// - Throws: `NoteError` if the note is not a checkpoint that this key has signed.
        public init(note: SignedNote, key: NoteVerifierKey) throws(NoteError) {
            guard let time = try note.signatures(by: [key]).compactMap(\.time).max() else { throw .notSigned }
            self.note = note
            checkpoint = try Checkpoint(note.text)
            self.time = time
        }
    }

    /// The public half of the witness's key.
    public let key: NoteVerifierKey
    private let signer: any NoteSigner
    private let logs: [LogOrigin: [NoteVerifierKey]]

    /// A witness.
    ///
    /// - Parameters:
    ///   - signer: Signs; its number is that of the key.
    ///   - key: The public key, of the algorithm for cosignatures.
    ///   - logs: The logs that are watched, with their keys.
    /// - Throws: `NoteError.badKey` if the two do not belong together.
    public init(
        signer: any NoteSigner,
        key: NoteVerifierKey,
        logs: [LogOrigin: [NoteVerifierKey]]
    ) throws(NoteError) {
        guard key.algorithm == .cosignature, key.name == signer.name, key.keyID == signer.keyID else {
            throw .badKey("the witness's key is not one for cosignatures, or not that of the signer")
        }
        (self.signer, self.key, self.logs) = (signer, key, logs)
    }

    /// The answer to a request, and what to remember if it is a signature.
    ///
    /// - Parameters:
    ///   - request: What was asked.
    ///   - memory: What the witness signed last of this log; nil if nothing.
    ///   - time: Now, in seconds since 1970.
    /// - Returns: The answer, and what has to be on a disk before it is given.
    /// - Throws: `WitnessError.clockSetBack`; `WitnessError.cannotSign`.
    public func answer(
        _ request: AddCheckpointRequest,
        after memory: Memory?,
        time: UInt64
    ) throws(WitnessError) -> (answer: AddCheckpointAnswer, memory: Memory?) {
        let checkpoint: Checkpoint
        do {
            checkpoint = try Checkpoint(request.note.text)
        } catch {
            return (.badRequest(error), nil)
        }
        guard let keys = logs[checkpoint.origin] else { return (.unknownLog, nil) }
        guard let signed = try? request.note.signatures(by: keys), !signed.isEmpty else {
            return (.forbidden, nil)
        }
        if let refusal = refusal(of: request, checkpoint, after: memory?.checkpoint) { return (refusal, nil) }
        // A witness's times never run backwards: they say that nothing larger was known at that time.
        if let memory, time < memory.time { throw .clockSetBack(now: time, last: memory.time) }
        do {
            let line = try Cosignature.line(request.note.text, time: time, by: signer)
            // Signatures of others stay with the log; what is remembered is no longer than it has to be.
            var note = request.note.keeping(signed.map(\.key))
            note.add([line])
            return (.cosigned([line]), try Memory(note: note, key: key))
        } catch {
            throw .cannotSign(error)
        }
    }

    private func refusal(
        of request: AddCheckpointRequest,
        _ checkpoint: Checkpoint,
        after last: Checkpoint?
    ) -> AddCheckpointAnswer? {
        guard request.oldSize <= checkpoint.size else {
            return .badRequest(.malformed("the old size is above the new one", line: 1))
        }
        let known = last?.size ?? 0
        guard request.oldSize == known else { return .conflict(size: known) }
        if let last, last.size == checkpoint.size {
            guard last.root == checkpoint.root else { return .conflict(size: known) }
        }
        do throws(MerkleError) {
            guard let last, last.size > 0 else {
                // From nothing to anything there is nothing to prove.
                let found = request.proof.hashes.count
                if found > 0 { throw .wrongLength(found: found, expected: 0) }
                return nil
            }
            try request.proof.verify(from: (last.size, last.root), to: (checkpoint.size, checkpoint.root))
            return nil
        } catch {
            return .unprocessable(error)
        }
    }
}

extension SignedNote {
    /// The note with the signatures of these keys only.
    fileprivate func keeping(_ keys: [NoteVerifierKey]) -> SignedNote {
        var note = self
        note.keepSignatures { line in keys.contains { $0.name == line.name && $0.keyID == line.keyID } }
        return note
    }
}
