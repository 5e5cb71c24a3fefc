/// The object identifiers of keys and of their encryption, as DER writes their content.
enum ObjectIdentifiers {
    /// id-ecPublicKey, RFC 5480.
    static let ecPublicKey: [UInt8] = [0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01]
    /// secp256r1, RFC 5480.
    static let p256: [UInt8] = [0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07]
    /// secp384r1, RFC 5480.
    static let p384: [UInt8] = [0x2B, 0x81, 0x04, 0x00, 0x22]
    /// secp521r1, RFC 5480.
    static let p521: [UInt8] = [0x2B, 0x81, 0x04, 0x00, 0x23]
    /// id-Ed25519, RFC 8410.
    static let ed25519: [UInt8] = [0x2B, 0x65, 0x70]
    /// id-PBES2, RFC 8018.
    static let pbes2: [UInt8] = [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x05, 0x0D]
    /// id-scrypt, RFC 7914.
    static let scrypt: [UInt8] = [0x2B, 0x06, 0x01, 0x04, 0x01, 0xDA, 0x47, 0x04, 0x0B]
    /// id-aes256-GCM, RFC 5084.
    static let aes256GCM: [UInt8] = [0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x01, 0x2E]

    /// The identifier as numbers with points between them, as people write it.
    static func dotted(_ encoded: [UInt8]) -> String {
        var (arcs, value) = ([UInt64](), UInt64(0))
        for byte in encoded.prefix(32) {
            value = (value & (.max >> 7)) << 7 | UInt64(byte & 0x7F)
            if byte < 0x80 {
                if arcs.isEmpty {
                    let root = min(value / 40, 2)
                    arcs = [root, value - 40 * root]
                } else {
                    arcs.append(value)
                }
                value = 0
            }
        }
        return arcs.map { "\($0)" }.joined(separator: ".")
    }
}
