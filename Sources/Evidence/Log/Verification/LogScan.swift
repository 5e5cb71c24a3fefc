/// One pass over the tiles and entries of a log, from the left, that says what is wrong where.
///
/// The root is signed. If the tiles at the right edge lead to it, their hashes are right, and with them the
/// full tiles whose roots they hold, and so on down: such tiles are called proven, and an entry that differs
/// from a proven hash was changed. Where a tile is not proven, the entries may be, by the hash of their tile
/// above.
struct LogScan {
    let folder: LogFolder
    let checkpoint: Checkpoint
    var findings = LogFindings()
    /// The tile of each level that was read last; parents are asked for often.
    var read: [Int: HashTile] = [:]
    /// The tiles at the right edge, which are read first.
    var edges: [Int: HashTile] = [:]
    /// Whether the tiles at the right edge lead to the root that is signed.
    var isEdgeProven = false
    /// The tree as it grows out of the hashes that are most to be believed.
    private var edge = TileEdge()
    /// Whether those of all leaves so far are known.
    private var isComplete = true
    /// Hashes that differ from the tree so far; which of the two is wrong shows at the end.
    private var undecided: [(file: String, position: Int, entry: UInt64?)] = []
    private var stated: ArraySlice<SignedSizes.Stated>
    private var contradicted: [SignedSizes.Stated] = []

    init(_ folder: LogFolder, _ checkpoint: Checkpoint, _ signed: SignedSizes) {
        (self.folder, self.checkpoint, stated) = (folder, checkpoint, signed.stated[...])
    }

    var size: UInt64 { checkpoint.size }

    /// What is wrong.
    consuming func run() -> LogFindings {
        proveEdge()
        compareStated()
        var index: UInt64 = 0
        // A log may state more entries than anybody would wait for.
        while findings.unlisted == 0, let path = TilePath(.entries, index: index, size: size) {
            scan(path)
            index += 1
        }
        if isComplete { for tile in edge.partialHashes { compare(tile) } }
        conclude()
        return findings
    }

    private mutating func scan(_ path: TilePath) {
        let entries = bundle(path)
        let tile = hashTile(level: 0, index: path.index)
        let first = path.index << 8
        if let hashes = tile.hashes, tile.isProven {
            if let entries { add(entries, expected: hashes, path) }
            lookAtOlder(path, hashes)
            grow(hashes)
        } else if let root = provenRoot(level: 0, index: path.index) {
            if let entries, entries.count == path.width, MerkleHash.complete(entries) == root {
                for (place, hash) in (tile.hashes ?? []).enumerated() where hash != entries[place] {
                    findings.add(.hashChanged(file: tile.file, position: place))
                }
                grow(entries)
            } else {
                // Neither is right.
                if entries != nil { findings.add(.fileChanged(path.name)) }
                if tile.hashes != nil { findings.add(.fileChanged(tile.file)) }
                growTile(root)
            }
        } else if let entries, entries.count == path.width {
            for (place, hash) in (tile.hashes ?? []).enumerated() where hash != entries[place] {
                undecided.append((tile.file, place, first + UInt64(place)))
            }
            grow(entries)
        } else if let hashes = tile.hashes {
            if let entries { add(entries, expected: hashes, path) }
            grow(hashes)
        } else {
            isComplete = false
        }
    }

    private mutating func add(_ entries: [MerkleHash], expected: [MerkleHash], _ path: TilePath) {
        let more = BundleComparison.findings(
            found: entries,
            expected: expected,
            first: path.index << 8,
            file: path.name
        )
        for finding in more { findings.add(finding) }
    }

    private mutating func grow(_ hashes: [MerkleHash]) {
        guard isComplete else { return }
        var full: [TileEdge.Tile] = []
        for hash in hashes {
            edge.append(hash, filling: &full)
            compareStated()
        }
        for tile in full { compare(tile) }
    }

    /// Goes on behind a tile of which only the root is known.
    private mutating func growTile(_ root: MerkleHash) {
        guard isComplete else { return }
        var full: [TileEdge.Tile] = []
        edge.append(root, level: 1, filling: &full)
        while let one = stated.first, one.size < edge.size { stated.removeFirst() }
        compareStated()
        for tile in full { compare(tile) }
    }

    private mutating func compareStated() {
        while let one = stated.first, one.size == edge.size {
            if one.root != edge.root { contradicted.append(one) }
            stated.removeFirst()
        }
    }

    /// Compares a tile above the lowest level with the one in the folder.
    private mutating func compare(_ computed: TileEdge.Tile) {
        let path = computed.path
        guard path.kind.level > 0, let expected = LogFolder.hashes(computed.bytes) else { return }
        let tile = hashTile(level: path.kind.level, index: path.index)
        guard let hashes = tile.hashes, !tile.isProven else { return }
        for (place, hash) in hashes.enumerated() where hash != expected[place] {
            undecided.append((tile.file, place, nil))
        }
    }

    private mutating func conclude() {
        if let newest = stated.last, newest.size > size {
            findings.add(.stale(size: size, newer: newest.size, source: newest.source))
        }
        guard isComplete else { return }
        guard edge.root == checkpoint.root else {
            let isConsistent = undecided.isEmpty && !findings.all.contains { $0.isFault }
            for one in undecided { if let entry = one.entry { findings.add(.entryOrHashChanged(entry)) } }
            findings.add(isConsistent ? .forked(size: size, source: "checkpoint") : .rootDiffers(size: size))
            return
        }
        for one in undecided { findings.add(.hashChanged(file: one.file, position: one.position)) }
        for one in contradicted { findings.add(.forked(size: one.size, source: one.source)) }
    }
}
