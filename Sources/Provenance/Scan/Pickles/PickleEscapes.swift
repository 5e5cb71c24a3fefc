/// The escapes of the text instructions of protocol 0.
///
/// A text that is too long to be a name, or that is not text, gives nil: it is a value that is not known.
enum PickleEscapes {
    /// A string in quotes, as Python 2 writes its `repr`.
    static func quoted(_ line: ScanBytes) throws(PickleFault) -> String? {
        var range = 0..<line.count
        while let last = range.last, [0x20, 0x09, 0x0D, 0x0B, 0x0C].contains(line[last]) {
            range = range.lowerBound..<last
        }
        while let first = range.first, [0x20, 0x09, 0x0D, 0x0B, 0x0C].contains(line[first]) {
            range = first + 1..<range.upperBound
        }
        guard range.count >= 2, let first = range.first, let last = range.last, line[first] == line[last],
            line[first] == 0x22 || line[first] == 0x27
        else { throw .badArgument("a string has no quotes") }
        guard range.count <= PickleInstruction.maximumTextBytes else { return nil }
        var result: [UInt8] = []
        var position = first + 1
        while position < last {
            let byte = line[position]
            position += 1
            guard byte == 0x5C else {
                result.append(byte)
                continue
            }
            guard position < last else { throw .badArgument("a string ends inside an escape") }
            let kind = line[position]
            position += 1
            if let plain = simple[kind] {
                result += plain
            } else if kind == UInt8(ascii: "x") {
                guard position + 2 <= last, let high = digit(line[position], 16),
                    let low = digit(line[position + 1], 16)
                else { throw .badArgument("a string has a wrong escape") }
                result.append(UInt8(high << 4 | low))
                position += 2
            } else if var value = digit(kind, 8) {
                for _ in 0..<2 where position < last {
                    guard let next = digit(line[position], 8) else { break }
                    value = value << 3 | next
                    position += 1
                }
                result.append(UInt8(truncatingIfNeeded: value))
            } else {
                result += [0x5C, kind]
            }
        }
        return String(validating: result, as: UTF8.self)
    }

    /// Text in the encoding `raw-unicode-escape`: Latin 1 with `\u` and `\U`.
    static func rawUnicode(_ line: ScanBytes) throws(PickleFault) -> String? {
        guard line.count <= PickleInstruction.maximumTextBytes else { return nil }
        var result = String.UnicodeScalarView()
        var position = 0
        while position < line.count {
            let byte = line[position]
            position += 1
            let width =
                byte == 0x5C && position < line.count
                ? (line[position] == UInt8(ascii: "u") ? 4 : line[position] == UInt8(ascii: "U") ? 8 : 0) : 0
            guard width > 0 else {
                result.append(Unicode.Scalar(byte))
                // A backslash in front of a backslash makes no escape of what follows.
                if byte == 0x5C, position < line.count, line[position] == 0x5C {
                    result.append(Unicode.Scalar(line[position]))
                    position += 1
                }
                continue
            }
            var value: UInt32 = 0
            for index in 0..<width {
                let place = position + 1 + index
                guard place < line.count, let next = digit(line[place], 16) else {
                    throw .badArgument("a text has a wrong escape")
                }
                value = value << 4 | UInt32(next)
            }
            guard let scalar = Unicode.Scalar(value) else { return nil }
            result.append(scalar)
            position += 1 + width
        }
        return String(result)
    }

    private static let simple: [UInt8: [UInt8]] = [
        UInt8(ascii: "\\"): [0x5C], UInt8(ascii: "'"): [0x27], UInt8(ascii: "\""): [0x22],
        UInt8(ascii: "n"): [0x0A], UInt8(ascii: "t"): [0x09], UInt8(ascii: "r"): [0x0D],
        UInt8(ascii: "a"): [0x07], UInt8(ascii: "b"): [0x08], UInt8(ascii: "f"): [0x0C],
        UInt8(ascii: "v"): [0x0B],
    ]

    private static func digit(_ byte: UInt8, _ radix: Int) -> Int? {
        guard byte < 0x80 else { return nil }
        return Int(String(Unicode.Scalar(byte)), radix: radix)
    }
}
