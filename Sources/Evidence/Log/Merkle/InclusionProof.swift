/// The proof that a leaf is in a tree: the hashes beside the way from it up to the root.
///
/// RFC 6962, Section 2.1.1; RFC 9162, Section 2.1.3.
public struct InclusionProof: Hashable, Sendable {
    /// The most hashes that a proof can have.
    static let maximumHashes = 64

    /// Which leaf it is about.
    public let index: UInt64
    /// The hashes, from the leaf's sibling to the root's child.
    public let hashes: [MerkleHash]

    /// A proof as somebody states it.
    public init(index: UInt64, hashes: [MerkleHash]) {
        self.index = index
        self.hashes = hashes
    }

    /// The proof for a leaf of a tree of this size.
    ///
    /// - Precondition: The leaf is in the tree.
    /// - Throws: If a node cannot be read.
    public init<Nodes: MerkleNodes>(index: UInt64, size: UInt64, from nodes: Nodes) throws(Nodes.Failure) {
        precondition(index < size, "the leaf is in the tree")
        self.index = index
        var hashes: [MerkleHash] = []
        var leaves = 0..<size
        while leaves.upperBound - leaves.lowerBound > 1 {
            let middle = leaves.lowerBound + MerkleSubtree.split(leaves.upperBound - leaves.lowerBound)
            if index < middle {
                hashes.append(try nodes.hash(of: middle..<leaves.upperBound))
                leaves = leaves.lowerBound..<middle
            } else {
                hashes.append(try nodes.hash(of: leaves.lowerBound..<middle))
                leaves = middle..<leaves.upperBound
            }
        }
        self.hashes = hashes.reversed()
    }

    /// Checks that the leaf is in the tree with this root.
    ///
    /// - Throws: `MerkleError` if it is not shown to be.
    public func verify(leaf: MerkleHash, size: UInt64, root: MerkleHash) throws(MerkleError) {
        try verify(leaf: leaf, in: MerkleSubtree(size: size), root: root)
    }

    /// Checks that the leaf is in the subtree with this root.
    ///
    /// - Throws: `MerkleError` if it is not shown to be.
    public func verify(
        leaf: MerkleHash,
        in subtree: MerkleSubtree,
        root: MerkleHash
    ) throws(MerkleError) {
        guard index >= subtree.start, index < subtree.end else {
            throw .indexOutside(index: index, range: subtree.start..<subtree.end)
        }
        let (position, last) = (index - subtree.start, subtree.width - 1)
        // Up to `inner` the way lies inside the tree; above it, along the right edge, siblings are on the left.
        let inner = UInt64.bitWidth - (position ^ last).leadingZeroBitCount
        let border = inner == UInt64.bitWidth ? 0 : (position >> UInt64(inner)).nonzeroBitCount
        guard hashes.count == inner + border else {
            throw .wrongLength(found: hashes.count, expected: inner + border)
        }
        var hash = leaf
        for (height, sibling) in hashes.enumerated() {
            let isLeft = height < inner && position >> UInt64(height) & 1 == 0
            hash = isLeft ? .node(hash, sibling) : .node(sibling, hash)
        }
        guard hash == root else { throw .rootDiffers }
    }
}
