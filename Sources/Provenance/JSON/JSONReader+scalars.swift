extension JSONReader {
    /// The largest integer that all integers up to are exact in a double (RFC 7493, section 2.2).
    private static let maximumInteger = 9_007_199_254_740_991.0

    mutating func number() throws(JSONError) -> Double {
        let start = offset
        if next == UInt8(ascii: "-") { offset += 1 }
        let first = next
        let digitCount = skipDigits()
        guard digitCount > 0 else { throw malformed("this is no JSON value") }
        guard digitCount == 1 || first != UInt8(ascii: "0") else {
            throw malformed("a number begins with a superfluous zero")
        }
        var isInteger = true
        if next == UInt8(ascii: ".") {
            offset += 1
            isInteger = false
            guard skipDigits() > 0 else { throw malformed("digits are missing behind the point") }
        }
        if next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
            offset += 1
            isInteger = false
            if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { offset += 1 }
            guard skipDigits() > 0 else { throw malformed("digits are missing in the exponent") }
        }
        guard offset - start <= 400 else { throw malformed("a number has more than 400 characters") }
        guard let value = Double(String(decoding: bytes[start..<offset], as: UTF8.self)), value.isFinite
        else {
            throw malformed("a number is too large")
        }
        guard !isInteger || abs(value) <= Self.maximumInteger else {
            throw malformed("an integer is too large to be read exactly")
        }
        // There is one zero in JSON's canonical form.
        return value == 0 ? 0 : value
    }

    private mutating func skipDigits() -> Int {
        let start = offset
        while let next, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(next) { offset += 1 }
        return offset - start
    }

    mutating func string() throws(JSONError) -> String {
        let start = offset
        offset += 1
        var content: [UInt8] = []
        while let character = next {
            switch character {
            case UInt8(ascii: "\""):
                offset += 1
                guard let text = String(validating: content, as: UTF8.self) else {
                    throw .malformed(problem: "a text is not valid UTF-8", offset: start)
                }
                return text
            case UInt8(ascii: "\\"):
                offset += 1
                content += try escaped()
            case 0..<0x20: throw malformed("a text holds a control character")
            default:
                content.append(character)
                offset += 1
            }
        }
        throw .malformed(problem: "a text is not closed", offset: start)
    }

    private mutating func escaped() throws(JSONError) -> [UInt8] {
        guard let character = next else { throw malformed("a text is not closed") }
        offset += 1
        switch character {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [character]
        case UInt8(ascii: "b"): return [0x08]
        case UInt8(ascii: "f"): return [0x0C]
        case UInt8(ascii: "n"): return [0x0A]
        case UInt8(ascii: "r"): return [0x0D]
        case UInt8(ascii: "t"): return [0x09]
        case UInt8(ascii: "u"): return Array(String(try codePoint()).utf8)
        default: throw malformed("a text holds an unknown escape")
        }
    }

    private mutating func codePoint() throws(JSONError) -> Character {
        let first = try codeUnit()
        guard let scalar = Unicode.Scalar(first) else {
            // A surrogate stands for nothing without its other half.
            guard (0xD800..<0xDC00).contains(first), bytes[offset...].starts(with: "\\u".utf8) else {
                throw malformed("a text holds half of a character")
            }
            offset += 2
            let second = try codeUnit()
            guard (0xDC00..<0xE000).contains(second),
                let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + second - 0xDC00)
            else { throw malformed("a text holds half of a character") }
            return Character(scalar)
        }
        return Character(scalar)
    }

    private mutating func codeUnit() throws(JSONError) -> UInt32 {
        guard offset + 4 <= bytes.count else { throw malformed("a text is not closed") }
        var value: UInt32 = 0
        for character in bytes[offset..<offset + 4] {
            let digit = Character(Unicode.Scalar(character))
            guard digit.isASCII, let number = digit.hexDigitValue else {
                throw malformed("an escape needs four hexadecimal digits")
            }
            value = value << 4 | UInt32(number)
        }
        offset += 4
        return value
    }
}
