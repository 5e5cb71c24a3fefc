/// The tiles at the right edge of a growing tree: all that changes when entries are appended.
struct TileEdge: Sendable {
    /// The bytes of a tile, to be written.
    struct Tile: Sendable {
        let path: TilePath
        let bytes: [UInt8]
    }

    /// The partial tile of each level, from the leaves up.
    private var rows: [[MerkleHash]] = []
    /// The partial bundle of entries.
    private var bundle: [UInt8] = []
    private var frontier = MerkleFrontier()

    /// The edge of a tree without leaves.
    init() {}

    /// The edge of a tree of this size.
    ///
    /// - Throws: `LogError` if a tile is missing or damaged, or the entries are not those of the tiles.
    init(_ folder: LogFolder, size: UInt64) throws(LogError) {
        var level = 0
        while level < 8, size >> UInt64(8 * level) > 0 {
            let count = size >> UInt64(8 * level)
            let path = TilePath(.hashes(level: level), index: count >> 8, size: size)
            rows.append(try path.map { path throws(LogError) in try folder.hashes(path) } ?? [])
            level += 1
        }
        for (level, row) in rows.enumerated().reversed() {
            for hash in row { frontier.append(hash, height: 8 * level) }
        }
        guard let path = TilePath(.entries, index: size >> 8, size: size) else { return }
        guard let tile = try folder.tile(path) else { throw .missing(path.name) }
        let entries = EntryBundle(tile.bytes, maximum: path.width)
        guard entries.hashes == rows[0], entries.isWhole || tile.path != path else {
            throw .damaged("the entries in \(tile.path.name) are not those of its tile")
        }
        bundle = Array(tile.bytes[..<entries.end])
    }

    /// How many entries there are.
    var size: UInt64 { frontier.size }

    /// The root of the tree.
    var root: MerkleHash { frontier.root }

    /// Appends an entry, and adds the tiles that it fills to a list.
    mutating func append(entry: some Collection<UInt8>, filling tiles: inout [Tile]) {
        let bytes = EntryBundle.bytes(of: entry)
        bundle += bytes
        append(.leaf(bytes[2...]), filling: &tiles)
        guard size & 0xFF == 0 else { return }
        tiles.append(Tile(path: TilePath(.entries, index: (size >> 8) - 1), bytes: bundle))
        bundle = []
    }

    /// Appends the hash of a leaf or of a full tile, without its entries.
    mutating func append(_ hash: MerkleHash, level: Int = 0, filling tiles: inout [Tile]) {
        frontier.append(hash, height: 8 * level)
        var (hash, level) = (hash, level)
        while true {
            while rows.count <= level { rows.append([]) }
            rows[level].append(hash)
            guard rows[level].count == TilePath.fullWidth else { return }
            let index = (size >> UInt64(8 * (level + 1))) - 1
            tiles.append(
                Tile(path: TilePath(.hashes(level: level), index: index), bytes: Self.bytes(rows[level]))
            )
            hash = .complete(rows[level])
            rows[level] = []
            level += 1
        }
    }

    /// The partial tiles of hashes.
    var partialHashes: [Tile] {
        rows.enumerated().compactMap { level, row in
            TilePath(.hashes(level: level), index: size >> UInt64(8 * (level + 1)), size: size)
                .map { Tile(path: $0, bytes: Self.bytes(row)) }
        }
    }

    /// The partial tiles, of hashes and of entries.
    var partialTiles: [Tile] {
        let entries = TilePath(.entries, index: size >> 8, size: size).map { Tile(path: $0, bytes: bundle) }
        return partialHashes + (entries.map { [$0] } ?? [])
    }

    private static func bytes(_ row: [MerkleHash]) -> [UInt8] {
        row.reduce(into: []) { $0 += $1.bytes }
    }
}
