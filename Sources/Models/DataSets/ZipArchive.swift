import Foundation

/// The members of a ZIP archive, stored or deflated, with Zip64 sizes and data descriptors where they are
/// used.
///
/// Sizes come from the central directory and are checked against the limits and the file before anything is
/// decompressed. Source: PKWARE, "APPNOTE.TXT – .ZIP File Format Specification", sections 4.3 to 4.5.
struct ZipArchive: Sendable {
    let members: [ZipMember]
    private let bytes: ByteView

    /// Reads the central directory and the local header of every member.
    init(_ bytes: ByteView, limits: ReadLimits) throws(DataSetError) {
        self.bytes = bytes
        let directory = try ZipDirectory(bytes)
        var members: [ZipMember] = []
        var total = 0
        var cursor = ByteCursor(bytes[0..<directory.range.upperBound], at: directory.range.lowerBound)
        for _ in 0..<directory.memberCount {
            let member = try ZipMember(&cursor, archive: bytes, directoryStart: directory.range.lowerBound)
            do throws(DataSetError) {
                try limits.check(uncompressed: member.size, compressed: member.range.count)
                let (sum, overflow) = total.addingReportingOverflow(member.size)
                total = overflow ? .max : sum
                try limits.check(uncompressed: total, compressed: .max)
            } catch {
                throw error.inMember(member.name)
            }
            members.append(member)
        }
        guard cursor.remaining == 0 else {
            throw DataSetError(
                .malformed("the archive's directory has more in it than its members"),
                at: .init(byteOffset: cursor.offset)
            )
        }
        try Self.requireDistinct(members)
        self.members = members
    }

    /// The content of a member, with its checksum verified.
    func contents(of member: ZipMember) throws(DataSetError) -> ByteView {
        let stored = bytes[member.range]
        let content =
            member.isDeflated ? ByteView(try Inflater.inflate(stored, size: member.size)) : stored
        guard Inflater.checksum(content) == member.checksum else {
            throw DataSetError(.corrupt("the checksum (CRC-32) is wrong"))
        }
        return content
    }

    /// Throws if members share bytes or a name: a small archive could then stand for a large one, or for two.
    private static func requireDistinct(_ members: [ZipMember]) throws(DataSetError) {
        let ordered = members.sorted { $0.headerOffset < $1.headerOffset }
        for (first, second) in zip(ordered, ordered.dropFirst())
        where first.range.upperBound > second.headerOffset {
            throw DataSetError(.overlappingMembers, at: .init(byteOffset: second.headerOffset)).inMember(
                second.name
            )
        }
        var names: Set<String> = []
        for member in members where !names.insert(member.name).inserted {
            throw DataSetError(.malformed("the archive has two members of this name")).inMember(member.name)
        }
    }
}

/// Where the central directory lies.
private struct ZipDirectory {
    let range: Range<Int>
    let memberCount: Int

    private static let endBytes = 22
    private static let locatorBytes = 20

    /// Finds the end record, which may have a comment of up to 65,535 bytes behind it, and the Zip64 one if
    /// there is one.
    init(_ bytes: ByteView) throws(DataSetError) {
        guard let end = Self.endRecord(bytes) else {
            throw DataSetError(.malformed("the archive has no end record; it is cut off, or no ZIP archive"))
        }
        var cursor = ByteCursor(bytes, at: end + 4)
        var isSplit = try cursor.littleEndian(UInt16.self) != 0
        isSplit = try cursor.littleEndian(UInt16.self) != 0 || isSplit
        let countHere = try cursor.littleEndian(UInt16.self)
        var count = UInt64(try cursor.littleEndian(UInt16.self))
        var size = UInt64(try cursor.littleEndian(UInt32.self))
        var offset = UInt64(try cursor.littleEndian(UInt32.self))
        isSplit = isSplit || UInt64(countHere) != count
        var limit = end
        if let record = try Self.zip64Record(bytes, before: end) {
            var cursor = ByteCursor(bytes, at: record + 16)
            isSplit = try cursor.littleEndian(UInt32.self) != 0
            isSplit = try cursor.littleEndian(UInt32.self) != 0 || isSplit
            let countHere = try cursor.littleEndian(UInt64.self)
            count = try cursor.littleEndian(UInt64.self)
            size = try cursor.littleEndian(UInt64.self)
            offset = try cursor.littleEndian(UInt64.self)
            isSplit = isSplit || countHere != count
            limit = record
        }
        guard !isSplit else { throw DataSetError(.malformed("the archive is split over several files")) }
        guard let start = Int(exactly: offset), let length = Int(exactly: size),
            let members = Int(exactly: count),
            start <= limit, length <= limit - start, members <= length / ZipMember.minimumEntryBytes
        else {
            throw DataSetError(
                .malformed("the archive's directory does not fit into it"),
                at: .init(byteOffset: end)
            )
        }
        range = start..<start + length
        memberCount = members
    }

    private static func endRecord(_ bytes: ByteView) -> Int? {
        var offset = bytes.count - endBytes
        let last = max(offset - 0xFFFF, 0)
        while offset >= last {
            if bytes[offset] == 0x50, bytes[offset..<bytes.count].starts(with: [0x50, 0x4B, 5, 6]) {
                let comment = Int(bytes[offset + 20]) | Int(bytes[offset + 21]) << 8
                if offset + endBytes + comment == bytes.count { return offset }
            }
            offset -= 1
        }
        return nil
    }

    /// The offset of the Zip64 end record, if a locator stands before the end record.
    private static func zip64Record(_ bytes: ByteView, before end: Int) throws(DataSetError) -> Int? {
        let start = end - locatorBytes
        guard start >= 0 else { return nil }
        var locator = ByteCursor(bytes, at: start)
        guard try locator.littleEndian(UInt32.self) == 0x0706_4B50 else { return nil }
        try locator.skip(4)
        let offset = try locator.littleEndian(UInt64.self)
        guard let record = Int(exactly: offset), record <= start - 56,
            bytes[record..<bytes.count].starts(with: [0x50, 0x4B, 6, 6])
        else {
            throw DataSetError(
                .malformed("the Zip64 end record is not where it should be"),
                at: .init(byteOffset: start)
            )
        }
        return record
    }
}
