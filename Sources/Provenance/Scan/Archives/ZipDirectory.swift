/// The central directory of a ZIP archive, as far as it can be read.
struct ZipDirectory {
    private(set) var entries: [ZipEntry] = []
    /// Where the directory begins.
    let start: Int
    /// How many bytes stand in front of the archive itself.
    let prefix: Int
    /// What is wrong with the directory.
    private(set) var problem: String?
    /// What stands behind the end record.
    let comment: ScanBytes

    /// Finds the end record that is nearest to the end of the file (APPNOTE.TXT 4.3.16).
    init?(_ bytes: ScanBytes, maximumEntries: Int) {
        guard let end = Self.endRecord(bytes),
            var count = bytes.littleEndian(at: end + 10, bytes: 2),
            var size = bytes.littleEndian(at: end + 12, bytes: 4),
            var offset = bytes.littleEndian(at: end + 16, bytes: 4)
        else { return nil }
        var limit = end
        if let wide = Self.wideRecord(bytes, before: end),
            let wideCount = bytes.littleEndian(at: wide + 32, bytes: 8),
            let wideSize = bytes.littleEndian(at: wide + 40, bytes: 8),
            let wideOffset = bytes.littleEndian(at: wide + 48, bytes: 8)
        {
            (count, size, offset) = (wideCount, wideSize, wideOffset)
            limit = wide
        }
        comment = bytes.suffix(from: end + 22)
        guard let length = Int(exactly: size), length <= limit else { return nil }
        // Programs count from the end record, so that bytes in front of the archive do no harm to them.
        let first = limit - length
        start = first
        prefix = Int(exactly: offset).map { first - $0 } ?? 0
        var position = start
        while position < limit, entries.count < maximumEntries {
            guard let entry = ZipEntry(central: bytes, at: position) else {
                problem = "an entry of the directory is broken"
                break
            }
            entries.append(entry)
            position = entry.end
        }
        if problem == nil, UInt64(entries.count) != count {
            problem = "the directory has not as many entries as it says"
        }
        if problem == nil, prefix != 0 { problem = "the archive does not begin where the file does" }
    }

    private static func endRecord(_ bytes: ScanBytes) -> Int? {
        var position = max(0, bytes.count - 22 - 0xFFFF)
        var last: Int?
        while let place = bytes.range(of: [0x50, 0x4B, 0x05, 0x06], from: position) {
            if place.lowerBound + 22 <= bytes.count { last = place.lowerBound }
            position = place.lowerBound + 1
        }
        return last
    }

    private static func wideRecord(_ bytes: ScanBytes, before end: Int) -> Int? {
        guard bytes.starts(with: [0x50, 0x4B, 0x06, 0x07], at: end - 20),
            let offset = bytes.littleEndian(at: end - 12, bytes: 8)
        else { return nil }
        // Where the locator says, or directly in front of it if something was put before the archive.
        for place in [Int(exactly: offset) ?? -1, end - 20 - 56]
        where bytes.starts(with: [0x50, 0x4B, 0x06, 0x06], at: place) && place <= end - 76 {
            return place
        }
        return nil
    }
}
