import Crypto
import Foundation

/// A private key under a passphrase: EncryptedPrivateKeyInfo (RFC 5958, section 3) by PBES2 (RFC 8018), with
/// scrypt (RFC 7914, section 7) and AES-256-GCM (RFC 5084, section 3.2), which notices every change.
enum KeyEncryption {
    private static let tagByteCount = 16
    private static let nonceByteCount = 12
    private static let keyByteCount = 32
    private static let saltBytes = 16...64

    /// Encrypts a PrivateKeyInfo.
    ///
    /// - Throws: What the library throws; it does not for keys of any size that exists.
    static func seal(_ key: Data, with passphrase: Data, _ scrypt: Scrypt = .standard) throws -> Data {
        let salt = SymmetricKey(size: .bits256).withUnsafeBytes { Data($0) }
        let secret = scrypt.deriveKey(from: passphrase, salt: salt, byteCount: keyByteCount)
        let sealed = try AES.GCM.seal(key, using: SymmetricKey(data: secret))
        let derivation = DER.sequence([
            DER.identifier(ObjectIdentifiers.scrypt),
            DER.sequence([
                DER.octets(salt), DER.integer(scrypt.cost), DER.integer(scrypt.blockSize),
                DER.integer(scrypt.parallelization), DER.integer(keyByteCount),
            ]),
        ])
        let cipher = DER.sequence([
            DER.identifier(ObjectIdentifiers.aes256GCM),
            DER.sequence([DER.octets(Data(sealed.nonce)), DER.integer(tagByteCount)]),
        ])
        let scheme = DER.sequence([
            DER.identifier(ObjectIdentifiers.pbes2), DER.sequence([derivation, cipher]),
        ])
        return DER.sequence([scheme, DER.octets(sealed.ciphertext + sealed.tag)])
    }

    /// Decrypts a PrivateKeyInfo.
    ///
    /// - Throws: `KeyError` if it is encrypted in another way, costs too much to open, the passphrase is
    ///   wrong or a byte was changed.
    static func open(_ encrypted: Data, with passphrase: Data) throws(KeyError) -> Data {
        var outer = DERReader(encrypted)
        var reader = try outer.sequence()
        try outer.finish()
        var scheme = try reader.sequence()
        try require(ObjectIdentifiers.pbes2, in: &scheme)
        var parameters = try scheme.sequence()
        try scheme.finish()
        let (scrypt, salt) = try derivation(&parameters)
        let nonce = try cipher(&parameters)
        try parameters.finish()
        let content = try reader.octets()
        try reader.finish()
        guard content.count >= tagByteCount else { throw .malformed(problem: "it ends early") }

        let secret = scrypt.deriveKey(from: passphrase, salt: salt, byteCount: keyByteCount)
        do {
            let box = try AES.GCM.SealedBox(
                nonce: AES.GCM.Nonce(data: nonce),
                ciphertext: content.dropLast(tagByteCount),
                tag: content.suffix(tagByteCount)
            )
            return try AES.GCM.open(box, using: SymmetricKey(data: secret))
        } catch {
            throw .wrongPassphrase
        }
    }

    private static func derivation(_ reader: inout DERReader) throws(KeyError) -> (Scrypt, salt: Data) {
        var derivation = try reader.sequence()
        try require(ObjectIdentifiers.scrypt, in: &derivation)
        var parameters = try derivation.sequence()
        try derivation.finish()
        let salt = try parameters.octets()
        guard saltBytes.contains(salt.count) else {
            throw .malformed(problem: "the salt has \(salt.count) bytes")
        }
        let scrypt = try Scrypt(
            cost: parameters.integer(),
            blockSize: parameters.integer(),
            parallelization: parameters.integer()
        )
        if !parameters.isAtEnd {
            guard try parameters.integer() == keyByteCount else {
                throw .malformed(problem: "the key's length does not fit the cipher")
            }
        }
        try parameters.finish()
        return (scrypt, salt)
    }

    private static func cipher(_ reader: inout DERReader) throws(KeyError) -> Data {
        var cipher = try reader.sequence()
        try require(ObjectIdentifiers.aes256GCM, in: &cipher)
        var parameters = try cipher.sequence()
        try cipher.finish()
        let nonce = try parameters.octets()
        // A shorter tag would be easier to forge.
        guard nonce.count == nonceByteCount, try parameters.integer() == tagByteCount else {
            throw .malformed(problem: "the cipher's parameters are not allowed")
        }
        try parameters.finish()
        return nonce
    }

    private static func require(_ expected: [UInt8], in reader: inout DERReader) throws(KeyError) {
        let found = try reader.identifier()
        guard found == expected else {
            throw .unsupportedEncryption(identifier: ObjectIdentifiers.dotted(found))
        }
    }
}
