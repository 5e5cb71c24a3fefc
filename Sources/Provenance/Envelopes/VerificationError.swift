/// Why a signed message is not believed.
public enum VerificationError: Error, Hashable, Sendable {
    /// It is another kind of thing than expected.
    case unexpectedPayloadType(found: String, expected: String)
    /// The key did not sign it, or it was changed since.
    case notSigned(by: ContentDigest)
    /// No key of the trust root signed it, or it was changed since.
    case notSignedByTrustedKey
    /// The signature is right and what it is over cannot be read.
    case unreadableContent(String)
    /// The trust root has no rule for such a claim.
    case nobodyMayState(ClaimType)
    /// Fewer keys signed it than the trust root asks for.
    case tooFewSignatures(claim: ClaimType, found: Int, needed: Int, refused: [Refusal])

    /// A signature that is right and does not count.
    public struct Refusal: Sendable, Hashable {
        /// What the trust root calls the key.
        public let name: String
        /// Why it does not count.
        public let reason: Reason

        /// Why a signature does not count.
        public enum Reason: Sendable, Hashable {
            case mayNotState
            case standing(TrustedKey.Standing)
        }
    }
}

extension VerificationError: CustomStringConvertible {
    /// The error in words.
    public var description: String {
        switch self {
        case .unexpectedPayloadType(let found, let expected):
            "the envelope holds '\(found.printable)' where '\(expected)' is expected"
        case .notSigned(let key): "this was not signed by the key \(key), or it was changed since"
        case .notSignedByTrustedKey: "this was signed by no key of the trust root, or it was changed since"
        case .unreadableContent(let problem): "the signature is right, but what it is over is not: \(problem)"
        case .nobodyMayState(let type): "the trust root lets nobody state claims '\(type.name.printable)'"
        case .tooFewSignatures(let claim, let found, let needed, let refused):
            "claims '\(claim.name.printable)' need \(needed) signatures, \(found) count"
                + refused.map { "; '\($0.name.printable)' \($0.reason)" }.joined()
        }
    }
}

extension VerificationError.Refusal.Reason: CustomStringConvertible {
    /// The reason in words.
    public var description: String {
        switch self {
        case .mayNotState: "may not state this"
        case .standing(let standing): "is \(standing)"
        }
    }
}
