/// What is wrong with the form of an envelope.
public enum EnvelopeError: Error, Hashable, Sendable {
    /// It is no JSON, or has members too many, too few or twice.
    case malformed(JSONError)
    /// A member is not base64 in its one spelling.
    case notBase64(member: String)
    /// There is no signature.
    case noSignatures
    /// There are more signatures than are checked.
    case tooManySignatures(found: Int)
    /// A member is longer than any real one.
    case tooLong(member: String)
    /// The payload is empty.
    case emptyPayload
}

extension EnvelopeError: CustomStringConvertible {
    /// The error in words.
    public var description: String {
        switch self {
        case .malformed(let error): "the envelope is broken: \(error)"
        case .notBase64(let member): "the envelope's \(member) is not base64 (standard alphabet, padded)"
        case .noSignatures: "the envelope carries no signature"
        case .tooManySignatures(let found):
            "the envelope carries \(found) signatures; at most \(Envelope.maximumSignatures) are checked"
        case .tooLong(let member): "the envelope's \(member) is too long"
        case .emptyPayload: "the envelope is empty"
        }
    }
}
