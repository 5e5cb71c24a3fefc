import Crypto
import Foundation

/// The key of a file, wrapped for an X25519 recipient (age v1, X25519 recipient stanza).
struct X25519Stanza {
    static let type = "X25519"
    private static let info = "age-encryption.org/v1/X25519"

    private let share: Data
    private let body: Data

    /// Wraps a key.
    ///
    /// - Throws: `SealingError.worthlessShare` if the recipient is a point of small order.
    init(_ key: FileKey, for recipient: SealingRecipient) throws {
        let secret = Curve25519.KeyAgreement.PrivateKey()
        share = secret.publicKey.rawRepresentation
        let wrapping = try Self.wrapping(secret, recipient.key, share: share, recipient: recipient.key)
        body = try key.wrapped(under: wrapping)
    }

    /// Reads a stanza of this type.
    ///
    /// - Returns: Nil if it is malformed.
    init?(_ stanza: SealingStanza) {
        guard stanza.arguments.count == 1, let share = stanza.arguments.first.flatMap(UnpaddedBase64.decode),
            share.count == 32, stanza.body.count == FileKey.wrappedByteCount
        else { return nil }
        (self.share, body) = (share, stanza.body)
    }

    var stanza: SealingStanza {
        SealingStanza(type: Self.type, arguments: [UnpaddedBase64.encode(share)], body: body)
    }

    /// The key; nil if it is wrapped for somebody else.
    ///
    /// - Throws: `SealingError.worthlessShare` if the share is a point of small order.
    func key(_ identity: SealingIdentity) throws(SealingError) -> FileKey? {
        guard let point = try? Curve25519.KeyAgreement.PublicKey(rawRepresentation: share) else {
            throw .worthlessShare
        }
        let recipient = identity.key.publicKey
        return FileKey(
            body,
            under: try Self.wrapping(identity.key, point, share: share, recipient: recipient)
        )
    }

    /// The secret of two keys; nil for one that everybody knows, which points of small order make with every
    /// key (RFC 7748, section 6.1).
    static func agreed(
        _ secret: Curve25519.KeyAgreement.PrivateKey,
        _ point: Curve25519.KeyAgreement.PublicKey
    ) -> SharedSecret? {
        guard let agreed = try? secret.sharedSecretFromKeyAgreement(with: point) else { return nil }
        let isWorthless = agreed.withUnsafeBytes { bytes in bytes.allSatisfy { $0 == 0 } }
        return isWorthless ? nil : agreed
    }

    private static func wrapping(
        _ secret: Curve25519.KeyAgreement.PrivateKey,
        _ point: Curve25519.KeyAgreement.PublicKey,
        share: Data,
        recipient: Curve25519.KeyAgreement.PublicKey
    ) throws(SealingError) -> SymmetricKey {
        guard let agreed = Self.agreed(secret, point) else { throw .worthlessShare }
        return FileKey.derive(
            agreed.withUnsafeBytes { SymmetricKey(data: $0) },
            salt: share + recipient.rawRepresentation,
            info: info
        )
    }
}
