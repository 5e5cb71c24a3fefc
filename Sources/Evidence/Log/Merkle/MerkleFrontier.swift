/// The right edge of a growing tree: the roots of its complete subtrees, largest first.
///
/// It is all that is needed to append leaves and to know the root, and has at most 64 hashes.
struct MerkleFrontier: Sendable {
    private var peaks: [(hash: MerkleHash, height: Int)] = []
    /// How many leaves there are.
    private(set) var size: UInt64 = 0

    /// Appends a leaf, or the root of a complete subtree where one fits.
    mutating func append(_ hash: MerkleHash, height: Int = 0) {
        precondition(
            size.trailingZeroBitCount >= height,
            "a complete subtree begins at a multiple of its width"
        )
        var (hash, reached) = (hash, height)
        while let last = peaks.last, last.height == reached {
            hash = .node(last.hash, hash)
            reached += 1
            peaks.removeLast()
        }
        peaks.append((hash, reached))
        size += 1 << UInt64(height)
    }

    /// The root of the tree so far.
    var root: MerkleHash {
        guard var root = peaks.last?.hash else { return .empty }
        for peak in peaks.dropLast().reversed() { root = .node(peak.hash, root) }
        return root
    }
}
