/// Why a text of a log is not accepted: a note, a checkpoint, a receipt, a key or a request.
public enum NoteError: Error, Hashable {
    /// The text is longer than is read.
    case tooLong(bytes: Int, maximum: Int)
    /// A line is not what the format has there; lines count from 1.
    case malformed(String, line: Int?)
    /// A key's name is empty or has a space, a plus sign or a control character.
    case badKeyName
    /// A key in text form is not one, or of an algorithm that is not read here.
    case badKey(String)
    /// The note states another log than the one asked about.
    case wrongOrigin(found: String, expected: String)
    /// A signature with the name and number of a known key is not by that key.
    case badSignature(key: String)
    /// None of the keys of the log has signed.
    case notSigned
    /// Fewer witnesses have signed than are required.
    case tooFewWitnesses(found: Int, required: Int)
    /// What is to be signed could not be.
    case signerFailed(String)
    /// The proof in a receipt does not show that the entry is in the log.
    case notIncluded(MerkleError)
}

extension NoteError: CustomStringConvertible {
    /// The reason in words.
    public var description: String {
        switch self {
        case .tooLong(let bytes, let maximum): "\(bytes) bytes are more than the \(maximum) that are read"
        case .malformed(let what, let line?): "line \(line): \(what)"
        case .malformed(let what, nil): what
        case .badKeyName: "a name of a key is not empty and has no spaces, plus signs or control characters"
        case .badKey(let what): "not a key of a log: \(what)"
        case .wrongOrigin(let found, let expected): "this is about the log \(found), not \(expected)"
        case .badSignature(let key): "the signature of \(key) is wrong"
        case .notSigned: "no key of the log has signed this"
        case .tooFewWitnesses(let found, let required):
            "\(found) of \(required) required witnesses have signed"
        case .signerFailed(let why): "cannot be signed: \(why)"
        case .notIncluded(let why): "not shown to be in the log: \(why)"
        }
    }
}
