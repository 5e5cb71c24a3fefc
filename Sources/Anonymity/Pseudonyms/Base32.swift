/// Base32 without padding, in lowercase (RFC 4648, section 6).
enum Base32 {
    private static let alphabet = Array("abcdefghijklmnopqrstuvwxyz234567".utf8)

    static func encode(_ bytes: some Sequence<UInt8>) -> String {
        var characters: [UInt8] = []
        var (pending, bits): (UInt32, UInt32) = (0, 0)
        for byte in bytes {
            pending = (pending << 8 | UInt32(byte)) & 0xFFFF
            bits += 8
            while bits >= 5 {
                bits -= 5
                characters.append(alphabet[Int(pending >> bits & 31)])
            }
        }
        if bits > 0 { characters.append(alphabet[Int(pending << (5 - bits) & 31)]) }
        return String(decoding: characters, as: UTF8.self)
    }
}
