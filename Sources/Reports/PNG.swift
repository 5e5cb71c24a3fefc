import CZlib
import Foundation

/// Writes images as Portable Network Graphics: 8 bits a channel, not interlaced (W3C PNG specification, third
/// edition).
public enum PNG {
    /// How many numbers describe a pixel.
    public enum Color: Sendable {
        /// One, from black to white.
        case gray
        /// Red, green and blue.
        case rgb

        /// How many bytes a pixel has.
        public var channelCount: Int { self == .gray ? 1 : 3 }

        /// The colour type in the header (PNG specification, section 11.2.1).
        fileprivate var code: UInt8 { self == .gray ? 0 : 2 }
    }

    private static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

    /// Encodes an image; traps unless it has at least one pixel and one byte for each channel of each.
    ///
    /// - Parameters:
    ///   - width: The number of columns.
    ///   - height: The number of rows.
    ///   - color: How many numbers describe a pixel.
    ///   - pixels: The rows from top to bottom, the channels of a pixel beside each other.
    /// - Returns: The bytes of a file.
    public static func encode(width: Int, height: Int, color: Color, pixels: [UInt8]) -> Data {
        let side = 1...Int(Int32.max)
        precondition(side.contains(width) && side.contains(height), "an image has a size that PNG can state")
        let rowSize = width * color.channelCount
        precondition(pixels.count == rowSize * height, "there is one byte for each channel of each pixel")
        let header = bigEndian(UInt32(width)) + bigEndian(UInt32(height)) + [8, color.code, 0, 0, 0]
        var scanlines: [UInt8] = []
        scanlines.reserveCapacity(pixels.count + height)
        for start in stride(from: 0, to: pixels.count, by: rowSize) {
            scanlines.append(0)  // no filter: the images of a report are small
            scanlines += pixels[start..<start + rowSize]
        }
        let chunks = [chunk("IHDR", header), chunk("IDAT", deflated(scanlines)), chunk("IEND", [])]
        return Data(signature + chunks.joined())
    }

    private static func chunk(_ type: String, _ content: [UInt8]) -> [UInt8] {
        let covered = Array(type.utf8) + content
        let checksum = UInt32(truncatingIfNeeded: crc32(0, covered, UInt32(covered.count)))
        return bigEndian(UInt32(content.count)) + covered + bigEndian(checksum)
    }

    private static func deflated(_ bytes: [UInt8]) -> [UInt8] {
        var length = compressBound(uLong(bytes.count))
        var result = [UInt8](repeating: 0, count: Int(length))
        let status = compress2(&result, &length, bytes, uLong(bytes.count), 9)
        precondition(status == Z_OK, "a buffer of the bound's size holds what zlib writes")
        return Array(result.prefix(Int(length)))
    }

    private static func bigEndian(_ number: UInt32) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) }
    }
}
