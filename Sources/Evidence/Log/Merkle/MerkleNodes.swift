/// Where the hashes of complete subtrees come from: from memory, or from the tiles of a log.
public protocol MerkleNodes {
    /// What can go wrong in reading one.
    associatedtype Failure: Error

    /// The root of the complete subtree of 2 to the `height` leaves that is the one with `index` in its row.
    ///
    /// - Throws: If it cannot be read.
    func node(height: Int, index: UInt64) throws(Failure) -> MerkleHash
}

extension MerkleNodes {
    /// The hash of a range of leaves that begins where a subtree can begin (RFC 6962, Section 2.1).
    ///
    /// - Throws: If a node cannot be read.
    public func hash(of leaves: Range<UInt64>) throws(Failure) -> MerkleHash {
        let width = leaves.upperBound - leaves.lowerBound
        guard width > 0 else { return .empty }
        if width.nonzeroBitCount == 1 {
            let height = width.trailingZeroBitCount
            return try node(height: height, index: leaves.lowerBound >> UInt64(height))
        }
        let middle = leaves.lowerBound + MerkleSubtree.split(width)
        let left = try hash(of: leaves.lowerBound..<middle)
        return .node(left, try hash(of: middle..<leaves.upperBound))
    }
}

/// The leaves of a small tree, in memory.
public struct MerkleLeaves: MerkleNodes {
    /// The hashes of the leaves.
    public let hashes: [MerkleHash]

    /// A tree of these leaves.
    public init(_ hashes: [MerkleHash]) { self.hashes = hashes }

    /// The root of all leaves.
    public var root: MerkleHash { hash(of: 0..<UInt64(hashes.count)) }

    /// The root of a complete subtree.
    public func node(height: Int, index: UInt64) -> MerkleHash {
        let start = Int(index) << height
        return .complete(hashes[start..<(start + (1 << height))])
    }
}
