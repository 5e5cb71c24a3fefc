import BulwarkProvenance
import Foundation

/// A SHA-256 hash of a Merkle tree: of a leaf, of a node, or of a whole tree (RFC 6962, Section 2.1).
public struct MerkleHash: Hashable, Sendable {
    /// The length of every hash.
    public static let byteCount = ContentDigest.byteCount

    /// The hash of a tree without leaves: the hash of nothing.
    public static let empty = MerkleHash(ContentDigest(of: Data()))

    /// The 32 bytes.
    public let bytes: [UInt8]

    /// A hash from its bytes; nil if they are not 32.
    public init?(_ bytes: some Collection<UInt8>) {
        guard bytes.count == Self.byteCount else { return nil }
        self.bytes = Array(bytes)
    }

    private init(_ digest: ContentDigest) { bytes = Array(digest.bytes) }

    /// The hash of a leaf: of a zero byte and the entry.
    public static func leaf(_ entry: some DataProtocol) -> MerkleHash {
        MerkleHash(ContentDigest(tag: 0x00, entry))
    }

    /// The hash of a node: of a byte of one and the hashes below it.
    public static func node(_ left: MerkleHash, _ right: MerkleHash) -> MerkleHash {
        MerkleHash(ContentDigest(tag: 0x01, left.bytes, right.bytes))
    }

    /// The root of a complete tree with these leaves, whose number is a power of two.
    static func complete(_ leaves: some Collection<MerkleHash>) -> MerkleHash {
        precondition(leaves.count.nonzeroBitCount == 1, "a complete tree has a power of two of leaves")
        var row = Array(leaves)
        while row.count > 1 {
            row = stride(from: 0, to: row.count, by: 2).map { node(row[$0], row[$0 + 1]) }
        }
        return row[0]
    }

    /// The hash in standard base64, as texts of logs hold it.
    public var base64: String { Data(bytes).base64EncodedString() }
}

extension MerkleHash: CustomStringConvertible {
    /// The hash in hexadecimal digits.
    public var description: String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
