/// The entries of one tile: each with its length in two bytes in front (C2SP tlog-tiles, "entry bundles").
struct EntryBundle: Sendable {
    /// The longest entry that the format has room for.
    static let maximumEntryBytes = 0xFFFF
    /// The longest bundle.
    static let maximumBytes = TilePath.fullWidth * (2 + maximumEntryBytes)

    /// The whole entries from the beginning, at most a tile of them.
    let entries: [ArraySlice<UInt8>]
    /// Where the last of them ends.
    let end: Int
    /// The length of the file.
    let size: Int

    /// The entries in a file, as far as they are whole.
    init(_ bytes: [UInt8], maximum: Int = TilePath.fullWidth) {
        var (entries, end): ([ArraySlice<UInt8>], Int) = ([], 0)
        while entries.count < maximum, bytes.count - end >= 2 {
            let length = Int(bytes[end]) << 8 | Int(bytes[end + 1])
            guard length <= bytes.count - end - 2 else { break }
            entries.append(bytes[(end + 2)..<(end + 2 + length)])
            end += 2 + length
        }
        (self.entries, self.end, size) = (entries, end, bytes.count)
    }

    /// Whether nothing stands behind the last whole entry.
    var isWhole: Bool { end == size }

    /// The hashes of the entries.
    var hashes: [MerkleHash] { entries.map { MerkleHash.leaf($0) } }

    /// An entry as it stands in a bundle.
    static func bytes(of entry: some Collection<UInt8>) -> [UInt8] {
        precondition(entry.count <= maximumEntryBytes, "the length of an entry fits into two bytes")
        return [UInt8(entry.count >> 8), UInt8(entry.count & 0xFF)] + entry
    }
}
