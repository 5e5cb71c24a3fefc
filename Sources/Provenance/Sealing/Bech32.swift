import Foundation

/// Text with a checksum, in which age writes keys (BIP 173, without its limit on the length).
package enum Bech32 {
    private static let alphabet = Array("qpzry9x8gf2tvdw0s3jn54khce6mua7l".utf8)
    private static let checksumCount = 6
    private static let maximumCharacters = 1_024

    /// The text of some bytes, in lowercase.
    package static func encode(_ bytes: Data, prefix: String) -> String {
        guard let groups = regrouped(Array(bytes), from: 8, to: 5, isPadded: true) else {
            preconditionFailure("bytes can always be cut into groups of five bits")
        }
        let start = expanded(Array(prefix.utf8)) + groups
        let sum = checksum(start + Array(repeating: 0, count: checksumCount)) ^ 1
        let check = (0..<checksumCount).map { UInt8(sum >> UInt32(5 * (checksumCount - 1 - $0)) & 31) }
        let text = (groups + check).map { alphabet[Int($0)] }
        return prefix + "1" + String(decoding: text, as: UTF8.self)
    }

    /// What a text holds: its prefix, as it is written, and its bytes.
    ///
    /// - Returns: Nil if it is no such text, mixes cases, or its checksum is wrong.
    package static func decode(_ text: String) -> (prefix: String, bytes: Data)? {
        // Other characters are refused first: the Kelvin sign is equal to a K, and its lowercase is a k.
        guard text.utf8.count <= maximumCharacters, text.utf8.allSatisfy({ (33...126).contains($0) }),
            text == text.lowercased() || text == text.uppercased(),
            let separator = text.utf8.lastIndex(of: UInt8(ascii: "1"))
        else { return nil }
        let prefix = String(text[..<separator])
        let lowercase = Array(text.lowercased().utf8)
        guard !prefix.isEmpty else { return nil }
        let groups = lowercase.dropFirst(prefix.utf8.count + 1).compactMap { character in
            alphabet.firstIndex(of: character).map { UInt8($0) }
        }
        guard groups.count == lowercase.count - prefix.utf8.count - 1, groups.count >= checksumCount,
            checksum(expanded(Array(prefix.lowercased().utf8)) + groups) == 1,
            let bytes = regrouped(Array(groups.dropLast(checksumCount)), from: 5, to: 8, isPadded: false)
        else { return nil }
        return (prefix, Data(bytes))
    }

    /// The prefix as it goes into the checksum.
    private static func expanded(_ prefix: [UInt8]) -> [UInt8] {
        prefix.map { $0 >> 5 } + [0] + prefix.map { $0 & 31 }
    }

    /// The remainder of a polynomial over groups of five bits.
    private static func checksum(_ groups: [UInt8]) -> UInt32 {
        let generator: [UInt32] = [0x3b6a_57b2, 0x2650_8e6d, 0x1ea1_19fa, 0x3d42_33dd, 0x2a14_62b3]
        return groups.reduce(1) { sum, group in
            let top = sum >> 25
            let shifted = (sum & 0x1ff_ffff) << 5 ^ UInt32(group)
            return generator.enumerated().reduce(shifted) {
                top >> UInt32($1.offset) & 1 == 1 ? $0 ^ $1.element : $0
            }
        }
    }

    /// The same bits in groups of another size; nil if leftover bits are more than padding, or not zero.
    private static func regrouped(_ values: [UInt8], from: Int, to: Int, isPadded: Bool) -> [UInt8]? {
        var (pending, bits, result) = (0, 0, [UInt8]())
        for value in values {
            pending = (pending << from | Int(value)) & 0xfff
            bits += from
            while bits >= to {
                bits -= to
                result.append(UInt8(pending >> bits & (1 << to - 1)))
            }
        }
        let rest = pending & (1 << bits - 1)
        if isPadded {
            if bits > 0 { result.append(UInt8(rest << (to - bits) & (1 << to - 1))) }
        } else if bits >= from || rest != 0 {
            return nil
        }
        return result
    }
}
