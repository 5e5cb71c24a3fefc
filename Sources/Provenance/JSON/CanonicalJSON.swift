import Foundation

/// The one spelling of a JSON value: members sorted, no space, shortest numbers (RFC 8785).
package enum CanonicalJSON {
    /// The bytes of a value.
    package static func write(_ value: JSONValue) -> Data {
        var bytes: [UInt8] = []
        append(value, to: &bytes)
        return Data(bytes)
    }

    private static func append(_ value: JSONValue, to bytes: inout [UInt8]) {
        switch value {
        case .null: bytes += "null".utf8
        case .boolean(let value): bytes += (value ? "true" : "false").utf8
        case .number(let value): bytes += number(value).utf8
        case .string(let text): append(text, to: &bytes)
        case .array(let elements):
            bytes.append(UInt8(ascii: "["))
            for (place, element) in elements.enumerated() {
                if place > 0 { bytes.append(UInt8(ascii: ",")) }
                append(element, to: &bytes)
            }
            bytes.append(UInt8(ascii: "]"))
        case .object(let members):
            bytes.append(UInt8(ascii: "{"))
            // By UTF-16 code units, which is not the order of code points.
            let sorted = members.sorted { $0.key.text.utf16.lexicographicallyPrecedes($1.key.text.utf16) }
            for (place, member) in sorted.enumerated() {
                if place > 0 { bytes.append(UInt8(ascii: ",")) }
                append(member.key.text, to: &bytes)
                bytes.append(UInt8(ascii: ":"))
                append(member.value, to: &bytes)
            }
            bytes.append(UInt8(ascii: "}"))
        }
    }

    private static func append(_ text: String, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""): bytes += "\\\"".utf8
            case UInt8(ascii: "\\"): bytes += "\\\\".utf8
            case 0x08: bytes += "\\b".utf8
            case 0x09: bytes += "\\t".utf8
            case 0x0A: bytes += "\\n".utf8
            case 0x0C: bytes += "\\f".utf8
            case 0x0D: bytes += "\\r".utf8
            case 0..<0x20: bytes += ("\\u00" + Hexadecimal.encode(CollectionOfOne(byte))).utf8
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    /// A number as ECMAScript writes it (ECMA-262, Number::toString).
    static func number(_ value: Double) -> String {
        precondition(value.isFinite, "JSON has no spelling for what is not a finite number")
        if value == 0 { return "0" }
        let sign = value < 0 ? "-" : ""
        // Swift's digits are the shortest that lead back to the value, as ECMAScript's are; only the point and
        // the exponent are placed otherwise.
        let parts = abs(value).description.split(separator: "e")
        let mantissa = parts[0].split(separator: ".")
        let whole = String(mantissa[0])
        let fraction = mantissa.count > 1 ? String(mantissa[1]) : ""
        var digits = Array((whole + fraction).utf8)
        var point = whole.utf8.count + (parts.count > 1 ? Int(parts[1]) ?? 0 : 0)
        let leading = digits.prefix { $0 == UInt8(ascii: "0") }.count
        digits.removeFirst(leading)
        point -= leading
        while digits.last == UInt8(ascii: "0") { digits.removeLast() }
        let text = String(decoding: digits, as: UTF8.self)
        let zeros = { (count: Int) in String(repeating: "0", count: count) }
        switch point {
        case digits.count...21 where point > 0: return sign + text + zeros(point - digits.count)
        case 1...21: return sign + text.prefix(point) + "." + text.dropFirst(point)
        case -5...0: return sign + "0." + zeros(-point) + text
        default:
            let exponent = point - 1
            let rest = digits.count > 1 ? "." + text.dropFirst() : ""
            return sign + text.prefix(1) + rest + "e" + (exponent < 0 ? "-" : "+") + "\(abs(exponent))"
        }
    }
}
