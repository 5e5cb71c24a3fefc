/// What is wrong with a claim.
public enum ClaimError: Error, Hashable, Sendable {
    /// The statement is about another kind of thing.
    case unexpectedType(found: ClaimType, expected: ClaimType)
    /// The predicate does not have the form of its schema.
    case malformed(JSONError)
    /// A member says what cannot be so.
    case impossible(member: String, problem: String)
}

extension ClaimError: CustomStringConvertible {
    /// The error in words.
    public var description: String {
        switch self {
        case .unexpectedType(let found, let expected):
            "the claim is of type '\(found.name.printable)' where '\(expected.name)' is expected"
        case .malformed(let error): "the predicate is not as its schema says: \(error)"
        case .impossible(let member, let problem): "\(member): \(problem)"
        }
    }
}
