import Crypto
import Foundation

/// An identifier that is computed from a name, so that the same name gives the same one (RFC 9562, section 5.5).
///
/// Its SHA-1 tells names apart and protects nothing.
public struct NameUUID: Sendable, Hashable, CustomStringConvertible {
    /// The 16 bytes.
    public let bytes: Data

    /// A version 5 UUID of a URL (the namespace of RFC 9562, section 6.6).
    public init(url: String) {
        let namespace: [UInt8] = [
            0x6B, 0xA7, 0xB8, 0x11, 0x9D, 0xAD, 0x11, 0xD1, 0x80, 0xB4, 0x00, 0xC0, 0x4F, 0xD4, 0x30, 0xC8,
        ]
        var hash = Insecure.SHA1()
        hash.update(data: namespace)
        hash.update(data: Data(url.utf8))
        var bytes = Array(hash.finalize().prefix(16))
        bytes[6] = bytes[6] & 0x0F | 0x50
        bytes[8] = bytes[8] & 0x3F | 0x80
        self.bytes = Data(bytes)
    }

    /// Lowercase hexadecimal digits in groups of 8, 4, 4, 4 and 12.
    public var description: String {
        let digits = Hexadecimal.encode(bytes)
        var text = ""
        for (place, digit) in digits.enumerated() {
            if [8, 12, 16, 20].contains(place) { text += "-" }
            text.append(digit)
        }
        return text
    }
}
