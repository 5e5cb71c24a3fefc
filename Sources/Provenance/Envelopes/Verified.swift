import Foundation

/// Something whose signatures were checked.
///
/// There is no other way to make one.
public struct Verified<Content: SignedContent>: Sendable {
    /// What was signed.
    public let content: Content
    /// The digest of the signed bytes.
    public let payloadDigest: ContentDigest
    /// Who signed it, each once.
    public let signers: [Signer]

    /// Somebody whose signature was checked.
    public struct Signer: Sendable, Hashable {
        /// What the trust root calls the key; nil if the key was given by itself.
        public let name: String?
        /// The key.
        public let publicKey: PublicKey
    }

    /// Private to this file, which is what makes the type a proof.
    fileprivate init(_ content: Content, _ payloadDigest: ContentDigest, _ signers: [Signer]) {
        self.content = content
        self.payloadDigest = payloadDigest
        self.signers = signers
    }
}

extension Envelope {
    /// The content, if one key made one of the signatures.
    ///
    /// - Throws: `VerificationError` if it did not, or the content is not of the expected form.
    public func verified<Content>(
        as type: Content.Type,
        by key: PublicKey
    ) throws(VerificationError) -> Verified<Content> {
        try requirePayloadType(type)
        guard isSigned(by: key) else { throw .notSigned(by: key.fingerprint) }
        return Verified(try read(type), payloadDigest, [.init(name: nil, publicKey: key)])
    }

    /// The content, if enough of those signed it who may state such a thing.
    ///
    /// - Parameters:
    ///   - type: What is expected in the envelope.
    ///   - root: Whose word counts.
    ///   - time: A moment at which the signatures are known to have existed: that of a log entry, or now.
    /// - Returns: The content, with those whose signatures count.
    /// - Throws: `VerificationError` if they did not, or the content is not of the expected form.
    public func verified<Content>(
        as type: Content.Type,
        by root: TrustRoot,
        at time: Timestamp
    ) throws(VerificationError) -> Verified<Content> {
        try requirePayloadType(type)
        let message = Self.preAuthenticationEncoding(payloadType: payloadType, payload: payload)
        let signing = root.keys.filter { key in
            signatures.contains { key.publicKey.isValid($0.bytes, for: message) }
        }
        guard !signing.isEmpty else { throw .notSignedByTrustedKey }
        // Nothing of the payload is looked at before somebody known has signed it.
        let content = try read(type)
        guard let threshold = root.threshold(for: content.claimType) else {
            throw .nobodyMayState(content.claimType)
        }
        var counted: [Verified<Content>.Signer] = []
        var refused: [VerificationError.Refusal] = []
        for key in signing {
            let standing = key.standing(at: time)
            if !root.mayState(content.claimType, key: key) {
                refused.append(.init(name: key.name, reason: .mayNotState))
            } else if standing != .valid {
                refused.append(.init(name: key.name, reason: .standing(standing)))
            } else {
                counted.append(.init(name: key.name, publicKey: key.publicKey))
            }
        }
        guard counted.count >= threshold else {
            throw .tooFewSignatures(
                claim: content.claimType,
                found: counted.count,
                needed: threshold,
                refused: refused
            )
        }
        return Verified(content, payloadDigest, counted)
    }

    private func requirePayloadType<Content: SignedContent>(
        _ type: Content.Type
    ) throws(VerificationError) {
        guard ExactString(payloadType) == ExactString(type.payloadType) else {
            throw .unexpectedPayloadType(found: payloadType, expected: type.payloadType)
        }
    }

    private func read<Content: SignedContent>(_ type: Content.Type) throws(VerificationError) -> Content {
        do {
            return try Content(signedBytes: payload)
        } catch {
            throw .unreadableContent("\(error)")
        }
    }
}
