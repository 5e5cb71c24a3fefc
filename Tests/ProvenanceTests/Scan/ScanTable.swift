import BulwarkProvenance
import Foundation

/// A file and the verdict it must get.
struct ScanRow: Sendable, CustomStringConvertible {
    let name: String
    let expected: ScanVerdict
    let file: @Sendable () throws -> Data

    init(_ name: String, _ expected: ScanVerdict, _ file: @escaping @Sendable () throws -> Data) {
        (self.name, self.expected, self.file) = (name, expected, file)
    }

    var description: String { name }
}

/// Files that scanners are known to have judged rightly or wrongly, built from the description of what is in
/// them.
enum ScanTable {
    static var rows: [ScanRow] {
        pickles + morePickles + brokenPickles + archives + exploits + nested + templates + models + bypasses
            + torch + more
    }

    /// A pickle that calls something with a text, in protocol 4.
    static func call(_ module: String, _ name: String, _ argument: String = "echo") throws -> Data {
        try assembled(
            """
            PROTO 4 / FRAME / SHORT_BINUNICODE \(module) / MEMOIZE / SHORT_BINUNICODE \(name) / MEMOIZE /
            STACK_GLOBAL / MEMOIZE / SHORT_BINUNICODE \(argument) / MEMOIZE / TUPLE1 / MEMOIZE / REDUCE /
            MEMOIZE / STOP
            """
        )
    }

    /// A dictionary of text and bytes, in protocol 4.
    static func dictionary(_ entries: [(String, Data)]) throws -> Data {
        var data = try assembled("PROTO 4 / EMPTY_DICT / MARK")
        for (key, value) in entries {
            data += try assembled("SHORT_BINUNICODE \(key)")
            data += Data([0x42]) + Assembler.number(value.count, 4) + value
        }
        return try data + assembled("SETITEMS / STOP")
    }

    static func text(_ text: String) -> @Sendable () throws -> Data { { Data(text.utf8) } }

    static func hexadecimal(_ data: Data) -> Data {
        Data(data.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined().utf8)
    }
}
