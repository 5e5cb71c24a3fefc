/// What one of the two places that describe a member of a ZIP archive says (APPNOTE.TXT 4.3.7 and 4.3.12).
struct ZipEntry {
    let name: String
    let flags: UInt64
    let method: UInt64
    let checksum: UInt64
    let compressedSize: UInt64
    let size: UInt64
    /// Where the local header begins.
    let headerOffset: UInt64
    /// The mode of a Unix file, if there is one.
    let mode: UInt64
    /// Where the description ends; for a local header, where the content begins.
    let end: Int

    var isEncrypted: Bool { flags & 1 != 0 }
    var hasDescriptor: Bool { flags & 8 != 0 }
    var isLink: Bool { mode & 0xF000 == 0xA000 }

    /// Reads a local header.
    init?(local bytes: ScanBytes, at offset: Int) {
        guard bytes.starts(with: [0x50, 0x4B, 0x03, 0x04], at: offset) else { return nil }
        self.init(
            bytes,
            common: offset + 6,
            lengths: offset + 26,
            fixed: offset + 30,
            comment: 0,
            offset: nil
        )
        if headerOffset != UInt64.max { return nil }
    }

    /// Reads an entry of the central directory.
    init?(central bytes: ScanBytes, at offset: Int) {
        guard bytes.starts(with: [0x50, 0x4B, 0x01, 0x02], at: offset),
            let comment = bytes.littleEndian(at: offset + 32, bytes: 2)
        else { return nil }
        self.init(
            bytes,
            common: offset + 8,
            lengths: offset + 28,
            fixed: offset + 46,
            comment: Int(comment),
            offset: offset + 42
        )
    }

    private init?(
        _ bytes: ScanBytes,
        common: Int,
        lengths: Int,
        fixed: Int,
        comment: Int,
        offset: Int?
    ) {
        guard let flags = bytes.littleEndian(at: common, bytes: 2),
            let method = bytes.littleEndian(at: common + 2, bytes: 2),
            let checksum = bytes.littleEndian(at: common + 8, bytes: 4),
            let compressed = bytes.littleEndian(at: common + 12, bytes: 4),
            let size = bytes.littleEndian(at: common + 16, bytes: 4),
            let nameLength = bytes.littleEndian(at: lengths, bytes: 2).map({ Int($0) }),
            let extraLength = bytes.littleEndian(at: lengths + 2, bytes: 2).map({ Int($0) }),
            fixed + nameLength + extraLength + comment <= bytes.count
        else { return nil }
        let extra = bytes[fixed + nameLength..<fixed + nameLength + extraLength]
        var wide = Zip64Values(extra)
        (self.flags, self.method, self.checksum) = (flags, method, checksum)
        name = String(decoding: bytes[fixed..<fixed + nameLength].data, as: UTF8.self)
        // In this order, and only those whose short form says so (APPNOTE.TXT 4.5.3).
        self.size = wide.value(for: size)
        compressedSize = wide.value(for: compressed)
        if let offset {
            guard let place = bytes.littleEndian(at: offset, bytes: 4) else { return nil }
            headerOffset = wide.value(for: place)
            mode = (bytes.littleEndian(at: offset - 4, bytes: 4) ?? 0) >> 16
        } else {
            headerOffset = .max
            mode = 0
        }
        end = fixed + nameLength + extraLength + comment
    }
}

/// The 64-bit forms of the numbers that do not fit an entry.
private struct Zip64Values {
    private var values: ScanBytes?
    private var position = 0

    init(_ extra: ScanBytes) {
        var offset = 0
        while let tag = extra.littleEndian(at: offset, bytes: 2),
            let length = extra.littleEndian(at: offset + 2, bytes: 2)
        {
            let end = offset + 4 + Int(length)
            if tag == 1, values == nil { values = extra[offset + 4..<end] }
            offset = end
        }
    }

    mutating func value(for short: UInt64) -> UInt64 {
        guard short == 0xFFFF_FFFF, let value = values?.littleEndian(at: position, bytes: 8) else {
            return short
        }
        position += 8
        return value
    }
}
