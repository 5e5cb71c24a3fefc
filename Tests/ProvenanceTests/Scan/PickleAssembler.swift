import BulwarkProvenance
import Foundation

/// What was wrong with an assembled pickle in a test.
enum AssemblerError: Error { case badLine(String) }

/// A pickle from the names of its instructions (Python, `pickletools`), separated by ` / `.
///
/// Behind a name stands its argument, of text without quotes, `''` for empty text. `FRAME` without a length
/// reaches to the next STOP.
func assembled(_ text: String) throws -> Data {
    var data = Data()
    var openFrame: Int?
    for line in text.replacing("\n", with: " ").split(separator: "/") {
        let words = line.split(separator: " ", maxSplits: 1)
        guard let name = words.first.map(String.init), let code = Assembler.codes[name] else {
            throw AssemblerError.badLine(String(line))
        }
        var argument = words.count > 1 ? words[1].trimmingCharacters(in: .whitespaces) : ""
        argument = argument == "''" ? "" : argument.replacing("\\n", with: "\n").replacing("\\s", with: "/")
        data.append(code)
        if name == "FRAME", argument.isEmpty {
            openFrame = data.count
            data.append(Data(count: 8))
            continue
        }
        data.append(try Assembler.argument(argument, of: name))
        if name == "STOP", let frame = openFrame {
            data.replaceSubrange(frame..<frame + 8, with: Assembler.number(data.count - frame - 8, 8))
            openFrame = nil
        }
    }
    return data
}

enum Assembler {
    static let codes: [String: UInt8] = [
        "MARK": 0x28, "STOP": 0x2E, "POP": 0x30, "POP_MARK": 0x31, "DUP": 0x32, "FLOAT": 0x46, "INT": 0x49,
        "BININT": 0x4A, "BININT1": 0x4B, "LONG": 0x4C, "BININT2": 0x4D, "NONE": 0x4E, "PERSID": 0x50,
        "BINPERSID": 0x51, "REDUCE": 0x52, "STRING": 0x53, "SHORT_BINSTRING": 0x55, "UNICODE": 0x56,
        "BINUNICODE": 0x58, "APPEND": 0x61, "BUILD": 0x62, "GLOBAL": 0x63, "DICT": 0x64, "APPENDS": 0x65,
        "GET": 0x67, "BINGET": 0x68, "INST": 0x69, "LONG_BINGET": 0x6A, "LIST": 0x6C, "OBJ": 0x6F,
        "PUT": 0x70, "BINPUT": 0x71, "LONG_BINPUT": 0x72, "SETITEM": 0x73, "TUPLE": 0x74, "SETITEMS": 0x75,
        "EMPTY_DICT": 0x7D, "EMPTY_LIST": 0x5D, "EMPTY_TUPLE": 0x29, "PROTO": 0x80, "NEWOBJ": 0x81,
        "EXT1": 0x82, "EXT2": 0x83, "TUPLE1": 0x85, "TUPLE2": 0x86, "TUPLE3": 0x87, "NEWTRUE": 0x88,
        "NEWFALSE": 0x89, "LONG1": 0x8A, "SHORT_BINBYTES": 0x43, "BINBYTES": 0x42, "SHORT_BINUNICODE": 0x8C,
        "EMPTY_SET": 0x8F, "ADDITEMS": 0x90, "FROZENSET": 0x91, "NEWOBJ_EX": 0x92, "STACK_GLOBAL": 0x93,
        "MEMOIZE": 0x94, "FRAME": 0x95, "NEXT_BUFFER": 0x97,
    ]

    static func number(_ value: Int, _ width: Int) -> Data {
        Data((0..<width).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) })
    }

    static func argument(_ text: String, of name: String) throws -> Data {
        let bytes = Data(text.utf8)
        switch name {
        case "GLOBAL", "INST": return Data(text.replacing(" ", with: "\n").utf8) + [0x0A]
        case "UNICODE", "INT", "LONG", "FLOAT", "PERSID", "PUT", "GET": return bytes + [0x0A]
        case "STRING": return Data("'\(text)'\n".utf8)
        case "SHORT_BINUNICODE", "SHORT_BINBYTES", "SHORT_BINSTRING": return number(bytes.count, 1) + bytes
        case "BINUNICODE", "BINBYTES": return number(bytes.count, 4) + bytes
        case "LONG1":
            // In hexadecimal digits, the lowest byte first.
            var content = Data()
            for index in stride(from: 0, to: text.count, by: 2) {
                content.append(UInt8(text.dropFirst(index).prefix(2), radix: 16) ?? 0)
            }
            return number(content.count, 1) + content
        case "PROTO", "BININT1", "BINPUT", "BINGET", "EXT1": return number(try integer(text), 1)
        case "BININT2", "EXT2": return number(try integer(text), 2)
        case "BININT", "LONG_BINPUT", "LONG_BINGET": return number(try integer(text), 4)
        case "FRAME": return number(try integer(text), 8)
        default:
            guard text.isEmpty else { throw AssemblerError.badLine("\(name) \(text)") }
            return Data()
        }
    }

    private static func integer(_ text: String) throws -> Int {
        guard let value = Int(text) else { throw AssemblerError.badLine(text) }
        return value
    }
}
