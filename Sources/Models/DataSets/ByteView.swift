import Foundation

// Together with `Inflater.swift` the only file of the readers that touches pointers, behind checked access.

/// A stretch of a file's bytes, addressed from 0; shared, not copied.
struct ByteView: Sendable {
    let data: Data

    init(_ data: Data) { self.data = data }

    var count: Int { data.count }

    /// The byte at an offset that exists.
    subscript(offset: Int) -> UInt8 {
        precondition(offset >= 0 && offset < count, "the byte exists")
        return data[data.startIndex + offset]
    }

    /// The bytes of a range that exists.
    subscript(range: Range<Int>) -> ByteView {
        precondition(range.lowerBound >= 0 && range.upperBound <= count, "the bytes exist")
        return ByteView(data[data.startIndex + range.lowerBound..<data.startIndex + range.upperBound])
    }

    /// Whether the bytes begin with `prefix`.
    func starts(with prefix: [UInt8]) -> Bool { data.starts(with: prefix) }

    /// The bytes as text, or nil if they are not UTF-8.
    var text: String? { String(validating: data, as: UTF8.self) }

    /// Gives `body` the bytes as integers that lie side by side, in either byte order.
    func withWords<Word: FixedWidthInteger, Result>(
        _ type: Word.Type,
        bigEndian: Bool,
        _ body: (Words<Word>) -> Result
    ) -> Result {
        data.withUnsafeBytes { body(Words(base: $0, isBigEndian: bigEndian)) }
    }

    /// Integers that lie side by side in memory, valid inside `withWords`.
    struct Words<Word: FixedWidthInteger> {
        fileprivate let base: UnsafeRawBufferPointer
        fileprivate let isBigEndian: Bool

        /// The integer at an index that exists.
        subscript(index: Int) -> Word {
            let size = MemoryLayout<Word>.size
            precondition(index >= 0 && index < base.count / size, "the integer exists")
            let stored = base.loadUnaligned(fromByteOffset: index * size, as: Word.self)
            return isBigEndian ? Word(bigEndian: stored) : Word(littleEndian: stored)
        }
    }
}

/// Reads numbers one after another; running past the end is an error that names the byte.
struct ByteCursor {
    let bytes: ByteView
    private(set) var offset: Int

    init(_ bytes: ByteView, at offset: Int = 0) {
        self.bytes = bytes
        self.offset = offset
    }

    var remaining: Int { max(bytes.count - offset, 0) }

    mutating func littleEndian<Word: FixedWidthInteger>(_ type: Word.Type) throws(DataSetError) -> Word {
        Word(littleEndian: try word(type))
    }

    mutating func bigEndian<Word: FixedWidthInteger>(_ type: Word.Type) throws(DataSetError) -> Word {
        Word(bigEndian: try word(type))
    }

    mutating func skip(_ count: Int) throws(DataSetError) { _ = try take(count) }

    /// The next `count` bytes.
    mutating func take(_ count: Int) throws(DataSetError) -> ByteView {
        guard count >= 0, count <= bytes.count - offset else {
            throw DataSetError(.truncated(needed: count, found: remaining), at: .init(byteOffset: offset))
        }
        defer { offset += count }
        return bytes[offset..<offset + count]
    }

    private mutating func word<Word: FixedWidthInteger>(_ type: Word.Type) throws(DataSetError) -> Word {
        let stored = try take(MemoryLayout<Word>.size)
        return stored.data.withUnsafeBytes { $0.loadUnaligned(as: Word.self) }
    }
}
