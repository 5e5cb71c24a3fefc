/// The cyclic redundancy check of Castagnoli's polynomial (RFC 3720, section 12.1 and appendix B.4).
package struct CRC32C: Sendable {
    private var state: UInt32 = .max

    /// Eight tables, so that eight bytes are taken at once.
    private static let tables: [[UInt32]] = {
        var tables = [[UInt32]](repeating: [UInt32](repeating: 0, count: 256), count: 8)
        for byte in 0..<256 {
            var value = UInt32(byte)
            for _ in 0..<8 { value = value & 1 == 0 ? value >> 1 : value >> 1 ^ 0x82F6_3B78 }
            tables[0][byte] = value
        }
        for table in 1..<8 {
            for byte in 0..<256 {
                let value = tables[table - 1][byte]
                tables[table][byte] = value >> 8 ^ tables[0][Int(value & 0xFF)]
            }
        }
        return tables
    }()

    package init() {}

    package mutating func update(_ bytes: UnsafeRawBufferPointer) {
        let tables = Self.tables
        var (value, place) = (state, 0)
        while place + 8 <= bytes.count {
            let word =
                UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self))
                ^ UInt64(value)
            value = 0
            for byte in 0..<8 { value ^= tables[7 - byte][Int(word >> (8 * UInt64(byte)) & 0xFF)] }
            place += 8
        }
        while place < bytes.count {
            value = value >> 8 ^ tables[0][Int((value ^ UInt32(bytes[place])) & 0xFF)]
            place += 1
        }
        state = value
    }

    /// The check of all bytes so far.
    package var value: UInt32 { ~state }

    /// The check in eight hexadecimal digits.
    package var hexadecimal: String { Hexadecimal.encode(withUnsafeBytes(of: value.bigEndian) { Array($0) }) }
}
