import Foundation

/// What a log asks a witness: to sign a checkpoint, with the proof that nothing was changed since the last
/// (C2SP tlog-witness, `add-checkpoint`).
public struct AddCheckpointRequest: Hashable, Sendable {
    /// The longest request that is read.
    public static let maximumBytes = SignedNote.maximumBytes + 4096

    /// The size of the tree that the witness signed last, 0 if none.
    public let oldSize: UInt64
    /// The proof from that size to the checkpoint's.
    public let proof: ConsistencyProof
    /// The checkpoint, as the log has signed it.
    public let note: SignedNote

    /// A request.
    public init(oldSize: UInt64, proof: ConsistencyProof, note: SignedNote) {
        self.oldSize = oldSize
        self.proof = proof
        self.note = note
    }

    /// The request in the body of a message.
    ///
    /// - Throws: `NoteError` with the line.
    public init(_ data: Data) throws(NoteError) {
        guard data.count <= Self.maximumBytes else {
            throw .tooLong(bytes: data.count, maximum: Self.maximumBytes)
        }
        var lines = NoteLines(data)
        oldSize = try lines.number(after: "old", "the old size")
        proof = ConsistencyProof(hashes: try lines.hashes(maximum: ConsistencyProof.maximumHashes))
        do {
            note = try SignedNote(Data(lines.remainder))
        } catch .malformed(let what, let line?) {
            throw .malformed(what, line: lines.number + line)
        } catch {
            throw error
        }
    }

    /// The request as the body of a message.
    public var data: Data {
        var text = "old \(oldSize)\n"
        for hash in proof.hashes { text += hash.base64 + "\n" }
        return Data((text + "\n").utf8) + note.data
    }
}
