/// The records of a CSV file, one at a time, by the rules of RFC 4180.
///
/// Fields are separated by commas; a quoted field may contain commas, line breaks and doubled quotes. Lines
/// end with LF or CRLF. Blank lines are skipped, and spaces and tabs around an unquoted field are no part of
/// it.
struct CSVRecords {
    /// The cells of the record that `advance` found; memory is used again for the next one.
    private(set) var cells: [CSVCell] = []
    /// The line on which that record begins, from 1.
    private(set) var line = 0

    private let bytes: [UInt8]
    private let maximumRecordBytes: Int
    private var offset: Int
    private var nextLine = 1

    init(_ bytes: ByteView, limits: ReadLimits) {
        self.bytes = [UInt8](bytes.data)
        maximumRecordBytes = limits.maximumRecordBytes
        let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
        offset = bytes.starts(with: byteOrderMark) ? byteOrderMark.count : 0
    }

    /// Moves to the next record; false at the end of the file.
    mutating func advance() throws(DataSetError) -> Bool {
        while offset < bytes.count, skipsLineBreak() {}
        guard offset < bytes.count else { return false }
        line = nextLine
        cells.removeAll(keepingCapacity: true)
        let start = offset
        while true {
            cells.append(try cell())
            guard offset - start <= maximumRecordBytes else {
                throw DataSetError(
                    .overLimit(.recordBytes, found: offset - start, maximum: maximumRecordBytes),
                    at: .init(line: line)
                )
            }
            guard offset < bytes.count, bytes[offset] == .comma else { break }
            offset += 1
        }
        if offset < bytes.count, !skipsLineBreak() {
            throw error("a quoted field goes on after its quote, or a line ends with CR alone")
        }
        return true
    }

    private func error(_ problem: String) -> DataSetError {
        DataSetError(.malformed(problem), at: .init(line: line, column: cells.count + 1))
    }

    private mutating func skipsLineBreak() -> Bool {
        if bytes[offset] == .lineFeed {
            offset += 1
        } else if bytes[offset] == .carriageReturn, offset + 1 < bytes.count, bytes[offset + 1] == .lineFeed {
            offset += 2
        } else {
            return false
        }
        nextLine += 1
        return true
    }

    private mutating func cell() throws(DataSetError) -> CSVCell {
        while offset < bytes.count, bytes[offset].isBlank { offset += 1 }
        if offset < bytes.count, bytes[offset] == .quote { return try quotedCell() }
        let start = offset
        var end = offset
        while offset < bytes.count {
            let byte = bytes[offset]
            if byte == .comma || byte == .lineFeed || byte == .carriageReturn { break }
            guard byte != .quote else { throw error("an unquoted field has a quote in it") }
            offset += 1
            if !byte.isBlank { end = offset }
        }
        return CSVCell(bytes: bytes[start..<end], hasDoubledQuotes: false)
    }

    private mutating func quotedCell() throws(DataSetError) -> CSVCell {
        offset += 1
        let start = offset
        var hasDoubledQuotes = false
        while offset < bytes.count, offset - start <= maximumRecordBytes {
            let byte = bytes[offset]
            offset += 1
            if byte == .lineFeed { nextLine += 1 }
            guard byte == .quote else { continue }
            if offset < bytes.count, bytes[offset] == .quote {
                hasDoubledQuotes = true
                offset += 1
                continue
            }
            let end = offset - 1
            while offset < bytes.count, bytes[offset].isBlank { offset += 1 }
            if offset < bytes.count, ![.comma, .lineFeed, .carriageReturn].contains(bytes[offset]) {
                throw error("a quoted field goes on after its quote")
            }
            return CSVCell(bytes: bytes[start..<end], hasDoubledQuotes: hasDoubledQuotes)
        }
        throw error("a quoted field has no end")
    }
}

/// A cell of a CSV file.
struct CSVCell {
    let bytes: ArraySlice<UInt8>
    let hasDoubledQuotes: Bool

    var isEmpty: Bool { bytes.isEmpty }

    /// The text, or nil if it is not UTF-8.
    var text: String? {
        let text = String(validating: bytes, as: UTF8.self)
        return hasDoubledQuotes ? text?.replacing("\"\"", with: "\"") : text
    }

    /// The cell as a decimal number: an optional sign, digits with at most one point, an optional exponent.
    ///
    /// Hexadecimal numbers, "nan" and "inf" are none.
    var number: Double? {
        if let short = shortNumber { return short }
        guard bytes.count <= 400, bytes.allSatisfy(\.isNumeric) else { return nil }
        return Double(String(decoding: bytes, as: UTF8.self))
    }

    /// The number if it has up to 15 digits and no exponent, as nearly all cells do; nil says nothing.
    ///
    /// Digits and power of ten are then exact, so that their quotient is rounded once. Source: Clinger, "How
    /// to read floating point numbers accurately" (PLDI 1990), section 5.
    private var shortNumber: Double? {
        var digits: Int64 = 0
        var count = 0
        var power: Double?
        let isNegative = bytes.first == UInt8(ascii: "-")
        for byte in bytes.dropFirst(isNegative ? 1 : 0) {
            if byte == UInt8(ascii: "."), power == nil {
                power = 1
                continue
            }
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte), count < 15 else { return nil }
            digits = digits * 10 + Int64(byte - UInt8(ascii: "0"))
            count += 1
            power = power.map { $0 * 10 }
        }
        guard count > 0 else { return nil }
        let magnitude = Double(digits) / (power ?? 1)
        return isNegative ? -magnitude : magnitude
    }
}

extension UInt8 {
    fileprivate static let comma = UInt8(ascii: ",")
    fileprivate static let quote = UInt8(ascii: "\"")
    fileprivate static let lineFeed = UInt8(ascii: "\n")
    fileprivate static let carriageReturn = UInt8(ascii: "\r")

    fileprivate var isBlank: Bool { self == 0x20 || self == 0x09 }

    /// Whether decimal numbers are written with this character.
    fileprivate var isNumeric: Bool {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."),
            UInt8(ascii: "e"), UInt8(ascii: "E"):
            true
        default: false
        }
    }
}
