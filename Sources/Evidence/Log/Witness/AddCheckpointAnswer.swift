import Foundation

/// What a witness answers to `add-checkpoint` (C2SP tlog-witness).
public enum AddCheckpointAnswer: Hashable, Sendable {
    /// The witness's signatures of the checkpoint.
    case cosigned([NoteSignature])
    /// The request is not one, or its old size is above the checkpoint's.
    case badRequest(NoteError)
    /// No key that the witness has for this log has signed.
    case forbidden
    /// The witness does not know the log.
    case unknownLog
    /// The witness has signed another size since, which this is, or another tree of that size.
    case conflict(size: UInt64)
    /// The proof does not show that the log only grew.
    case unprocessable(MerkleError)

    /// The number by which HTTP knows the answer.
    public var status: Int {
        switch self {
        case .cosigned: 200
        case .badRequest: 400
        case .forbidden: 403
        case .unknownLog: 404
        case .conflict: 409
        case .unprocessable: 422
        }
    }

    /// The type of the body.
    public var contentType: String {
        if case .conflict = self { "text/x.tlog.size" } else { "text/plain; charset=utf-8" }
    }

    /// The body of the message.
    public var body: Data {
        switch self {
        case .cosigned(let signatures): Data(signatures.map(\.line).joined().utf8)
        case .badRequest(let error): Data("\(error)\n".utf8)
        case .forbidden: Data("not signed by a known key of this log\n".utf8)
        case .unknownLog: Data("unknown log\n".utf8)
        case .conflict(let size): Data("\(size)\n".utf8)
        case .unprocessable(let error): Data("\(error)\n".utf8)
        }
    }
}
