import Foundation

/// A part of the header that wraps the file's key for one recipient (age v1, recipient stanza).
struct SealingStanza: Hashable {
    /// What kind of recipient it is for.
    let type: String
    /// What that kind needs to know.
    let arguments: [String]
    /// The wrapped key.
    let body: Data

    /// How many bytes a full line of the body holds.
    static let bytesInLine = 48
    static let charactersInLine = 64

    /// The lines of the header, each with its end.
    var lines: String {
        let body = UnpaddedBase64.encode(body)
        var lines = (["->", type] + arguments).joined(separator: " ") + "\n"
        var rest = body[...]
        // A line that is not full ends the body, even if there is nothing in it.
        while rest.utf8.count >= Self.charactersInLine {
            lines += rest.prefix(Self.charactersInLine) + "\n"
            rest = rest.dropFirst(Self.charactersInLine)
        }
        return lines + rest + "\n"
    }
}

/// Base64 without padding, as age's headers have it (RFC 4648, section 4).
enum UnpaddedBase64 {
    static func encode(_ bytes: Data) -> String { Base64.encode(bytes).replacing("=", with: "") }

    /// The bytes of a text; nil unless it is exactly what `encode` gives for them.
    static func decode(_ text: String) -> Data? {
        guard !text.utf8.contains(UInt8(ascii: "=")) else { return nil }
        return Base64.decode(text + String(repeating: "=", count: (4 - text.utf8.count % 4) % 4))
    }
}
