/// Why a proof about a Merkle tree proves nothing.
public enum MerkleError: Error, Hashable {
    /// The leaf would lie outside the tree or the subtree.
    case indexOutside(index: UInt64, range: Range<UInt64>)
    /// The range is no subtree: it is reversed, ends behind the tree or begins at no multiple of its width.
    case notASubtree(start: UInt64, end: UInt64, size: UInt64)
    /// The older tree is larger than the newer one.
    case shrunk(from: UInt64, to: UInt64)
    /// A tree without leaves is the beginning of every tree, so nothing can be proved about it.
    case emptyBeginning
    /// The proof has more or fewer hashes than the sizes call for.
    case wrongLength(found: Int, expected: Int?)
    /// The proof leads to another root than the older (or inner) tree has.
    case innerRootDiffers
    /// The proof leads to another root than the tree has.
    case rootDiffers
}

extension MerkleError: CustomStringConvertible {
    /// The reason in words.
    public var description: String {
        switch self {
        case .indexOutside(let index, let range):
            "leaf \(index) is outside the tree of leaves \(range.lowerBound) to \(range.upperBound)"
        case .notASubtree(let start, let end, let size):
            "leaves \(start) to \(end) are no subtree of a tree of \(size)"
        case .shrunk(let from, let to): "the tree has shrunk from \(from) to \(to) leaves"
        case .emptyBeginning: "nothing can be proved about a tree without leaves"
        case .wrongLength(let found, let expected?): "the proof has \(found) hashes instead of \(expected)"
        case .wrongLength(let found, nil): "the proof has \(found) hashes, which do not fit the sizes"
        case .innerRootDiffers: "the proof does not lead to the root of the smaller tree"
        case .rootDiffers: "the proof does not lead to the root of the tree"
        }
    }
}
