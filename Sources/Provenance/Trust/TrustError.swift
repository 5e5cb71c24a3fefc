/// What is wrong with a trust root.
public enum TrustError: Error, Hashable, Sendable {
    /// The file is no JSON of the expected form.
    case malformed(JSONError)
    /// The file states another format or version.
    case unknownSchema(found: String)
    /// A key in the file cannot be used.
    case key(name: String, KeyError)
    /// A key has no name.
    case namelessKey
    /// Two keys have one name.
    case duplicateName(String)
    /// One key is listed under two names, and would count twice.
    case duplicateKey(String, String)
    /// The end of a key's validity is not behind its beginning.
    case emptyValidity(name: String)
    /// A rule is about a claim type that does not exist.
    case unknownClaimType(String)
    /// Two rules are about one claim type.
    case duplicateRule(String)
    /// A rule names a key that is not listed, or names one twice.
    case unknownKey(name: String, claim: String)
    /// A rule asks for fewer than one signature, or more than it has keys.
    case impossibleThreshold(claim: String, threshold: Int, keys: Int)
    /// A rule asks for several signatures over a model, whose signature file carries exactly one.
    case severalModelSignatures(threshold: Int)
    /// A key that is to be replaced is not listed.
    case keyNotListed(fingerprint: ContentDigest)
    /// A key and its successor would both be valid until then, and count as two where several have to agree.
    case countedTwice(claim: String, until: Timestamp)
    /// A key and its successor would both be valid until then, and could fill two roles of an approval.
    case twoRoles(until: Timestamp)
    /// No key has the name.
    case nameNotListed(String)
    /// A key is revoked already, from then on or earlier.
    case alreadyRevoked(name: String, from: Timestamp)
}

extension TrustError: CustomStringConvertible {
    /// The error in words.
    public var description: String {
        switch self {
        case .malformed(let error): "the trust root is broken: \(error)"
        case .unknownSchema(let found):
            "the trust root has the schema '\(found.printable)'; '\(TrustRoot.schema)' is read"
        case .key(let name, let error): "key '\(name.printable)': \(error)"
        case .namelessKey: "a key has no name"
        case .duplicateName(let name): "two keys are called '\(name.printable)'"
        case .duplicateKey(let first, let second):
            "'\(first.printable)' and '\(second.printable)' are the same key, which would count twice"
        case .emptyValidity(let name): "key '\(name.printable)': its validity ends before it begins"
        case .unknownClaimType(let name): "there is no claim type '\(name.printable)'"
        case .duplicateRule(let name): "there are two rules for claims '\(name.printable)'"
        case .unknownKey(let name, let claim):
            "the rule for '\(claim.printable)' names the key '\(name.printable)', which is not listed, or twice"
        case .impossibleThreshold(let claim, let threshold, let keys):
            "the rule for '\(claim.printable)' asks for \(threshold) signatures of \(keys) keys"
        case .severalModelSignatures(let threshold):
            "the rule for 'model-signature' asks for \(threshold) signatures; a signature file carries one"
        case .keyNotListed(let fingerprint): "the key \(fingerprint) is not listed"
        case .countedTwice(let claim, let end):
            "several keys have to agree on '\(claim.printable)', and the old key and the new one would count as two "
                + "until \(end)"
        case .twoRoles(let end):
            "each role of an approval needs a person of its own, and the old key and the new one could fill two "
                + "until \(end)"
        case .nameNotListed(let name): "no key is called '\(name.printable)'"
        case .alreadyRevoked(let name, let from):
            "key '\(name.printable)': is revoked from \(from) on already"
        }
    }
}
