/// An instruction with its argument and its place.
struct PickleInstruction {
    enum Argument {
        case none
        /// A number; nil if it does not fit.
        case integer(Int?)
        /// A literal: text if it is text and short, and where its bytes are.
        case literal(String?, Range<Int>)
        case names(module: String, name: String)
        case line(String)
    }

    let code: PickleOpcode
    let argument: Argument
    let start: Int
    let end: Int

    /// Longer text is no name of anything.
    static let maximumTextBytes = 1 << 12
    private static let maximumLineBytes = 1 << 16

    /// Reads the instruction at an offset.
    init(_ bytes: ScanBytes, at start: Int) throws(PickleFault) {
        guard start < bytes.count else { throw .ends }
        guard let code = PickleOpcode(rawValue: bytes[start]) else { throw .unknownInstruction(bytes[start]) }
        var position = start + 1
        let argument: Argument
        switch code.layout {
        case .none: argument = .none
        case .unsigned(let width):
            let value = try Self.number(bytes, &position, width)
            argument = .integer(Int(exactly: value))
        case .signed:
            let value = try Self.number(bytes, &position, 4)
            argument = .integer(Int(Int32(truncatingIfNeeded: value)))
        case .decimalLine:
            let line = try Self.line(bytes, &position)
            guard line.count <= Self.maximumLineBytes, let text = line.text else {
                throw .badArgument("a number is no number")
            }
            // Python takes more than digits for a number; nothing that writes pickles uses it.
            guard code == .int || Int(text) != nil else { throw .badArgument("a memo index is no number") }
            argument = .integer(Int(text))
        case .line:
            let line = try Self.line(bytes, &position)
            argument = .line(line[0..<Self.maximumTextBytes].text ?? "")
        case .quotedLine:
            let line = try Self.line(bytes, &position)
            let range = position - 1 - line.count..<position - 1
            argument = .literal(try PickleEscapes.quoted(line), range)
        case .escapedLine:
            let line = try Self.line(bytes, &position)
            let range = position - 1 - line.count..<position - 1
            argument = .literal(try PickleEscapes.rawUnicode(line), range)
        case .twoLines:
            let module = try Self.line(bytes, &position)
            let name = try Self.line(bytes, &position)
            guard module.count <= Self.maximumTextBytes, name.count <= Self.maximumTextBytes,
                let moduleText = module.text, let nameText = name.text
            else { throw .badArgument("the name of an import is no text") }
            argument = .names(module: moduleText, name: nameText)
        case .text(let width):
            let range = try Self.counted(bytes, &position, width, isSigned: false)
            let isShort = range.count <= Self.maximumTextBytes
            argument = .literal(isShort ? bytes[range].text : nil, range)
        case .string(let width):
            let range = try Self.counted(bytes, &position, width, isSigned: width == 4)
            let isShort = range.count <= Self.maximumTextBytes
            argument = .literal(isShort ? bytes[range].text : nil, range)
        case .bytes(let width):
            argument = .literal(nil, try Self.counted(bytes, &position, width, isSigned: false))
        case .long(let width):
            let range = try Self.counted(bytes, &position, width, isSigned: width == 4)
            argument = .literal(nil, range)
        }
        (self.code, self.argument, self.start, end) = (code, argument, start, position)
    }

    private static func number(
        _ bytes: ScanBytes,
        _ position: inout Int,
        _ width: Int
    ) throws(PickleFault) -> UInt64 {
        guard let value = bytes.littleEndian(at: position, bytes: width) else { throw .ends }
        position += width
        return value
    }

    private static func counted(
        _ bytes: ScanBytes,
        _ position: inout Int,
        _ width: Int,
        isSigned: Bool
    ) throws(PickleFault) -> Range<Int> {
        let length = try number(bytes, &position, width)
        guard !isSigned || length <= UInt64(Int32.max) else { throw .badArgument("a length is negative") }
        guard let count = Int(exactly: length), count <= bytes.count - position else { throw .ends }
        defer { position += count }
        return position..<position + count
    }

    private static func line(_ bytes: ScanBytes, _ position: inout Int) throws(PickleFault) -> ScanBytes {
        guard let end = bytes.firstIndex(of: 0x0A, from: position) else { throw .ends }
        defer { position = end + 1 }
        return bytes[position..<end]
    }
}
