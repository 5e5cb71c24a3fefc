import BulwarkProvenance
import Crypto
import Foundation

/// Writes files of the format age v1 by hand, right or wrong, with nothing of the code that is tested but its base64.
struct AgeFile {
    static let identity = Data(repeating: 0x17, count: 32)
    static let otherIdentity = Data(repeating: 0x2a, count: 32)
    static let passphrase = "password"
    static let keyBytes = Data("YELLOW SUBMARINE".utf8)

    var bytes = Data()
    var key = AgeFile.keyBytes
    private var contentKey = SymmetricKey(size: .bits256)
    private var counter: UInt8 = 0

    init(version: String = "v1\n") { text("age-encryption.org/" + version) }

    // MARK: header

    mutating func text(_ text: String) { bytes += Data(text.utf8) }

    static func base64(_ bytes: Data) -> String { Base64.encode(bytes).replacing("=", with: "") }

    /// The same bytes with leftover bits that are not zero.
    static func otherSpelling(_ text: String) -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
        guard let last = text.last, let place = alphabet.firstIndex(of: last) else { return text }
        return text.dropLast() + String(alphabet[place + 1])
    }

    static func derive(_ secret: Data, _ salt: Data, _ info: String) -> SymmetricKey {
        let key = SymmetricKey(data: secret)
        let info = Data(info.utf8)
        return HKDF<SHA256>.deriveKey(inputKeyMaterial: key, salt: salt, info: info, outputByteCount: 32)
    }

    static func sealed(_ content: Data, _ key: SymmetricKey, nonce: Data = Data(count: 12)) throws -> Data {
        let box = try ChaChaPoly.seal(content, using: key, nonce: ChaChaPoly.Nonce(data: nonce))
        return box.ciphertext + box.tag
    }

    static func publicKey(_ secret: Data) throws -> Data {
        try Curve25519.KeyAgreement.PrivateKey(rawRepresentation: secret).publicKey.rawRepresentation
    }

    static let share = Data(repeating: 0x55, count: 32)

    /// The share and the wrapped key of a stanza.
    func x25519(for identity: Data = AgeFile.identity) throws -> (share: String, body: String) {
        let secret = try Curve25519.KeyAgreement.PrivateKey(rawRepresentation: Self.share)
        let recipient = try Self.publicKey(identity)
        let agreed = try secret.sharedSecretFromKeyAgreement(with: .init(rawRepresentation: recipient))
        let share = secret.publicKey.rawRepresentation
        let salt = share + recipient
        let wrap = Self.derive(
            agreed.withUnsafeBytes { Data($0) },
            salt,
            "age-encryption.org/v1/X25519"
        )
        return (Self.base64(share), Self.base64(try Self.sealed(key, wrap)))
    }

    mutating func addX25519(for identity: Data = AgeFile.identity, type: String = "X25519") throws {
        let (share, body) = try x25519(for: identity)
        text("-> \(type) \(share)\n\(body)\n")
    }

    static let salt = Data(repeating: 0x33, count: 16)

    /// The wrapped key of a stanza.
    func scrypt(
        _ passphrase: String = AgeFile.passphrase,
        factor: Int = 10,
        salt: Data = AgeFile.salt
    ) throws
        -> String
    {
        let wrap = try Scrypt(cost: 1 << factor, blockSize: 8, parallelization: 1).deriveKey(
            from: Data(passphrase.utf8),
            salt: Data("age-encryption.org/v1/scrypt".utf8) + salt,
            byteCount: 32
        )
        return Self.base64(try Self.sealed(key, SymmetricKey(data: wrap)))
    }

    var code: String {
        let header = Self.derive(key, Data(), "header")
        return Self.base64(
            Data(HMAC<SHA256>.authenticationCode(for: bytes + Data("---".utf8), using: header))
        )
    }

    mutating func end() { text("--- \(code)\n") }

    // MARK: content

    mutating func nonce(_ nonce: Data = Data(repeating: 0x44, count: 16)) {
        bytes += nonce
        contentKey = Self.derive(key, nonce, "payload")
    }

    mutating func piece(_ content: Data, isLast: Bool = false) throws {
        bytes += try Self.sealed(
            content,
            contentKey,
            nonce: Data(count: 10) + Data([counter, isLast ? 1 : 0])
        )
        counter += 1
    }

    /// The code, and the usual content.
    mutating func finish() throws {
        end()
        nonce()
        try piece(AgeCase.content, isLast: true)
    }
}
