import Foundation

/// A text with signatures under it (C2SP signed-note).
///
/// What it says is only worth reading once it is verified: see `signatures(by:)` and `CheckpointTrust`.
public struct SignedNote: Hashable, Sendable {
    /// The longest note that is read; signatures that resist quantum computers have up to 5 kB each.
    public static let maximumBytes = 1 << 18
    /// The most signatures that are read; at least 16 have to be.
    public static let maximumSignatures = 64

    /// What is signed, with the end of its last line.
    public let text: Data
    /// The signatures, in order.
    public private(set) var signatures: [NoteSignature]

    /// The note in a file.
    ///
    /// - Throws: `NoteError` with the line.
    public init(_ data: Data) throws(NoteError) {
        guard data.count <= Self.maximumBytes else {
            throw .tooLong(bytes: data.count, maximum: Self.maximumBytes)
        }
        let bytes = Array(data)
        guard String(validating: bytes, as: UTF8.self) != nil else {
            throw .malformed("not UTF-8", line: nil)
        }
        if let control = bytes.firstIndex(where: { $0 < 0x20 && $0 != 0x0A }) {
            let line = bytes[..<control].count { $0 == 0x0A } + 1
            throw .malformed("a control character", line: line)
        }
        // The last empty line parts the text from the signatures.
        guard let end = bytes.indices.dropFirst().last(where: { bytes[$0] == 0x0A && bytes[$0 - 1] == 0x0A })
        else {
            throw .malformed("no empty line between a text and signatures", line: nil)
        }
        text = Data(bytes[..<end])
        signatures = []
        var lines = NoteLines(bytes[(end + 1)...])
        let above = bytes[...end].count { $0 == 0x0A }
        repeat {
            let line = try lines.next("a signature")
            guard signatures.count < Self.maximumSignatures else {
                throw .malformed("more than \(Self.maximumSignatures) signatures", line: above + lines.number)
            }
            signatures.append(try NoteSignature(line: line, number: above + lines.number))
        } while !lines.remainder.isEmpty
    }

    /// A text of this log's own making, signed.
    ///
    /// - Throws: `NoteError.signerFailed`.
    public init(signing text: Data, by signers: [any NoteSigner]) throws(NoteError) {
        self.text = text
        signatures = []
        for signer in signers { signatures.append(try signer.noteSignature(for: text)) }
    }

    /// The note as a file.
    public var data: Data {
        var data = text
        data.append(0x0A)
        for signature in signatures { data.append(contentsOf: signature.line.utf8) }
        return data
    }

    /// Adds signatures behind those that are there, and leaves out any that the note has already.
    public mutating func add(_ more: [NoteSignature]) {
        for signature in more where !signatures.contains(signature) { signatures.append(signature) }
    }

    /// The note with those signatures that witnesses out of these have made.
    ///
    /// - Throws: `NoteError`, also if there is none, or one is not by the witness that it names.
    func adding(
        _ more: [NoteSignature],
        of witnesses: [NoteVerifierKey]
    ) throws(NoteError) -> SignedNote {
        var added = self
        added.signatures = more
        let keys = try added.signatures(by: witnesses).map(\.key)
        // Those of nobody known would only be in the way of the next reader.
        added.keepSignatures { line in keys.contains { $0.name == line.name && $0.keyID == line.keyID } }
        guard !added.signatures.isEmpty else { throw .notSigned }
        var note = self
        // A witness that has signed again has signed what it signed before.
        note.keepSignatures { line in !keys.contains { $0.name == line.name && $0.keyID == line.keyID } }
        note.add(added.signatures)
        guard note.signatures.count <= Self.maximumSignatures else {
            throw .malformed("more than \(Self.maximumSignatures) signatures", line: nil)
        }
        return note
    }

    /// Leaves out the signatures that are not wanted.
    mutating func keepSignatures(where isWanted: (NoteSignature) -> Bool) {
        signatures = signatures.filter(isWanted)
    }

    /// The keys out of these that have signed the note.
    ///
    /// Signatures by other keys are passed over, as the standard asks.
    ///
    /// - Throws: `NoteError.badSignature` if one that states a key of these is not by that key.
    public func signatures(by keys: [NoteVerifierKey]) throws(NoteError) -> [VerifiedSignature] {
        var verified: [VerifiedSignature] = []
        for signature in signatures {
            guard let key = keys.first(where: { $0.name == signature.name && $0.keyID == signature.keyID })
            else { continue }
            guard let one = key.verify(signature.signature, over: text) else {
                throw .badSignature(key: key.name.description)
            }
            verified.append(one)
        }
        return verified
    }
}

/// That a key has signed a note, and when where it says so.
public struct VerifiedSignature: Hashable, Sendable {
    /// The key.
    public let key: NoteVerifierKey
    /// Seconds since 1970 that a witness states; nil for other keys.
    public let time: UInt64?
}
