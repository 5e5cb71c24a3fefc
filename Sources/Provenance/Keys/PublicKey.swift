import Crypto
import Foundation

/// A key that checks signatures.
public struct PublicKey: Sendable {
    /// Which kind of signatures it checks.
    public let algorithm: SignatureAlgorithm
    /// The key as a SubjectPublicKeyInfo in DER (RFC 5280, section 4.1; RFC 5480; RFC 8410).
    public let derRepresentation: Data
    private let material: Material

    private enum Material: Sendable {
        case p256(P256.Signing.PublicKey)
        case p384(P384.Signing.PublicKey)
        case p521(P521.Signing.PublicKey)
        case ed25519(Curve25519.Signing.PublicKey)
    }

    /// A key from its point (uncompressed) or, for Ed25519, its 32 bytes.
    ///
    /// - Throws: `KeyError.invalidKey` if it is no point of the curve.
    package init(_ algorithm: SignatureAlgorithm, rawBytes: Data) throws(KeyError) {
        do {
            material =
                switch algorithm {
                case .ecdsaP256: .p256(try P256.Signing.PublicKey(x963Representation: rawBytes))
                case .ecdsaP384: .p384(try P384.Signing.PublicKey(x963Representation: rawBytes))
                case .ecdsaP521: .p521(try P521.Signing.PublicKey(x963Representation: rawBytes))
                case .ed25519: .ed25519(try Curve25519.Signing.PublicKey(rawRepresentation: rawBytes))
                }
        } catch {
            throw .invalidKey
        }
        self.algorithm = algorithm
        derRepresentation = DER.sequence([algorithm.identifier, DER.bits(rawBytes)])
    }

    /// Reads a SubjectPublicKeyInfo in DER.
    ///
    /// - Throws: `KeyError` if it is none, of another kind, or not written as here: a key has one spelling,
    ///   so that nobody counts twice.
    public init(derRepresentation: Data) throws(KeyError) {
        var reader = DERReader(derRepresentation)
        var key = try reader.sequence()
        try reader.finish()
        let algorithm = try SignatureAlgorithm(&key)
        let point = try key.bits()
        try key.finish()
        try self.init(algorithm, rawBytes: point)
        guard self.derRepresentation == derRepresentation else {
            throw .malformed(problem: "the key is not written in DER with an uncompressed point")
        }
    }

    /// Reads one block `PUBLIC KEY` in PEM (RFC 7468, section 13); text around it is a comment.
    ///
    /// - Throws: `KeyError` if there is another number of blocks, or no key of the kinds here in it.
    public init(pem: String) throws(KeyError) {
        let blocks = try PEM.blocks(pem)
        guard blocks.count == 1, let block = blocks.first else {
            throw .notPEM(problem: "one key is expected, \(blocks.count) blocks found")
        }
        guard block.label == "PUBLIC KEY" else {
            throw .unexpectedLabel(found: block.label, expected: "PUBLIC KEY")
        }
        try self.init(derRepresentation: block.content)
    }

    /// The point (uncompressed) or, for Ed25519, the 32 bytes.
    package var rawBytes: Data {
        switch material {
        case .p256(let key): key.x963Representation
        case .p384(let key): key.x963Representation
        case .p521(let key): key.x963Representation
        case .ed25519(let key): key.rawRepresentation
        }
    }

    /// The key in PEM, with a line feed at the end.
    public var pem: String { PEM(label: "PUBLIC KEY", content: derRepresentation).text }

    /// What names the key: the SHA-256 digest of its DER.
    public var fingerprint: ContentDigest { ContentDigest(of: derRepresentation) }

    /// What names the key in a model's signature: the SHA-256 digest of its PEM (OpenSSF Model Signing 1.0).
    public var modelSigningHint: String { ContentDigest(of: Data(pem.utf8)).hexadecimal }

    /// Whether the owner of this key signed a message.
    ///
    /// - Parameters:
    ///   - signature: In DER for ECDSA (RFC 3279, section 2.2.3), 64 bytes for Ed25519.
    ///   - message: The message, not its digest.
    /// - Returns: Whether the signature is one, is of this key and of this message.
    public func isValid(_ signature: Data, for message: Data) -> Bool {
        switch material {
        case .p256(let key):
            (try? P256.Signing.ECDSASignature(derRepresentation: signature))
                .map { key.isValidSignature($0, for: message) } ?? false
        case .p384(let key):
            (try? P384.Signing.ECDSASignature(derRepresentation: signature))
                .map { key.isValidSignature($0, for: message) } ?? false
        case .p521(let key):
            (try? P521.Signing.ECDSASignature(derRepresentation: signature))
                .map { key.isValidSignature($0, for: message) } ?? false
        case .ed25519(let key): signature.count == 64 && key.isValidSignature(signature, for: message)
        }
    }
}

extension PublicKey: Hashable {
    /// Keys are equal if their bytes are.
    public static func == (left: PublicKey, right: PublicKey) -> Bool {
        left.derRepresentation == right.derRepresentation
    }

    /// By the bytes.
    public func hash(into hasher: inout Hasher) { hasher.combine(derRepresentation) }
}
