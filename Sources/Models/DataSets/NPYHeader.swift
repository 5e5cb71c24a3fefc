import Foundation

/// The header of an NPY array: the Python dictionary that NumPy writes, read by a parser for just that.
///
/// The dictionary has exactly the keys `descr` (a string), `fortran_order` (`True` or `False`) and `shape` (a
/// tuple of integers), in any order. Source: NumPy Enhancement Proposal 1, "A Simple File Format for NumPy
/// Arrays".
struct NPYHeader: Equatable {
    var elementType: ElementType
    var isColumnMajor: Bool
    var dimensions: [Int]

    /// More axes than NumPy itself can have.
    private static let maximumRank = 64

    init(_ bytes: ByteView) throws(DataSetError) {
        var parser = DictionaryParser(bytes)
        var elementType: ElementType?
        var isColumnMajor: Bool?
        var dimensions: [Int]?
        try parser.expect("{")
        while !parser.accepts("}") {
            let key = try parser.string()
            try parser.expect(":")
            switch key {
            case "descr" where elementType == nil: elementType = try Self.elementType(&parser)
            case "fortran_order" where isColumnMajor == nil: isColumnMajor = try parser.truthValue()
            case "shape" where dimensions == nil:
                dimensions = try parser.tuple(maximumCount: Self.maximumRank)
            default: throw parser.error("the header has an unknown key, or one twice")
            }
            if !parser.accepts(",") {
                try parser.expect("}")
                break
            }
        }
        try parser.expectEnd()
        guard let elementType, let isColumnMajor, let dimensions else {
            throw parser.error("the header lacks one of 'descr', 'fortran_order' and 'shape'")
        }
        self.elementType = elementType
        self.isColumnMajor = isColumnMajor
        self.dimensions = dimensions
    }

    private static func elementType(_ parser: inout DictionaryParser) throws(DataSetError) -> ElementType {
        guard parser.next != UInt8(ascii: "[") else { throw DataSetError(.structuredElements) }
        let description = try parser.string()
        guard let order = description.first else { throw DataSetError(.unsupportedElementType(description)) }
        let code = description.dropFirst()
        if code.first == "O" { throw DataSetError(.pickledObjects) }
        guard let type = ElementType.allCases.first(where: { $0.code == code }) else {
            if code.first == "V" { throw DataSetError(.structuredElements) }
            throw DataSetError(.unsupportedElementType(description))
        }
        switch order {
        case ">" where type.byteCount > 1: throw DataSetError(.bigEndianElements(description))
        case "<", "=", ">": return type
        case "|" where type.byteCount == 1: return type
        default: throw DataSetError(.unsupportedElementType(description))
        }
    }
}

/// Reads the few forms of Python literals that NPY headers have, skipping blanks between them.
private struct DictionaryParser {
    private let bytes: ByteView
    private var offset = 0

    init(_ bytes: ByteView) { self.bytes = bytes }

    /// The next byte that is not blank.
    var next: UInt8? {
        mutating get {
            while offset < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[offset]) { offset += 1 }
            return offset < bytes.count ? bytes[offset] : nil
        }
    }

    func error(_ problem: String) -> DataSetError {
        DataSetError(.malformed(problem), at: .init(byteOffset: offset))
    }

    mutating func accepts(_ character: Unicode.Scalar) -> Bool {
        guard next == UInt8(ascii: character) else { return false }
        offset += 1
        return true
    }

    mutating func expect(_ character: Unicode.Scalar) throws(DataSetError) {
        guard accepts(character) else { throw error("the header has no '\(character)' where one has to be") }
    }

    mutating func expectEnd() throws(DataSetError) {
        guard next == nil else { throw error("the header goes on after its end") }
    }

    /// A string in single or double quotes, without escapes.
    mutating func string() throws(DataSetError) -> String {
        guard let quote = next, quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\"") else {
            throw error("the header has no string where one has to be")
        }
        var end = offset + 1
        while end < bytes.count, bytes[end] != quote {
            guard bytes[end] != UInt8(ascii: "\\") else {
                throw error("the header has a string with escapes")
            }
            end += 1
        }
        guard end < bytes.count, let text = bytes[offset + 1..<end].text else {
            throw error("the header has a string without an end, or that is not UTF-8")
        }
        offset = end + 1
        return text
    }

    mutating func truthValue() throws(DataSetError) -> Bool {
        switch word() {
        case "True": return true
        case "False": return false
        default: throw error("'fortran_order' is neither True nor False")
        }
    }

    /// A tuple of integers like `(3,)` or `(3, 4)`; Python 2 put an `L` behind large ones.
    mutating func tuple(maximumCount: Int) throws(DataSetError) -> [Int] {
        try expect("(")
        var values: [Int] = []
        while !accepts(")") {
            var text = word()
            if text.last == "L" { text.removeLast() }
            guard !text.isEmpty, text.utf8.allSatisfy({ $0 == 0x2D || (0x30...0x39).contains($0) }) else {
                throw error("'shape' is not a tuple of integers")
            }
            guard let value = Int(text) else { throw error("'shape' has a number that is too large") }
            guard values.count < maximumCount else {
                throw error("'shape' has more than \(maximumCount) axes")
            }
            values.append(value)
            if !accepts(",") {
                guard values.count > 1 else { throw error("'shape' is not a tuple") }
                try expect(")")
                break
            }
        }
        return values
    }

    private mutating func word() -> String {
        guard next != nil else { return "" }
        let start = offset
        while offset < bytes.count, Self.isWord(bytes[offset]) { offset += 1 }
        return bytes[start..<offset].text ?? ""
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
