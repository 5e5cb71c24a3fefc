/// A JSON value (RFC 8259) whose objects keep their order and may not repeat a key.
enum JSONText: Sendable {
    case null
    case boolean(Bool)
    /// A number, and its value if it is a whole one without exponent that fits.
    case number(UInt64?)
    case text(String)
    case array([JSONText])
    case object([(key: String, value: JSONText)])

    enum Fault: Error, Equatable {
        case malformed(offset: Int)
        case duplicateKey(String)
        case tooDeep
    }

    subscript(key: String) -> JSONText? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.key == key }?.value
    }

    var string: String? { if case .text(let text) = self { text } else { nil } }

    /// Reads a whole text.
    init(_ bytes: ScanBytes, maximumDepth: Int = 128) throws(Fault) {
        var parser = JSONTextParser(bytes: bytes, maximumDepth: maximumDepth)
        self = try parser.document()
    }
}

private struct JSONTextParser {
    let bytes: ScanBytes
    let maximumDepth: Int
    var position = 0

    init(bytes: ScanBytes, maximumDepth: Int) {
        (self.bytes, self.maximumDepth) = (bytes, maximumDepth)
    }

    private var fault: JSONText.Fault { .malformed(offset: position) }

    mutating func document() throws(JSONText.Fault) -> JSONText {
        let value = try value(depth: 0)
        skipSpace()
        guard position == bytes.count else { throw fault }
        return value
    }

    private mutating func skipSpace() {
        while let byte = peek(), [0x20, 0x09, 0x0A, 0x0D].contains(byte) { position += 1 }
    }

    private func peek() -> UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard peek() == byte else { return false }
        position += 1
        return true
    }

    private mutating func value(depth: Int) throws(JSONText.Fault) -> JSONText {
        guard depth < maximumDepth else { throw .tooDeep }
        skipSpace()
        switch peek() {
        case UInt8(ascii: "{"): return try object(depth: depth)
        case UInt8(ascii: "["): return try array(depth: depth)
        case UInt8(ascii: "\""): return .text(try string())
        case UInt8(ascii: "t"): return try word("true", .boolean(true))
        case UInt8(ascii: "f"): return try word("false", .boolean(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        // Python writes these three, though they are not JSON.
        case UInt8(ascii: "N"): return try word("NaN", .number(nil))
        case UInt8(ascii: "I"): return try word("Infinity", .number(nil))
        default: return try number()
        }
    }

    private mutating func word(_ word: String, _ value: JSONText) throws(JSONText.Fault) -> JSONText {
        guard bytes.starts(with: word, at: position) else { throw fault }
        position += word.utf8.count
        return value
    }

    private mutating func object(depth: Int) throws(JSONText.Fault) -> JSONText {
        position += 1
        var members: [(key: String, value: JSONText)] = []
        var keys: Set<String> = []
        skipSpace()
        if take(UInt8(ascii: "}")) { return .object([]) }
        while true {
            skipSpace()
            guard peek() == UInt8(ascii: "\"") else { throw fault }
            let key = try string()
            guard keys.insert(key).inserted else { throw .duplicateKey(key) }
            skipSpace()
            guard take(UInt8(ascii: ":")) else { throw fault }
            members.append((key, try value(depth: depth + 1)))
            skipSpace()
            if take(UInt8(ascii: "}")) { return .object(members) }
            guard take(UInt8(ascii: ",")) else { throw fault }
        }
    }

    private mutating func array(depth: Int) throws(JSONText.Fault) -> JSONText {
        position += 1
        var items: [JSONText] = []
        skipSpace()
        if take(UInt8(ascii: "]")) { return .array([]) }
        while true {
            items.append(try value(depth: depth + 1))
            skipSpace()
            if take(UInt8(ascii: "]")) { return .array(items) }
            guard take(UInt8(ascii: ",")) else { throw fault }
        }
    }

    private mutating func number() throws(JSONText.Fault) -> JSONText {
        let start = position
        let isNegative = take(UInt8(ascii: "-"))
        if isNegative, peek() == UInt8(ascii: "I") { return try word("Infinity", .number(nil)) }
        while let byte = peek(),
            (0x30...0x39).contains(byte) || [0x2B, 0x2D, 0x2E, 0x45, 0x65].contains(byte)
        {
            position += 1
        }
        guard position - start <= 400, let text = bytes[start..<position].text, Double(text) != nil else {
            throw fault
        }
        return .number(UInt64(text))
    }

    private mutating func string() throws(JSONText.Fault) -> String {
        position += 1
        var content: [UInt8] = []
        while let byte = peek() {
            position += 1
            switch byte {
            case UInt8(ascii: "\""):
                guard let text = String(validating: content, as: UTF8.self) else { throw fault }
                return text
            case UInt8(ascii: "\\"): content += try escape()
            case 0..<0x20: throw fault
            default: content.append(byte)
            }
        }
        throw fault
    }

    private mutating func escape() throws(JSONText.Fault) -> [UInt8] {
        guard let kind = peek() else { throw fault }
        position += 1
        switch kind {
        case UInt8(ascii: "n"): return [0x0A]
        case UInt8(ascii: "t"): return [0x09]
        case UInt8(ascii: "r"): return [0x0D]
        case UInt8(ascii: "b"): return [0x08]
        case UInt8(ascii: "f"): return [0x0C]
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [kind]
        case UInt8(ascii: "u"): break
        default: throw fault
        }
        var value = try unit()
        if (0xD800..<0xDC00).contains(value), bytes.starts(with: "\\u", at: position) {
            position += 2
            let low = try unit()
            guard (0xDC00..<0xE000).contains(low) else { throw fault }
            value = 0x10000 + (value - 0xD800) << 10 + (low - 0xDC00)
        }
        // Python writes lone surrogates; they stand for nothing.
        let scalar = Unicode.Scalar(value) ?? "\u{FFFD}"
        return Array(String(Character(scalar)).utf8)
    }

    private mutating func unit() throws(JSONText.Fault) -> UInt32 {
        guard position + 4 <= bytes.count, let text = bytes[position..<position + 4].text,
            text.allSatisfy(\.isHexDigit), let value = UInt32(text, radix: 16)
        else { throw fault }
        position += 4
        return value
    }
}
