import Crypto
import Foundation

/// A digest that only who has the key can compute: HMAC-SHA-256 (RFC 2104, FIPS 198-1).
public struct KeyedDigest: Sendable {
    /// How many bytes a key has, and how many a digest.
    public static let byteCount = SHA256.byteCount

    private let key: SymmetricKey

    /// Digests under a key; nil unless that has 32 bytes.
    public init?(key: some Sequence<UInt8>) {
        let bytes = Data(key)
        guard bytes.count == Self.byteCount else { return nil }
        self.key = SymmetricKey(data: bytes)
    }

    private init(_ key: SymmetricKey) { self.key = key }

    /// Digests for one purpose, of which nothing follows about those for another (HKDF, RFC 5869).
    ///
    /// The key is extracted with a salt of zeros, as section 2.2 has it where there is none, and expanded
    /// with the purpose as `info`.
    ///
    /// - Parameter purpose: What the digests are for; its UTF-8 bytes count.
    /// - Returns: Digests under a key of their own.
    public func derived(for purpose: String) -> KeyedDigest {
        KeyedDigest(
            HKDF<SHA256>.deriveKey(
                inputKeyMaterial: key,
                info: Data(purpose.utf8),
                outputByteCount: Self.byteCount
            )
        )
    }

    /// The 32 bytes that stand for some content.
    public func digest(of content: some DataProtocol) -> Data {
        Data(HMAC<SHA256>.authenticationCode(for: content, using: key))
    }
}
