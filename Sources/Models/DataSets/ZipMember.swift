import Foundation

/// A member of a ZIP archive, whose bytes are known to lie inside the file.
struct ZipMember: Sendable {
    let name: String
    let isDeflated: Bool
    let checksum: UInt32
    /// The length of the content once decompressed.
    let size: Int
    /// Where the local header begins.
    let headerOffset: Int
    /// Where the stored or compressed content lies.
    let range: Range<Int>

    static let minimumEntryBytes = 46

    /// Flags for encryption, for patches, for strong encryption and for masked headers.
    private static let unsupportedFlags: UInt16 = 0x2061
    private static let descriptorFlag: UInt16 = 0x0008

    /// Reads the directory entry at the cursor, and the local header it points to.
    init(_ cursor: inout ByteCursor, archive: ByteView, directoryStart: Int) throws(DataSetError) {
        let entryOffset = cursor.offset
        func malformed(_ problem: String, at offset: Int? = nil) -> DataSetError {
            DataSetError(.malformed(problem), at: .init(byteOffset: offset ?? entryOffset))
        }
        guard try cursor.littleEndian(UInt32.self) == 0x0201_4B50 else {
            throw malformed("a directory entry is not where it should be")
        }
        try cursor.skip(4)
        let common = try Common(&cursor)
        let nameLength = Int(try cursor.littleEndian(UInt16.self))
        let extraLength = Int(try cursor.littleEndian(UInt16.self))
        let commentLength = Int(try cursor.littleEndian(UInt16.self))
        let disk = try cursor.littleEndian(UInt16.self)
        try cursor.skip(6)
        let offset32 = try cursor.littleEndian(UInt32.self)
        let nameBytes = try cursor.take(nameLength)
        let extra = try cursor.take(extraLength)
        try cursor.skip(commentLength)

        name = String(decoding: nameBytes.data, as: UTF8.self)
        if common.flags & 1 != 0 { throw DataSetError(.encrypted).inMember(name) }
        guard common.flags & Self.unsupportedFlags == 0, disk == 0 || disk == 0xFFFF else {
            throw malformed("the archive is encrypted, patched or split").inMember(name)
        }
        guard common.method == 0 || common.method == 8 else {
            throw DataSetError(.unsupportedCompression(method: Int(common.method))).inMember(name)
        }
        isDeflated = common.method == 8
        checksum = common.checksum

        var wide = try Zip64Extra(extra)
        guard let size = Int(exactly: try wide.value(for: common.size)),
            let compressedSize = Int(exactly: try wide.value(for: common.compressedSize)),
            let headerOffset = Int(exactly: try wide.value(for: offset32)),
            headerOffset < directoryStart
        else {
            throw malformed("sizes and offsets do not fit into the archive").inMember(name)
        }
        guard isDeflated || size == compressedSize else {
            throw malformed("a stored member has two sizes").inMember(name)
        }
        self.size = size
        self.headerOffset = headerOffset

        var local = ByteCursor(archive[0..<directoryStart], at: headerOffset)
        guard try local.littleEndian(UInt32.self) == 0x0403_4B50 else {
            throw malformed("a local header is not where it should be", at: headerOffset).inMember(name)
        }
        try local.skip(2)
        let again = try Common(&local)
        let localNameLength = Int(try local.littleEndian(UInt16.self))
        let localExtraLength = Int(try local.littleEndian(UInt16.self))
        let localName = try local.take(localNameLength)
        try local.skip(localExtraLength)
        guard localName.data == nameBytes.data, again.agrees(with: common) else {
            throw malformed("the local header and the directory disagree", at: headerOffset).inMember(name)
        }
        let start = local.offset
        do throws(DataSetError) {
            try local.skip(compressedSize)
        } catch {
            throw error.inMember(name)
        }
        range = start..<start + compressedSize
    }

    /// The fields that directory entries and local headers share.
    private struct Common {
        let flags: UInt16
        let method: UInt16
        let checksum: UInt32
        let compressedSize: UInt32
        let size: UInt32

        init(_ cursor: inout ByteCursor) throws(DataSetError) {
            flags = try cursor.littleEndian(UInt16.self)
            method = try cursor.littleEndian(UInt16.self)
            try cursor.skip(4)
            checksum = try cursor.littleEndian(UInt32.self)
            compressedSize = try cursor.littleEndian(UInt32.self)
            size = try cursor.littleEndian(UInt32.self)
        }

        /// Whether a local header says the same as a directory entry, as far as it has to: with a data
        /// descriptor behind the content it knows no sizes, and with Zip64 it may hold them elsewhere.
        func agrees(with entry: Common) -> Bool {
            guard method == entry.method, flags & 1 == 0 else { return false }
            if flags & ZipMember.descriptorFlag != 0 { return true }
            return checksum == entry.checksum
                && (size == .max || entry.size == .max || size == entry.size)
                && (compressedSize == .max || entry.compressedSize == .max
                    || compressedSize == entry.compressedSize)
        }
    }
}

/// The Zip64 part of an entry's extra field: the 64-bit forms of the fields that do not fit, in a fixed
/// order.
private struct Zip64Extra {
    private var values: ByteCursor?

    init(_ extra: ByteView) throws(DataSetError) {
        var cursor = ByteCursor(extra)
        // Fewer than four bytes at the end are padding.
        while cursor.remaining >= 4 {
            let tag = try cursor.littleEndian(UInt16.self)
            let length = Int(try cursor.littleEndian(UInt16.self))
            let content = try cursor.take(length)
            if tag == 1 && values == nil { values = ByteCursor(content) }
        }
    }

    /// The next value, if the 32-bit field says that it is to be found here; the field's own value otherwise.
    mutating func value(for field: UInt32) throws(DataSetError) -> UInt64 {
        guard field == .max, var cursor = values else { return UInt64(field) }
        let value = try cursor.littleEndian(UInt64.self)
        values = cursor
        return value
    }
}
