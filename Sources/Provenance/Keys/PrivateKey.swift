import Crypto
import Foundation

/// A key that signs.
public struct PrivateKey: Sendable {
    /// The key that checks what this one signs.
    public let publicKey: PublicKey
    private let material: Material

    private enum Material: Sendable {
        case p256(P256.Signing.PrivateKey)
        case p384(P384.Signing.PrivateKey)
        case p521(P521.Signing.PrivateKey)
        case ed25519(Curve25519.Signing.PrivateKey)
    }

    /// Makes a new key from the system's randomness.
    public init(_ algorithm: SignatureAlgorithm) {
        let material: Material =
            switch algorithm {
            case .ecdsaP256: .p256(P256.Signing.PrivateKey())
            case .ecdsaP384: .p384(P384.Signing.PrivateKey())
            case .ecdsaP521: .p521(P521.Signing.PrivateKey())
            case .ed25519: .ed25519(Curve25519.Signing.PrivateKey())
            }
        guard let publicKey = try? Self.publicKey(of: material) else {
            preconditionFailure("a new key has a public key")
        }
        self.publicKey = publicKey
        self.material = material
    }

    /// A key from its secret number.
    ///
    /// - Throws: `KeyError.invalidKey` if it is no key of that kind.
    init(_ algorithm: SignatureAlgorithm, rawBytes: Data) throws(KeyError) {
        do {
            material =
                switch algorithm {
                case .ecdsaP256: .p256(try P256.Signing.PrivateKey(rawRepresentation: rawBytes))
                case .ecdsaP384: .p384(try P384.Signing.PrivateKey(rawRepresentation: rawBytes))
                case .ecdsaP521: .p521(try P521.Signing.PrivateKey(rawRepresentation: rawBytes))
                case .ed25519: .ed25519(try Curve25519.Signing.PrivateKey(rawRepresentation: rawBytes))
                }
        } catch {
            throw .invalidKey
        }
        publicKey = try Self.publicKey(of: material)
    }

    /// Which kind of signatures it makes.
    public var algorithm: SignatureAlgorithm { publicKey.algorithm }

    /// The secret number.
    var rawBytes: Data {
        switch material {
        case .p256(let key): key.rawRepresentation
        case .p384(let key): key.rawRepresentation
        case .p521(let key): key.rawRepresentation
        case .ed25519(let key): key.rawRepresentation
        }
    }

    /// Signs a message.
    ///
    /// - Returns: The signature, in DER for ECDSA (RFC 3279, section 2.2.3), 64 bytes for Ed25519 (RFC 8032).
    /// - Throws: What the library throws where it has no randomness.
    public func sign(_ message: Data) throws -> Data {
        switch material {
        case .p256(let key): try key.signature(for: message).derRepresentation
        case .p384(let key): try key.signature(for: message).derRepresentation
        case .p521(let key): try key.signature(for: message).derRepresentation
        case .ed25519(let key): Data(try key.signature(for: message))
        }
    }

    private static func publicKey(of material: Material) throws(KeyError) -> PublicKey {
        switch material {
        case .p256(let key): try PublicKey(.ecdsaP256, rawBytes: key.publicKey.x963Representation)
        case .p384(let key): try PublicKey(.ecdsaP384, rawBytes: key.publicKey.x963Representation)
        case .p521(let key): try PublicKey(.ecdsaP521, rawBytes: key.publicKey.x963Representation)
        case .ed25519(let key): try PublicKey(.ed25519, rawBytes: key.publicKey.rawRepresentation)
        }
    }
}

extension PrivateKey: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The name of the key, nothing of its secret.
    public var description: String { "private key of \(publicKey.fingerprint)" }
    /// The name of the key, nothing of its secret.
    public var debugDescription: String { description }
    /// Nothing: a dump would show the secret.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
