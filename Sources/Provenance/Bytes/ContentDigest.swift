import Crypto
import Foundation

/// The SHA-256 digest of some content (FIPS 180-4), which stands for it in manifests and statements.
public struct ContentDigest: Sendable, Hashable, Comparable {
    /// How many bytes a digest has.
    public static let byteCount = SHA256.byteCount

    /// The 32 bytes.
    public let bytes: Data

    /// The digest of bytes that are in memory.
    public init(of content: some DataProtocol) { bytes = Data(SHA256.hash(data: content)) }

    /// The digest of a byte and of what follows it, as the hashes of Merkle trees are made.
    package init(
        tag: UInt8,
        _ first: some DataProtocol,
        _ second: some DataProtocol = [] as [UInt8]
    ) {
        var hash = SHA256()
        hash.update(data: [tag])
        hash.update(data: first)
        hash.update(data: second)
        bytes = Data(hash.finalize())
    }

    /// A digest that was computed elsewhere; nil unless it has 32 bytes.
    public init?(bytes: some Sequence<UInt8>) {
        let bytes = Data(bytes)
        guard bytes.count == Self.byteCount else { return nil }
        self.bytes = bytes
    }

    /// A digest from its text; nil unless that is 64 lowercase hexadecimal digits.
    public init?(hexadecimal: String) {
        guard let bytes = Hexadecimal.decode(hexadecimal) else { return nil }
        self.init(bytes: bytes)
    }

    /// 64 lowercase hexadecimal digits.
    public var hexadecimal: String { Hexadecimal.encode(bytes) }

    /// By their bytes, from the first on.
    public static func < (left: ContentDigest, right: ContentDigest) -> Bool {
        left.bytes.lexicographicallyPrecedes(right.bytes)
    }
}

extension ContentDigest: CustomStringConvertible {
    /// 64 lowercase hexadecimal digits.
    public var description: String { hexadecimal }
}

extension ContentDigest: Codable {
    /// Reads the digest from its text.
    ///
    /// - Throws: `DecodingError` unless it is 64 lowercase hexadecimal digits.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let digest = ContentDigest(hexadecimal: try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(
                in: container,
                debugDescription: "a SHA-256 digest is 64 lowercase hexadecimal digits"
            )
        }
        self = digest
    }

    /// Writes the digest as its text.
    ///
    /// - Throws: What the encoder throws.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(hexadecimal)
    }
}
