/// What is wrong with a JSON text.
public enum JSONError: Error, Hashable, Sendable {
    /// The text is longer than the limit.
    case tooLarge(bytes: Int, maximum: Int)
    /// The text holds more values than the limit.
    case tooManyValues(maximum: Int)
    /// Lists and objects are inside of each other more often than the limit.
    case tooDeep(maximum: Int)
    /// The grammar of RFC 8259 is broken at a byte.
    case malformed(problem: String, offset: Int)
    /// An object has two members of one name.
    case duplicateMember(name: String, offset: Int)
    /// A member is missing, of another kind, or not known; the path leads to it.
    case unexpected(problem: String, path: String)
}

extension JSONError: CustomStringConvertible {
    /// The error in words; what the text says is not repeated, except for names of members.
    public var description: String {
        switch self {
        case .tooLarge(let bytes, let maximum): "the text has \(bytes) bytes; at most \(maximum) are read"
        case .tooManyValues(let maximum): "the text holds more than \(maximum) values"
        case .tooDeep(let maximum): "lists and objects are inside of each other more than \(maximum) times"
        case .malformed(let problem, let offset): "byte \(offset): \(problem)"
        case .duplicateMember(let name, let offset):
            "byte \(offset): the object has two members '\(name.printable)'"
        case .unexpected(let problem, let path):
            path.isEmpty ? problem : "\(path.printable): \(problem)"
        }
    }
}
