import Foundation

/// How a log asks a witness for a signature, over whatever carries bytes (C2SP tlog-witness, `add-checkpoint`).
public struct WitnessDialogue: Sendable {
    /// The longest answer that is read: some signatures, or a sentence.
    public static let maximumAnswerBytes = 1 << 16
    /// The type of a body that says which size the witness knows.
    static let sizeType = "text/x.tlog.size"

    /// An answer as it came: the status of HTTP, the type of the body, and the body.
    public struct Answer: Sendable {
        let status: Int
        let contentType: String?
        let body: Data

        /// An answer.
        public init(status: Int, contentType: String?, body: Data) {
            (self.status, self.contentType, self.body) = (status, contentType, body)
        }
    }

    private let witness: NoteVerifierKey

    /// A dialogue with a witness.
    ///
    /// - Throws: `NoteError.badKey` if the key is not one for cosignatures.
    public init(with witness: NoteVerifierKey) throws(NoteError) {
        guard witness.algorithm == .cosignature else { throw .badKey("not the key of a witness") }
        self.witness = witness
    }

    /// The witness's signatures of the log's checkpoint, checked.
    ///
    /// A witness that knows another size than it is asked from says so, and is asked once more from there.
    ///
    /// - Parameters:
    ///   - log: The log.
    ///   - send: Sends the body of a request, and returns what comes back.
    /// - Returns: Signatures to be added to the checkpoint.
    /// - Throws: `WitnessRefusal`, `LogError`, and what `send` throws.
    public func signatures(
        of log: LogReader,
        sending send: (Data) throws -> Answer
    ) throws -> [NoteSignature] {
        var known: UInt64 = 0
        for isLast in [false, true] {
            let answer = try send(try log.addCheckpointRequest(from: known).data)
            guard answer.status == 409 else { return try signatures(in: answer, of: log.checkpoint.note) }
            let size = try Self.size(in: answer)
            guard size <= log.size else { throw WitnessRefusal.ahead(size: size, log: log.size) }
            guard !isLast, size != known else { throw WitnessRefusal.otherTree(size: size) }
            known = size
        }
        preconditionFailure("the second answer is the last")
    }

    private func signatures(in answer: Answer, of note: SignedNote) throws -> [NoteSignature] {
        switch answer.status {
        case 200: break
        case 403: throw WitnessRefusal.keyNotKnown
        case 404: throw WitnessRefusal.logNotKnown
        case 422: throw WitnessRefusal.proofRefused
        default: throw WitnessRefusal.status(answer.status)
        }
        guard answer.body.count <= Self.maximumAnswerBytes else {
            throw WitnessRefusal.notAnAnswer("is too long")
        }
        do {
            let lines = try NoteSignature.lines(answer.body)
            _ = try note.adding(lines, of: [witness])
            return lines.filter { $0.name == witness.name && $0.keyID == witness.keyID }
        } catch {
            throw WitnessRefusal.notSigned(error)
        }
    }

    private static func size(in answer: Answer) throws(WitnessRefusal) -> UInt64 {
        guard answer.contentType == sizeType else { throw .notAnAnswer("states no size in status 409") }
        let text = answer.body.last == 0x0A ? answer.body.dropLast() : answer.body
        guard text.count <= 20, let size = NoteLines.decimal(Array(text)[...]) else {
            throw .notAnAnswer("states a size that is none")
        }
        return size
    }
}

/// Why a witness that was asked has not signed.
public enum WitnessRefusal: Error, Equatable {
    /// It knows no key of the log that has signed the checkpoint.
    case keyNotKnown
    /// It does not know the log.
    case logNotKnown
    /// It does not accept the proof that the log only grew.
    case proofRefused
    /// It has signed a larger tree than the log has: an older state of the log was put back, or it was forked.
    case ahead(size: UInt64, log: UInt64)
    /// It has signed another tree of this size.
    case otherTree(size: UInt64)
    /// It answers with another status of HTTP.
    case status(Int)
    /// What it answers is no answer.
    case notAnAnswer(String)
    /// What it answers is not its signature of this checkpoint.
    case notSigned(NoteError)
}

extension WitnessRefusal: CustomStringConvertible {
    /// The reason in words.
    public var description: String {
        switch self {
        case .keyNotKnown: "the witness knows no key of this log that has signed the checkpoint"
        case .logNotKnown: "the witness does not know this log"
        case .proofRefused: "the witness does not accept the proof that the log only grew"
        case .ahead(let size, let log):
            "the witness has signed \(size) entries, and the log has \(log): an older state was put back"
        case .otherTree(let size): "the witness has signed another tree of \(size) entries"
        case .status(let status): "the witness answers with status \(status)"
        case .notAnAnswer(let what): "what the witness answers \(what)"
        case .notSigned(let error): "what the witness answers is not its signature: \(error)"
        }
    }
}
