/// Why a witness gives no answer at all; over HTTP, an error of the server.
public enum WitnessError: Error, Equatable {
    /// The clock shows an earlier time than that of the last signature.
    case clockSetBack(now: UInt64, last: UInt64)
    /// The key could not be used.
    case cannotSign(NoteError)
    /// What was signed last cannot be read, so that nothing may be signed.
    case badMemory(NoteError)
    /// The folder of the witness cannot be read or written.
    case folder(LogError)
}

extension WitnessError: CustomStringConvertible {
    /// The reason in words.
    public var description: String {
        switch self {
        case .clockSetBack(let now, let last):
            "the clock says \(now), but the last signature was made at \(last): set it right"
        case .cannotSign(let error): "\(error)"
        case .badMemory(let error): "what was signed last cannot be read: \(error)"
        case .folder(let error): "\(error)"
        }
    }
}
