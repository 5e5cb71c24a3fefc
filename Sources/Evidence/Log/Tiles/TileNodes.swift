/// The nodes of a log's tree, read from its tiles (C2SP tlog-tiles).
struct TileNodes: MerkleNodes {
    let folder: LogFolder
    /// How many entries the tree has.
    let size: UInt64

    /// The root of a complete subtree.
    ///
    /// - Throws: `LogError` if the tile cannot be read.
    func node(height: Int, index: UInt64) throws(LogError) -> MerkleHash {
        // Seven of eight rows are not on the disk; they are computed from the row below that is.
        let (level, inner) = (height / 8, height % 8)
        let first = index << UInt64(inner)
        guard let path = TilePath(.hashes(level: level), index: first >> 8, size: size) else {
            throw .damaged("a node outside a tree of \(size) entries was asked for")
        }
        let start = Int(first & 0xFF)
        let hashes = try folder.hashes(path)
        let end = start + (1 << inner)
        guard end <= hashes.count else {
            throw .damaged("a node outside a tree of \(size) entries was asked for")
        }
        return .complete(hashes[start..<end])
    }
}
