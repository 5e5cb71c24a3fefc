import Foundation

/// Files compressed as a whole, as joblib and tar archives are: gzip (RFC 1952) and zlib (RFC 1950).
enum CompressedScan {
    /// Whether bytes begin with a zlib header that is no text.
    static func isZlib(_ bytes: ScanBytes) -> Bool {
        guard bytes.count > 6, bytes[0] == 0x78, bytes[1] & 0x20 == 0 else { return false }
        return (Int(bytes[0]) << 8 | Int(bytes[1])).isMultiple(of: 31) && !TextScan.isText(bytes)
    }

    static func scanZlib(_ bytes: ScanBytes, in session: inout ScanSession) {
        session.inside("zlib") { session in
            guard let content = session.inflated(bytes.suffix(from: 2)) else {
                PickleSearch.search(bytes, in: &session)
                return
            }
            ContentKind.scan(content, named: "", in: &session)
        }
    }

    /// Readers join the members of a gzip file; a member is recognised by what stands at the end of the one
    /// before.
    static func scanGzip(_ bytes: ScanBytes, in session: inout ScanSession) {
        session.inside("gzip") { session in
            var content = Data()
            var start = 0
            var members = 0
            while let header = headerEnd(bytes, at: start), members < session.limits.maximumMembers {
                guard let part = session.inflated(bytes.suffix(from: header)) else { break }
                members += 1
                content.append(part.data)
                guard content.count <= session.limits.maximumTotalUnfoldedBytes,
                    let next = nextMember(bytes, from: header, after: part)
                else { break }
                start = next
            }
            guard members > 0 else {
                PickleSearch.search(bytes, in: &session)
                return
            }
            ContentKind.scan(ScanBytes(content), named: "", in: &session)
        }
    }

    /// Where the compressed stream of a member begins.
    private static func headerEnd(_ bytes: ScanBytes, at start: Int) -> Int? {
        guard bytes.starts(with: [0x1F, 0x8B, 0x08], at: start), start + 10 <= bytes.count else { return nil }
        let flags = bytes[start + 3]
        var position = start + 10
        if flags & 4 != 0 {
            guard let length = bytes.littleEndian(at: position, bytes: 2) else { return nil }
            position += 2 + Int(length)
        }
        for flag: UInt8 in [8, 16] where flags & flag != 0 {
            guard let end = bytes.firstIndex(of: 0, from: position) else { return nil }
            position = end + 1
        }
        if flags & 2 != 0 { position += 2 }
        return position < bytes.count ? position : nil
    }

    private static func nextMember(_ bytes: ScanBytes, from offset: Int, after part: ScanBytes) -> Int? {
        let size = UInt64(UInt32(truncatingIfNeeded: part.count))
        var checksum: UInt64?
        var position = offset
        while let place = bytes.range(of: [0x1F, 0x8B, 0x08], from: position)?.lowerBound {
            position = place + 1
            guard place >= offset + 8, bytes.littleEndian(at: place - 4, bytes: 4) == size else { continue }
            let sum = checksum ?? UInt64(CRC32.checksum(part))
            checksum = sum
            if bytes.littleEndian(at: place - 8, bytes: 4) == sum { return place }
        }
        return nil
    }
}
