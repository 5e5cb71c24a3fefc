import Foundation

/// Whom to believe about a log: its own keys, and witnesses of whom some number has to agree.
public struct CheckpointTrust: Sendable {
    /// Which log.
    public let origin: LogOrigin
    /// Keys of the log; one of them has to have signed.
    public let logKeys: [NoteVerifierKey]
    /// Keys of witnesses.
    public let witnesses: [NoteVerifierKey]
    /// How many different witnesses have to have signed.
    public let requiredWitnesses: Int

    /// Trust in a log.
    public init(
        origin: LogOrigin,
        logKeys: [NoteVerifierKey],
        witnesses: [NoteVerifierKey] = [],
        requiredWitnesses: Int = 0
    ) {
        precondition(requiredWitnesses >= 0, "a number of witnesses is not negative")
        self.origin = origin
        self.logKeys = logKeys
        self.witnesses = witnesses
        self.requiredWitnesses = requiredWitnesses
    }

    /// The checkpoint in a note, if it may be believed.
    ///
    /// - Throws: `NoteError`.
    public func verify(_ data: Data) throws(NoteError) -> VerifiedCheckpoint {
        try verify(SignedNote(data))
    }

    /// The checkpoint in a note, if it may be believed.
    ///
    /// - Throws: `NoteError`.
    public func verify(_ note: SignedNote) throws(NoteError) -> VerifiedCheckpoint {
        // Signatures first: of a text that nobody has signed not even the form is looked at.
        guard !(try note.signatures(by: logKeys)).isEmpty else { throw .notSigned }
        let checkpoint = try Checkpoint(note.text)
        guard checkpoint.origin == origin else {
            throw .wrongOrigin(found: checkpoint.origin.description, expected: origin.description)
        }
        let cosignatures = try note.signatures(by: witnesses.filter { $0.algorithm == .cosignature })
        // A witness under two names is one witness.
        let count = Set(cosignatures.map(\.key.publicKey)).count
        guard count >= requiredWitnesses else {
            throw .tooFewWitnesses(found: count, required: requiredWitnesses)
        }
        return VerifiedCheckpoint(checkpoint: checkpoint, note: note, cosignatures: cosignatures)
    }
}

/// A checkpoint whose signatures have been checked; nothing else makes one.
public struct VerifiedCheckpoint: Hashable, Sendable {
    /// What the log says.
    public let checkpoint: Checkpoint
    /// The note that says it.
    public let note: SignedNote
    /// The witnesses who have signed, and when.
    public let cosignatures: [VerifiedSignature]

    fileprivate init(checkpoint: Checkpoint, note: SignedNote, cosignatures: [VerifiedSignature]) {
        self.checkpoint = checkpoint
        self.note = note
        self.cosignatures = cosignatures
    }
}
