import BulwarkProvenance
import Foundation

extension TextTable {
    /// Reads a CSV file whose first line names its columns.
    ///
    /// - Throws: `TableError` with the line and column of the first fault.
    public init(csv: Data, limits: TableLimits = TableLimits()) throws(TableError) {
        guard csv.count <= limits.maximumBytes else {
            throw .tooLarge(bytes: csv.count, maximum: limits.maximumBytes)
        }
        var records = CSVTextRecords([UInt8](csv), limits: limits)
        guard try records.advance(keepsEmptyLines: false) else { throw .empty }
        var columns: [TextColumn] = []
        var names: Set<ExactString> = []
        for name in records.fields {
            guard !name.isEmpty else { throw .unnamedColumn(column: columns.count + 1) }
            guard names.insert(ExactString(name)).inserted else { throw .duplicateColumn(name: name) }
            columns.append(TextColumn(name: name))
        }
        var rowCount = 0
        while try records.advance(keepsEmptyLines: columns.count == 1) {
            guard records.fields.count == columns.count else {
                throw .raggedRow(
                    line: records.line,
                    found: records.fields.count,
                    expected: columns.count
                )
            }
            guard rowCount < limits.maximumRows else { throw .tooManyRows(maximum: limits.maximumRows) }
            for (place, field) in records.fields.enumerated() { columns[place].append(field) }
            rowCount += 1
        }
        guard rowCount > 0 else { throw .noRows }
        self.init(columns: columns, rowCount: rowCount)
    }

    /// The table as CSV (RFC 4180): a header, CRLF behind every record, quotes where they are needed.
    public var csv: Data {
        var bytes: [UInt8] = []
        // Readers skip empty lines.
        let empty = Array((columns.count == 1 ? "\"\"" : "").utf8)
        let fields = columns.map { column in column.values.map { $0.isEmpty ? empty : Self.field($0) } }
        Self.append(columns.map { Self.field($0.name) }, to: &bytes)
        for row in 0..<rowCount {
            Self.append(columns.indices.map { fields[$0][columns[$0].codes[row]] }, to: &bytes)
        }
        return Data(bytes)
    }

    /// The table for somebody who opens it in a spreadsheet: cells that would be taken for formulas have an
    /// apostrophe in front.
    public var withoutFormulas: TextTable {
        func guarded(_ text: String) -> String {
            text.utf8.first.map("=+-@\t\r".utf8.contains) ?? false ? "'\(text)" : text
        }
        let columns = columns.map { column in
            TextColumn(name: guarded(column.name), column.codes.lazy.map { guarded(column.values[$0]) })
        }
        return TextTable(columns: columns, rowCount: rowCount)
    }

    private static func append(_ fields: [[UInt8]], to bytes: inout [UInt8]) {
        for (place, field) in fields.enumerated() {
            if place > 0 { bytes.append(UInt8(ascii: ",")) }
            bytes += field
        }
        bytes += [0x0D, 0x0A]
    }

    private static func field(_ text: String) -> [UInt8] {
        let special = [UInt8(ascii: ","), UInt8(ascii: "\""), 0x0A, 0x0D]
        let isPadded = text.utf8.first == 0x20 || text.utf8.last == 0x20
        // At the beginning of a file these bytes would be taken for a mark and dropped.
        let hasMark = text.utf8.starts(with: [0xEF, 0xBB, 0xBF])
        guard isPadded || hasMark || text.utf8.contains(where: special.contains) else {
            return Array(text.utf8)
        }
        var field = [UInt8(ascii: "\"")]
        for byte in text.utf8 {
            if byte == UInt8(ascii: "\"") { field.append(byte) }
            field.append(byte)
        }
        return field + [UInt8(ascii: "\"")]
    }
}
