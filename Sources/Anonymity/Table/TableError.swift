import BulwarkProvenance

/// What is wrong with a table, and on which line.
public enum TableError: Error, Hashable, Sendable {
    /// The file has more bytes than are read.
    case tooLarge(bytes: Int, maximum: Int)
    /// There is no header.
    case empty
    /// There is a header and no row.
    case noRows
    /// There are more rows than are read.
    case tooManyRows(maximum: Int)
    /// A record has more columns than are read.
    case tooManyColumns(line: Int, maximum: Int)
    /// A field is longer than any that is read.
    case fieldTooLong(line: Int, column: Int, maximum: Int)
    /// A record has fewer or more fields than the header.
    case raggedRow(line: Int, found: Int, expected: Int)
    /// The rules of RFC 4180 are broken.
    case malformed(problem: String, line: Int, column: Int)
    /// A field is not UTF-8.
    case notText(line: Int, column: Int)
    /// A column has no name.
    case unnamedColumn(column: Int)
    /// Two columns have one name.
    case duplicateColumn(name: String)
}

extension TableError: CustomStringConvertible {
    /// The error in words; of the content, only names of columns are repeated.
    public var description: String {
        switch self {
        case .tooLarge(let bytes, let maximum): "the table has \(bytes) bytes; at most \(maximum) are read"
        case .empty: "the table is empty; a line with the names of the columns is expected"
        case .noRows: "the table has no rows"
        case .tooManyRows(let maximum): "the table has more than \(maximum) rows"
        case .tooManyColumns(let line, let maximum): "line \(line): there are more than \(maximum) columns"
        case .fieldTooLong(let line, let column, let maximum):
            "line \(line), column \(column): the field has more than \(maximum) bytes"
        case .raggedRow(let line, let found, let expected):
            "line \(line): there are \(found) fields and \(expected) columns"
        case .malformed(let problem, let line, let column): "line \(line), column \(column): \(problem)"
        case .notText(let line, let column): "line \(line), column \(column): the field is not UTF-8"
        case .unnamedColumn(let column): "column \(column) has no name"
        case .duplicateColumn(let name): "there are two columns '\(name.printable)'"
        }
    }
}
