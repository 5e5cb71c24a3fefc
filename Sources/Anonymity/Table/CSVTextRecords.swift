/// The records of a CSV file by RFC 4180, with every character of a field as it stands in the file.
///
/// The reader of numeric tables takes spaces off fields; a text may mean them. Lines end with LF or CRLF. An
/// empty line is skipped unless the table has one column, where it is an empty field.
struct CSVTextRecords {
    private(set) var fields: [String] = []
    /// The line on which the record begins, from 1.
    private(set) var line = 0

    private let bytes: [UInt8]
    private let limits: TableLimits
    private var offset = 0
    private var nextLine = 1

    init(_ bytes: [UInt8], limits: TableLimits) {
        (self.bytes, self.limits) = (bytes, limits)
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { offset = 3 }
    }

    /// Moves to the next record; false at the end of the file.
    mutating func advance(keepsEmptyLines: Bool) throws(TableError) -> Bool {
        if !keepsEmptyLines { while offset < bytes.count, skipsLineBreak() {} }
        guard offset < bytes.count else { return false }
        line = nextLine
        fields.removeAll(keepingCapacity: true)
        while true {
            guard fields.count < limits.maximumColumns else {
                throw .tooManyColumns(line: line, maximum: limits.maximumColumns)
            }
            fields.append(try field())
            guard offset < bytes.count, bytes[offset] == .comma else { break }
            offset += 1
        }
        guard offset == bytes.count || skipsLineBreak() else {
            throw error("a line ends with CR alone")
        }
        return true
    }

    private func error(_ problem: String) -> TableError {
        .malformed(problem: problem, line: line, column: fields.count + 1)
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

    private mutating func field() throws(TableError) -> String {
        guard offset < bytes.count, bytes[offset] == .quote else {
            let start = offset
            while offset < bytes.count {
                let byte = bytes[offset]
                if byte == .comma || byte == .lineFeed || byte == .carriageReturn { break }
                guard byte != .quote else { throw error("an unquoted field has a quote in it") }
                offset += 1
            }
            return try text(bytes[start..<offset])
        }
        return try quotedField()
    }

    private mutating func quotedField() throws(TableError) -> String {
        offset += 1
        let start = offset
        var content: [UInt8] = []
        var piece = start
        while offset < bytes.count {
            let byte = bytes[offset]
            offset += 1
            guard offset - start <= limits.maximumFieldBytes + 1 else { break }
            if byte == .lineFeed { nextLine += 1 }
            guard byte == .quote else { continue }
            content += bytes[piece..<offset - 1]
            if offset < bytes.count, bytes[offset] == .quote {
                piece = offset
                offset += 1
                continue
            }
            if offset < bytes.count, ![.comma, .lineFeed, .carriageReturn].contains(bytes[offset]) {
                throw error("a quoted field goes on after its quote")
            }
            return try text(content[...])
        }
        guard offset - start <= limits.maximumFieldBytes else { throw tooLong }
        throw error("a quoted field has no end")
    }

    private var tooLong: TableError {
        .fieldTooLong(line: line, column: fields.count + 1, maximum: limits.maximumFieldBytes)
    }

    private func text(_ content: ArraySlice<UInt8>) throws(TableError) -> String {
        guard content.count <= limits.maximumFieldBytes else { throw tooLong }
        guard let text = String(validating: content, as: UTF8.self) else {
            throw .notText(line: line, column: fields.count + 1)
        }
        return text
    }
}

extension UInt8 {
    fileprivate static let comma = UInt8(ascii: ",")
    fileprivate static let quote = UInt8(ascii: "\"")
    fileprivate static let lineFeed = UInt8(ascii: "\n")
    fileprivate static let carriageReturn = UInt8(ascii: "\r")
}
