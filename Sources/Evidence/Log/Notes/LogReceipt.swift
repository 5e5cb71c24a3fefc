import Foundation

/// The proof that an entry is in a log, in one file that needs nothing else (C2SP tlog-proof, `.tlog-proof`).
public struct LogReceipt: Hashable, Sendable {
    /// The first line of every receipt.
    static let header = "c2sp.org/tlog-proof@v1"
    /// The longest receipt that is read: a note, its proof, and some data beside.
    public static let maximumBytes = SignedNote.maximumBytes * 2

    /// Data beside the proof, which nobody has signed.
    public let extra: Data?
    /// Where the entry is, and why it is there.
    public let proof: InclusionProof
    /// The checkpoint of the log, as it was signed.
    public let note: SignedNote

    /// A receipt.
    public init(proof: InclusionProof, note: SignedNote, extra: Data? = nil) {
        self.proof = proof
        self.note = note
        self.extra = extra
    }

    /// The receipt in a file.
    ///
    /// - Throws: `NoteError` with the line.
    public init(_ data: Data) throws(NoteError) {
        guard data.count <= Self.maximumBytes else {
            throw .tooLong(bytes: data.count, maximum: Self.maximumBytes)
        }
        var lines = NoteLines(data)
        guard try lines.next("the name of the format").elementsEqual(Self.header.utf8) else {
            throw lines.malformed("not a receipt of a log: it begins with \(Self.header)")
        }
        let word = Array("extra ".utf8)
        if lines.remainder.starts(with: word) {
            let line = try lines.next("extra data")
            guard let bytes = NoteLines.base64(line.dropFirst(word.count)) else {
                throw lines.malformed("the extra data are not base64")
            }
            extra = Data(bytes)
        } else {
            extra = nil
        }
        let index = try lines.number(after: "index", "the number of the entry")
        proof = InclusionProof(index: index, hashes: try lines.hashes(maximum: InclusionProof.maximumHashes))
        do {
            note = try SignedNote(Data(lines.remainder))
        } catch .malformed(let what, let line?) {
            throw .malformed(what, line: lines.number + line)
        } catch {
            throw error
        }
    }

    /// The receipt as a file.
    public var data: Data {
        var text = Self.header + "\n"
        if let extra { text += "extra \(extra.base64EncodedString())\n" }
        text += "index \(proof.index)\n"
        for hash in proof.hashes { text += hash.base64 + "\n" }
        return Data((text + "\n").utf8) + note.data
    }

    /// Checks that the entry is in the log, without the log.
    ///
    /// - Parameters:
    ///   - entry: What was appended, or what stands for it in the tree.
    ///   - trust: Whom to believe about the log.
    /// - Returns: The checkpoint, believed by `trust`.
    /// - Throws: `NoteError` if the checkpoint may not be believed, or does not contain the entry.
    @discardableResult
    public func verify(entry: Data, trust: CheckpointTrust) throws(NoteError) -> VerifiedCheckpoint {
        let verified = try trust.verify(note)
        do {
            let (size, root) = (verified.checkpoint.size, verified.checkpoint.root)
            let leaf = StoredContent(of: entry)?.entry ?? entry
            try proof.verify(leaf: .leaf(leaf), size: size, root: root)
        } catch {
            throw .notIncluded(error)
        }
        return verified
    }
}
