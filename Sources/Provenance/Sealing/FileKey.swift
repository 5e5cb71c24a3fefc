import Crypto
import Foundation

/// The key of one sealed file, from which those of its header and its content are made (age v1, file key).
struct FileKey: Sendable {
    static let byteCount = 16

    private let bytes: SymmetricKey

    /// A new key from the system's randomness.
    init() { bytes = SymmetricKey(size: .bits128) }

    private init(_ bytes: Data) { self.bytes = SymmetricKey(data: bytes) }

    /// The code that shows a change of the header, over all of it up to the three dashes.
    func headerCode(of header: Data) -> Data {
        Data(HMAC<SHA256>.authenticationCode(for: header, using: headerKey))
    }

    /// Whether a code is that of a header, in the same time for every wrong one.
    func isValid(_ code: Data, of header: Data) -> Bool {
        HMAC<SHA256>.isValidAuthenticationCode(code, authenticating: header, using: headerKey)
    }

    private var headerKey: SymmetricKey { Self.derive(bytes, salt: Data(), info: "header") }

    /// The key of the content.
    func contentKey(nonce: Data) -> SymmetricKey { Self.derive(bytes, salt: nonce, info: "payload") }

    static func derive(_ secret: SymmetricKey, salt: Data, info: String) -> SymmetricKey {
        HKDF<SHA256>.deriveKey(
            inputKeyMaterial: secret,
            salt: salt,
            info: Data(info.utf8),
            outputByteCount: 32
        )
    }

    // MARK: wrapping

    /// How many bytes a wrapped key has: with the tag.
    static let wrappedByteCount = byteCount + 16

    /// The key, encrypted under a key that wraps nothing else.
    ///
    /// - Throws: What the library throws; it does not for keys of the right size.
    func wrapped(under key: SymmetricKey) throws -> Data {
        let box = try bytes.withUnsafeBytes { try ChaChaPoly.seal($0, using: key, nonce: Self.zeroNonce) }
        return box.ciphertext + box.tag
    }

    /// A key that was wrapped; nil if it was not under this key.
    init?(_ wrapped: Data, under key: SymmetricKey) {
        guard wrapped.count == Self.wrappedByteCount,
            let box = try? ChaChaPoly.SealedBox(
                nonce: Self.zeroNonce,
                ciphertext: wrapped.prefix(Self.byteCount),
                tag: wrapped.dropFirst(Self.byteCount)
            ), let bytes = try? ChaChaPoly.open(box, using: key)
        else { return nil }
        self.init(bytes)
    }

    private static var zeroNonce: ChaChaPoly.Nonce {
        get throws { try ChaChaPoly.Nonce(data: Data(count: 12)) }
    }
}
