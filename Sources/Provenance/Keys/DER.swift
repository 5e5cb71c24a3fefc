import Foundation

/// Writes the few structures of DER (X.690, section 10) that keys are made of.
enum DER {
    static let integer: UInt8 = 0x02
    static let bitString: UInt8 = 0x03
    static let octetString: UInt8 = 0x04
    static let null: UInt8 = 0x05
    static let objectIdentifier: UInt8 = 0x06
    static let sequence: UInt8 = 0x30

    static func element(_ tag: UInt8, _ content: some Collection<UInt8>) -> Data {
        var bytes = Data([tag])
        if content.count < 0x80 {
            bytes.append(UInt8(content.count))
        } else {
            let digits = bigEndian(content.count)
            bytes.append(0x80 | UInt8(digits.count))
            bytes += digits
        }
        return bytes + content
    }

    static func sequence(_ parts: [Data]) -> Data { element(sequence, parts.reduce(Data(), +)) }

    static func octets(_ content: some Collection<UInt8>) -> Data { element(octetString, content) }

    static func bits(_ content: Data) -> Data { element(bitString, [0] + content) }

    static func identifier(_ encoded: [UInt8]) -> Data { element(objectIdentifier, encoded) }

    static func integer(_ value: Int) -> Data {
        precondition(value >= 0, "only counts are written")
        let digits = bigEndian(value)
        return element(integer, (digits.first ?? 0) >= 0x80 || digits.isEmpty ? [0] + digits : digits)
    }

    private static func bigEndian(_ value: Int) -> [UInt8] {
        var (rest, digits) = (value, [UInt8]())
        while rest > 0 {
            digits.insert(UInt8(rest & 0xFF), at: 0)
            rest >>= 8
        }
        return digits
    }
}
