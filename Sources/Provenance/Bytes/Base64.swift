import Foundation

/// Base64 with one spelling for each content (RFC 4648, sections 3.5 and 4).
///
/// Foundation's decoder lets leftover bits and some foreign characters pass, so that two texts would stand
/// for the same bytes.
package enum Base64 {
    /// The text of some bytes: standard alphabet, padded, on one line.
    package static func encode(_ bytes: some Sequence<UInt8>) -> String {
        Data(bytes).base64EncodedString()
    }

    /// The bytes of a text; nil unless it is exactly what `encode` gives for them.
    package static func decode(_ text: some StringProtocol) -> Data? {
        let characters = Array(text.utf8)
        guard characters.count.isMultiple(of: 4) else { return nil }
        let padding = characters.suffix(2).reversed().prefix { $0 == padCharacter }.count
        var bytes = Data(capacity: characters.count / 4 * 3)
        var pending: UInt32 = 0
        var bits: UInt32 = 0
        for character in characters.dropLast(padding) {
            guard let value = value(of: character) else { return nil }
            pending = pending << 6 | UInt32(value)
            bits += 6
            guard bits >= 8 else { continue }
            bits -= 8
            bytes.append(UInt8(truncatingIfNeeded: pending >> bits))
        }
        // What is left over of the last character has to be zero.
        guard pending & (1 << bits - 1) == 0 else { return nil }
        return bytes
    }

    private static let padCharacter = UInt8(ascii: "=")

    private static func value(of character: UInt8) -> UInt8? {
        switch character {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): character - UInt8(ascii: "A")
        case UInt8(ascii: "a")...UInt8(ascii: "z"): character - UInt8(ascii: "a") + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): character - UInt8(ascii: "0") + 52
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: nil
        }
    }
}
