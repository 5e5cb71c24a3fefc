import Crypto
import Foundation

/// What opens files: an X25519 private key, written `AGE-SECRET-KEY-1…` (age v1, the X25519 recipient type).
public struct SealingIdentity: Sendable {
    private static let prefix = "AGE-SECRET-KEY-"

    let key: Curve25519.KeyAgreement.PrivateKey

    /// Makes a new identity from the system's randomness.
    public init() { key = Curve25519.KeyAgreement.PrivateKey() }

    /// Reads an identity; nil if the text is none.
    public init?(_ text: String) {
        guard let (prefix, bytes) = Bech32.decode(text), prefix == Self.prefix, bytes.count == 32,
            let key = try? Curve25519.KeyAgreement.PrivateKey(rawRepresentation: bytes)
        else { return nil }
        self.key = key
    }

    /// For whom files are sealed that this identity opens.
    public var recipient: SealingRecipient { SealingRecipient(key.publicKey) }

    /// The secret, as it stands in an identity file.
    package var secretText: String {
        Bech32.encode(key.rawRepresentation, prefix: Self.prefix.lowercased()).uppercased()
    }
}

extension SealingIdentity: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The recipient, nothing of the secret.
    public var description: String { "identity of \(recipient)" }
    /// The recipient, nothing of the secret.
    public var debugDescription: String { description }
    /// Nothing: a dump would show the secret.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
