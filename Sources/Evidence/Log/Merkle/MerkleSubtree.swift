/// A range of leaves whose hashes are combined in every larger tree the same way, up to its right edge.
///
/// Its beginning is a multiple of the smallest power of two that is not less than its width (Merkle Tree
/// Certificates, draft-ietf-plants-merkle-tree-certs, Section 4.1). A tree of any size is one that begins at
/// 0.
public struct MerkleSubtree: Hashable, Sendable {
    /// The first leaf.
    public let start: UInt64
    /// The leaf behind the last.
    public let end: UInt64

    /// The subtree of these leaves; it may be empty.
    ///
    /// - Throws: `MerkleError.notASubtree`.
    public init(start: UInt64, end: UInt64) throws(MerkleError) {
        guard start <= end, start.trailingZeroBitCount >= Self.bits(below: end - start) else {
            throw .notASubtree(start: start, end: end, size: .max)
        }
        self.start = start
        self.end = end
    }

    /// A whole tree.
    public init(size: UInt64) {
        start = 0
        end = size
    }

    /// How many leaves it has.
    public var width: UInt64 { end - start }

    /// The exponent of the smallest power of two that is not less than the width.
    private static func bits(below width: UInt64) -> Int {
        width <= 1 ? 0 : UInt64.bitWidth - (width - 1).leadingZeroBitCount
    }

    /// Where RFC 6962 splits a tree of two leaves or more: the largest power of two below the width.
    static func split(_ width: UInt64) -> UInt64 {
        precondition(width > 1, "a tree of one leaf is not split")
        return 1 << UInt64(UInt64.bitWidth - 1 - (width - 1).leadingZeroBitCount)
    }
}
