import Foundation

/// A signed message: what it says, what kind of thing that is, and signatures over both (DSSE 1.0).
public struct Envelope: Sendable, Hashable {
    /// What kind of thing the payload is.
    public let payloadType: String
    /// The signed bytes, not to be believed before `verified` has checked them.
    let payload: Data
    /// At least one signature.
    public let signatures: [Signature]

    /// A signature, and a hint at who made it.
    public struct Signature: Sendable, Hashable {
        /// A hint at the key, not to be relied on; empty for none.
        public let keyID: String
        /// The signature.
        public let bytes: Data
    }

    /// The most signatures an envelope may carry.
    public static let maximumSignatures = 64
    /// The longest signature, and the longest name of a key or a payload type.
    public static let maximumFieldBytes = 1_024

    /// Signs a payload with one or more keys.
    ///
    /// - Throws: What the library throws where it has no randomness.
    public init(payloadType: String, payload: Data, signedBy keys: [PrivateKey]) throws {
        precondition((1...Self.maximumSignatures).contains(keys.count), "an envelope has 1 to 64 signatures")
        let message = Self.preAuthenticationEncoding(payloadType: payloadType, payload: payload)
        self.payloadType = payloadType
        self.payload = payload
        signatures = try keys.map { key in
            Signature(keyID: key.publicKey.fingerprint.hexadecimal, bytes: try key.sign(message))
        }
    }

    init(payloadType: String, payload: Data, signatures: [Signature]) {
        self.payloadType = payloadType
        self.payload = payload
        self.signatures = signatures
    }

    /// What is signed (DSSE 1.0, protocol, PAE): kind and content, each behind its length.
    package static func preAuthenticationEncoding(payloadType: String, payload: Data) -> Data {
        Data("DSSEv1 \(payloadType.utf8.count) \(payloadType) \(payload.count) ".utf8) + payload
    }

    /// The digest of the payload, by which others may refer to it.
    public var payloadDigest: ContentDigest { ContentDigest(of: payload) }

    /// The statement inside, whoever signed it: to list it, never to decide by it.
    ///
    /// - Throws: What reading it throws.
    public func unverifiedStatement() throws -> Statement { try Statement(signedBytes: payload) }

    /// The files of a model that are listed inside, whoever signed them: to find them, never to decide by them.
    ///
    /// - Throws: What reading them throws.
    package func unverifiedModelManifest() throws -> ModelManifest { try ModelManifest(signedBytes: payload) }

    /// The same payload with one more signature.
    ///
    /// - Throws: `EnvelopeError.tooManySignatures`, or what the library throws where it has no randomness.
    public func adding(signatureBy key: PrivateKey) throws -> Envelope {
        guard signatures.count < Self.maximumSignatures else {
            throw EnvelopeError.tooManySignatures(found: signatures.count + 1)
        }
        let other = try Envelope(payloadType: payloadType, payload: payload, signedBy: [key])
        return Envelope(
            payloadType: payloadType,
            payload: payload,
            signatures: signatures + other.signatures
        )
    }

    /// Whether a key made one of the signatures.
    package func isSigned(by key: PublicKey) -> Bool {
        let message = Self.preAuthenticationEncoding(payloadType: payloadType, payload: payload)
        return signatures.contains { key.isValid($0.bytes, for: message) }
    }
}
