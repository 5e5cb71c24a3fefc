import Foundation

/// Bytes of a file or of a member, counted from zero.
struct ScanBytes: Sendable {
    let data: Data

    init(_ data: Data) { self.data = data }

    var count: Int { data.count }

    /// The byte at an offset, which must be less than `count`.
    subscript(offset: Int) -> UInt8 { data[data.startIndex + offset] }

    /// The bytes of a range, cut to what is there.
    subscript(range: Range<Int>) -> ScanBytes {
        let lower = min(max(range.lowerBound, 0), count)
        let upper = min(max(range.upperBound, lower), count)
        return ScanBytes(data[data.startIndex + lower..<data.startIndex + upper])
    }

    func suffix(from offset: Int) -> ScanBytes { self[offset..<max(offset, count)] }

    func starts(with bytes: [UInt8], at offset: Int = 0) -> Bool {
        guard offset >= 0, bytes.count <= count, offset <= count - bytes.count else { return false }
        return bytes.indices.allSatisfy { self[offset + $0] == bytes[$0] }
    }

    func starts(with text: String, at offset: Int = 0) -> Bool { starts(with: Array(text.utf8), at: offset) }

    /// An unsigned number in little-endian order; nil where the bytes end.
    func littleEndian(at offset: Int, bytes width: Int) -> UInt64? {
        guard offset >= 0, width <= count, offset <= count - width else { return nil }
        var value: UInt64 = 0
        for index in 0..<width { value |= UInt64(self[offset + index]) << UInt64(8 * index) }
        return value
    }

    /// The next place of a byte at or behind an offset.
    func firstIndex(of byte: UInt8, from offset: Int) -> Int? {
        guard offset < count else { return nil }
        return data[(data.startIndex + max(offset, 0))...].firstIndex(of: byte).map { $0 - data.startIndex }
    }

    /// The next place of a pattern at or behind an offset.
    func range(of pattern: [UInt8], from offset: Int = 0) -> Range<Int>? {
        guard let first = pattern.first else { return nil }
        var position = offset
        while let start = firstIndex(of: first, from: position) {
            if starts(with: pattern, at: start) { return start..<start + pattern.count }
            position = start + 1
        }
        return nil
    }

    func contains(_ text: String) -> Bool { range(of: Array(text.utf8)) != nil }

    /// The bytes as text, if they are UTF-8.
    var text: String? { String(validating: data, as: UTF8.self) }
}
