import CZlib
import Foundation

/// A PNG file read back, with every check that its format allows.
struct PNGImage: Equatable {
    /// What can be wrong with a file.
    enum Fault: Error, Equatable {
        case signature, truncated, checksum(String), order, header, scanlines
    }

    var width: Int
    var height: Int
    var channels: Int
    var pixels: [UInt8]

    /// Reads 8-bit images without filters and interlacing.
    init(_ data: Data) throws {
        let bytes = Array(data)
        guard bytes.starts(with: [137, 80, 78, 71, 13, 10, 26, 10]) else { throw Fault.signature }
        var chunks: [(type: String, content: [UInt8])] = []
        var position = 8
        while position < bytes.count {
            guard position + 12 <= bytes.count else { throw Fault.truncated }
            let length = Self.number(bytes[position..<position + 4])
            let end = position + 8 + length
            guard end + 4 <= bytes.count else { throw Fault.truncated }
            let covered = Array(bytes[position + 4..<end])
            let type = String(decoding: covered.prefix(4), as: UTF8.self)
            guard Int(crc32(0, covered, UInt32(covered.count))) == Self.number(bytes[end..<end + 4]) else {
                throw Fault.checksum(type)
            }
            chunks.append((type, Array(covered.dropFirst(4))))
            position = end + 4
        }
        guard chunks.map(\.type) == ["IHDR", "IDAT", "IEND"] else { throw Fault.order }
        let header = chunks[0].content
        guard header.count == 13, header[8] == 8, header[9] == 0 || header[9] == 2,
            header[10...] == [0, 0, 0]
        else {
            throw Fault.header
        }
        width = Self.number(header[0..<4])
        height = Self.number(header[4..<8])
        channels = header[9] == 0 ? 1 : 3
        let rowSize = width * channels + 1
        var length = uLong(rowSize * height)
        var lines = [UInt8](repeating: 0, count: Int(length))
        let status = uncompress(&lines, &length, chunks[1].content, uLong(chunks[1].content.count))
        guard status == Z_OK, Int(length) == lines.count else { throw Fault.scanlines }
        pixels = []
        for start in stride(from: 0, to: lines.count, by: rowSize) {
            guard lines[start] == 0 else { throw Fault.scanlines }
            pixels += lines[start + 1..<start + rowSize]
        }
    }

    private static func number(_ bytes: some Sequence<UInt8>) -> Int { bytes.reduce(0) { $0 << 8 | Int($1) } }
}
