import Foundation

/// Tiles of a tree larger than the checkpoint's: what an interrupted append leaves, or what was signed once.
struct AheadFiles {
    /// The files.
    private(set) var paths: [TilePath] = []
    /// How many entries the tree of these files would have at least.
    private(set) var reach: UInt64
    private let size: UInt64
    /// Whether a partial tile of the checkpoint has made room for the full one.
    private var isOvertaken = false

    /// Looks for tiles behind those of a tree of this size.
    ///
    /// - Throws: `LogError` if a folder cannot be read.
    init(_ folder: LogFolder, size: UInt64) throws(LogError) {
        (self.size, reach) = (size, size)
        try find(.entries, folder)
        for level in 0..<7 { try find(.hashes(level: level), folder) }
    }

    /// Whether one interrupted append cannot have left all of them.
    ///
    /// An append leaves at most one partial tile of a kind, and as many entries as are appended at once; and
    /// it removes the checkpoint's own partial tiles only once there is a new checkpoint. Where it is
    /// otherwise, checkpoints were published that are gone.
    var areMoreThanOneAppend: Bool {
        let partial = paths.filter(\.isPartial).map(\.kind)
        let areTooMany =
            Set(partial).count < partial.count || reach - size > UInt64(LogAppender.maximumEntries)
        return areTooMany || isOvertaken
    }

    /// Tiles are written in the order of their numbers, so the first gap is the end.
    private mutating func find(_ kind: TilePath.Kind, _ folder: LogFolder) throws(LogError) {
        let shift = UInt64(8 * kind.level)
        let count = size >> shift
        var index = count >> 8
        while true {
            let full = TilePath(kind, index: index)
            var found = try folder.names(in: full.partialFolder).compactMap {
                TilePath(name: "\(full.partialFolder)/\($0)")
            }
            if folder.exists(full.name) {
                found.append(full)
                let own = TilePath(kind, index: index, size: size)
                isOvertaken = isOvertaken || own.map { !folder.exists($0.name) } ?? false
            }
            found.removeAll { (index << 8) + UInt64($0.width) <= count }
            guard !found.isEmpty else { return }
            paths += found
            let width = found.map(\.width).max() ?? 0
            reach = max(reach, ((index << 8) + UInt64(width)) << shift)
            index += 1
        }
    }
}
