/// The proof that a tree is the beginning of a larger one: that nothing was changed, only appended.
///
/// RFC 6962, Section 2.1.2; RFC 9162, Section 2.1.4; for subtrees draft-ietf-plants-merkle-tree-certs,
/// Section 4.4.
public struct ConsistencyProof: Hashable, Sendable {
    /// The most hashes that a proof can have (C2SP tlog-witness).
    public static let maximumHashes = 63

    /// The hashes, in the order of RFC 6962.
    public let hashes: [MerkleHash]

    /// A proof as somebody states it.
    public init(hashes: [MerkleHash]) { self.hashes = hashes }

    /// The proof between two sizes of one tree; empty if they are the same or the first is 0.
    ///
    /// - Precondition: The first size is not above the second.
    /// - Throws: If a node cannot be read.
    public init<Nodes: MerkleNodes>(
        from older: UInt64,
        to newer: UInt64,
        from nodes: Nodes
    ) throws(Nodes.Failure) {
        precondition(older <= newer, "a tree does not shrink")
        var hashes: [MerkleHash] = []
        var leaves = 0..<newer
        // The older tree itself is known to whoever asks, so its root is left out where it is a node.
        while older > 0, older != leaves.upperBound {
            let middle = leaves.lowerBound + MerkleSubtree.split(leaves.upperBound - leaves.lowerBound)
            if older <= middle {
                hashes.append(try nodes.hash(of: middle..<leaves.upperBound))
                leaves = leaves.lowerBound..<middle
            } else {
                hashes.append(try nodes.hash(of: leaves.lowerBound..<middle))
                leaves = middle..<leaves.upperBound
            }
        }
        if older > 0, leaves.lowerBound > 0 { hashes.append(try nodes.hash(of: leaves)) }
        self.hashes = hashes.reversed()
    }

    /// Checks that the tree of one size and root is the beginning of that of another.
    ///
    /// - Throws: `MerkleError` if it is not shown to be. Nothing can be shown about an empty tree, but that
    ///   an empty one and another are the same.
    public func verify(
        from older: (size: UInt64, root: MerkleHash),
        to newer: (size: UInt64, root: MerkleHash)
    ) throws(MerkleError) {
        guard older.size <= newer.size else { throw .shrunk(from: older.size, to: newer.size) }
        if older.size == newer.size {
            guard hashes.isEmpty else { throw .wrongLength(found: hashes.count, expected: 0) }
            guard older.size > 0 || older.root == .empty else { throw .innerRootDiffers }
            guard older.root == newer.root else { throw .rootDiffers }
            return
        }
        guard older.size > 0 else { throw .emptyBeginning }
        try verify(MerkleSubtree(size: older.size), root: older.root, within: newer)
    }

    /// Checks that a subtree with a root is part of a tree.
    ///
    /// - Throws: `MerkleError` if it is not shown to be.
    public func verify(
        _ subtree: MerkleSubtree,
        root: MerkleHash,
        within tree: (size: UInt64, root: MerkleHash)
    ) throws(MerkleError) {
        guard subtree.end <= tree.size else {
            throw .notASubtree(start: subtree.start, end: subtree.end, size: tree.size)
        }
        guard subtree.width > 0 else {
            guard hashes.isEmpty else { throw .wrongLength(found: hashes.count, expected: 0) }
            guard root == .empty else { throw .innerRootDiffers }
            return
        }
        // Names as in the standards: the first and the last leaf of the subtree, and the last of the tree.
        var (first, last, top) = (subtree.start, subtree.end - 1, tree.size - 1)
        while first != last, last == top || last & 1 == 1 {
            (first, last, top) = (first >> 1, last >> 1, top >> 1)
        }
        var rest = hashes[...]
        var inner = root
        if first != last {
            guard let seed = rest.popFirst() else { throw .wrongLength(found: hashes.count, expected: nil) }
            inner = seed
        }
        var outer = inner
        for hash in rest {
            guard top > 0 else { throw .wrongLength(found: hashes.count, expected: nil) }
            if last & 1 == 1 || last == top {
                if first < last { inner = .node(hash, inner) }
                outer = .node(hash, outer)
                while last & 1 == 0 { (first, last, top) = (first >> 1, last >> 1, top >> 1) }
            } else {
                outer = .node(outer, hash)
            }
            (first, last, top) = (first >> 1, last >> 1, top >> 1)
        }
        guard top == 0 else { throw .wrongLength(found: hashes.count, expected: nil) }
        guard inner == root else { throw .innerRootDiffers }
        guard outer == tree.root else { throw .rootDiffers }
    }
}
