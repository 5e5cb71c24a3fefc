/// A tile of hashes as it was found.
struct HashTile {
    let index: UInt64
    let file: String
    /// The hashes; nil if they are not all there.
    let hashes: [MerkleHash]?
    /// Whether the tiles above it, up to the signed root, show that they are right.
    let isProven: Bool
}

extension LogScan {
    /// Looks whether the tiles at the right edge lead to the root.
    mutating func proveEdge() {
        var frontier = MerkleFrontier()
        var isWhole = true
        for level in (0..<8).reversed() {
            let index = size >> UInt64(8 * (level + 1))
            guard TilePath(.hashes(level: level), index: index, size: size) != nil else { continue }
            let tile = hashTile(level: level, index: index)
            isWhole = isWhole && tile.hashes != nil
            guard isWhole else { continue }
            for hash in tile.hashes ?? [] { frontier.append(hash, height: 8 * level) }
        }
        isEdgeProven = isWhole && frontier.root == checkpoint.root
        edges = read
        guard isEdgeProven else { return }
        // They were read before it was known whether they are right.
        for (level, tile) in edges {
            guard let hashes = tile.hashes else { continue }
            edges[level] = HashTile(index: tile.index, file: tile.file, hashes: hashes, isProven: true)
            if let path = TilePath(.hashes(level: level), index: tile.index, size: size) {
                lookAtOlder(path, hashes)
            }
        }
    }

    /// The root of a full tile as the tile above states it, if that is proven.
    mutating func provenRoot(level: Int, index: UInt64) -> MerkleHash? {
        guard index < size >> UInt64(8 * (level + 1)) else { return nil }
        let parent = hashTile(level: level + 1, index: index >> 8)
        return parent.isProven ? parent.hashes?[Int(index & 0xFF)] : nil
    }

    /// A tile of hashes of the tree; what is wrong with its file is noted when it is read.
    mutating func hashTile(level: Int, index: UInt64) -> HashTile {
        if let tile = edges[level], tile.index == index { return tile }
        if let tile = read[level], tile.index == index { return tile }
        guard let path = TilePath(.hashes(level: level), index: index, size: size) else {
            return HashTile(index: index, file: "", hashes: nil, isProven: false)
        }
        let isEdge = path.isPartial
        let (file, bytes) = load(path)
        var hashes: [MerkleHash]?
        if let bytes { hashes = self.hashes(in: bytes, path, file) }
        var isProven = isEdge && isEdgeProven && hashes != nil
        if !isEdge, let hashes, provenRoot(level: level, index: index) == .complete(hashes) {
            isProven = true
        }
        let tile = HashTile(index: index, file: file.name, hashes: hashes, isProven: isProven)
        read[level] = tile
        if isProven, let hashes { lookAtOlder(path, hashes) }
        return tile
    }

    /// The hashes of the whole entries in a bundle; nil if it cannot be read.
    mutating func bundle(_ path: TilePath) -> [MerkleHash]? {
        let (file, bytes) = load(path)
        guard let bytes else { return nil }
        let bundle = EntryBundle(bytes)
        let hashes = bundle.hashes
        if !bundle.isWhole {
            // Bytes behind a full bundle are too many; behind an entry, they are half of the next.
            findings.add(
                bundle.entries.count < file.width
                    ? .truncated(file: file.name, found: bundle.entries.count, expected: file.width)
                    : .surplus(file: file.name, bytes: bundle.size - bundle.end)
            )
        }
        lookAtContents(of: bundle.entries.prefix(path.width), first: path.index << 8)
        // A full bundle in place of a partial one has more than is asked for.
        return file == path ? hashes : Array(hashes.prefix(path.width))
    }

    /// What entries name has to be there.
    private mutating func lookAtContents(of entries: ArraySlice<ArraySlice<UInt8>>, first: UInt64) {
        for (place, entry) in entries.enumerated() {
            guard let content = StoredContent(entry: entry) else { continue }
            do throws(LogError) {
                _ = try content.read(from: folder)
            } catch .missing(let file) {
                findings.add(.missing(file: file))
            } catch .damaged, .tooLarge {
                findings.add(.contentChanged(first + UInt64(place), file: content.file))
            } catch {
                findings.add(.unreadable(file: content.file, reason: "\(error)"))
            }
        }
    }

    /// Partial tiles of earlier checkpoints have to be beginnings of the tile that is there now.
    mutating func lookAtOlder(_ path: TilePath, _ hashes: [MerkleHash]) {
        for name in (try? folder.names(in: path.partialFolder)) ?? [] {
            guard let older = TilePath(name: "\(path.partialFolder)/\(name)"), older.width < path.width,
                let bytes = load(older).bytes
            else { continue }
            guard Self.hashes(in: bytes, older.kind) != Array(hashes.prefix(older.width)) else { continue }
            findings.add(.olderTileDiffers(file: older.name))
        }
    }

    /// The hashes of a tile; nil if anything stands behind them.
    private static func hashes(in bytes: [UInt8], _ kind: TilePath.Kind) -> [MerkleHash]? {
        guard kind == .entries else { return LogFolder.hashes(bytes) }
        let bundle = EntryBundle(bytes)
        return bundle.isWhole ? bundle.hashes : nil
    }

    private mutating func hashes(in bytes: [UInt8], _ path: TilePath, _ file: TilePath) -> [MerkleHash]? {
        let (found, expected) = (bytes.count, file.width * MerkleHash.byteCount)
        if found < expected {
            let whole = found / MerkleHash.byteCount
            findings.add(.truncated(file: file.name, found: whole, expected: file.width))
            return nil
        }
        if found > expected { findings.add(.surplus(file: file.name, bytes: found - expected)) }
        return LogFolder.hashes(Array(bytes.prefix(path.width * MerkleHash.byteCount)))
    }

    private mutating func load(_ path: TilePath) -> (file: TilePath, bytes: [UInt8]?) {
        do throws(LogError) {
            if let tile = try folder.tile(path) { return (tile.path, tile.bytes) }
            findings.add(.missing(file: path.name))
        } catch .tooLarge(_, let bytes, let maximum) {
            findings.add(.surplus(file: path.name, bytes: bytes - maximum))
        } catch {
            findings.add(.unreadable(file: path.name, reason: "\(error)"))
        }
        return (path, nil)
    }
}
