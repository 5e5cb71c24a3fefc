/// The name of a tile in the folder of a log (C2SP tlog-tiles).
struct TilePath: Hashable, Sendable {
    /// How many hashes or entries a full tile has.
    static let fullWidth = 256
    /// The length of a full tile of hashes.
    static let fullBytes = fullWidth * MerkleHash.byteCount
    /// The folder of all tiles.
    static let folder = "tile"

    /// What a tile holds.
    enum Kind: Hashable, Sendable {
        /// Hashes of subtrees of height eight times the level.
        case hashes(level: Int)
        /// Entries.
        case entries

        /// Tiles of entries stand beside those of the lowest level.
        var level: Int { if case .hashes(let level) = self { level } else { 0 } }

        /// The folder of the tiles of this kind.
        var folder: String {
            switch self {
            case .hashes(let level): "\(TilePath.folder)/\(level)"
            case .entries: "\(TilePath.folder)/entries"
            }
        }
    }

    let kind: Kind
    let index: UInt64
    /// How many hashes or entries it has, 1 to 256.
    let width: Int

    /// The tile at a place of a tree of this size; nil if it has none there.
    init?(_ kind: Kind, index: UInt64, size: UInt64) {
        let count = size >> UInt64(8 * kind.level)
        guard index <= count >> 8 else { return nil }
        let width = index < count >> 8 ? UInt64(Self.fullWidth) : count & 0xFF
        guard width > 0 else { return nil }
        self.init(kind, index: index, width: Int(width))
    }

    init(_ kind: Kind, index: UInt64, width: Int = Self.fullWidth) {
        precondition((1...Self.fullWidth).contains(width), "a tile has 1 to 256 places")
        (self.kind, self.index, self.width) = (kind, index, width)
    }

    /// The tile of this name; nil if it is not the name of one.
    init?(name: String) {
        var parts = name.split(separator: "/", omittingEmptySubsequences: false)[...]
        guard let top = parts.popFirst(), top == Self.folder, let kind = parts.popFirst().flatMap(Self.kind)
        else {
            return nil
        }
        var width = UInt64(Self.fullWidth)
        if parts.count > 1, parts[parts.endIndex - 2].hasSuffix(".p") {
            guard let stated = NoteLines.decimal(Array(parts.removeLast().utf8)[...]),
                (1...255).contains(stated)
            else { return nil }
            width = stated
            parts[parts.endIndex - 1].removeLast(2)
        }
        guard let index = Self.index(parts) else { return nil }
        self.init(kind, index: index, width: Int(width))
    }

    private static func kind(_ name: Substring) -> Kind? {
        if name == "entries" { return .entries }
        guard let level = NoteLines.decimal(Array(name.utf8)[...]), level < 64 else { return nil }
        return .hashes(level: Int(level))
    }

    /// Whether the tile has room for more.
    var isPartial: Bool { width < Self.fullWidth }

    /// The same tile once it is full.
    var full: TilePath { TilePath(kind, index: index) }

    /// The folder of all partial tiles at this place.
    var partialFolder: String { "\(full.name).p" }

    /// The name below the folder of the log.
    var name: String {
        isPartial ? "\(partialFolder)/\(width)" : "\(kind.folder)/\(Self.digits(index))"
    }

    /// A number in groups of three digits, with an x before all but the last: `x001/x234/067`.
    private static func digits(_ index: UInt64) -> String {
        var (rest, text) = (index, "")
        repeat {
            let group = String(rest % 1000)
            let padded = String(repeating: "0", count: 3 - group.count) + group
            text = text.isEmpty ? padded : "x\(padded)/\(text)"
            rest /= 1000
        } while rest > 0
        return text
    }

    private static func index(_ parts: ArraySlice<Substring>) -> UInt64? {
        guard (1...7).contains(parts.count) else { return nil }
        let text = parts.joined(separator: "/")
        let number = text.utf8.filter { (0x30...0x39).contains($0) }
        guard let value = UInt64(String(decoding: number, as: UTF8.self)), digits(value) == text else {
            return nil
        }
        return value
    }
}
