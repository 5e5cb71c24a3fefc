import BulwarkProvenance

/// A table of texts with named columns.
public struct TextTable: Sendable {
    /// The columns, in the order of the file; all have the same number of rows.
    public let columns: [TextColumn]
    /// How many rows there are, without the header.
    public let rowCount: Int

    package init(columns: [TextColumn], rowCount: Int) {
        precondition(
            columns.allSatisfy { $0.codes.count == rowCount },
            "every column has a cell in every row"
        )
        (self.columns, self.rowCount) = (columns, rowCount)
    }

    /// The column of a name; nil if there is none.
    public func column(_ name: String) -> TextColumn? {
        columns.first { ExactString($0.name) == ExactString(name) }
    }
}

/// A column of texts, each distinct one kept once.
///
/// Texts are the same only if their bytes are: what reads alike and is written otherwise could be told apart
/// by whoever gets the table.
public struct TextColumn: Sendable {
    /// What the header calls it.
    public let name: String
    /// The distinct texts, in the order in which they first occur.
    public private(set) var values: [String] = []
    /// For each row the place of its text in `values`.
    public private(set) var codes: [Int] = []
    private var places: [ExactString: Int] = [:]

    package init(name: String) { self.name = name }

    package init(name: String, _ texts: some Sequence<String>) {
        self.init(name: name)
        for text in texts { append(text) }
    }

    /// The text of a row.
    public subscript(row: Int) -> String { values[codes[row]] }

    mutating func append(_ text: String) {
        let key = ExactString(text)
        if let place = places[key] {
            codes.append(place)
        } else {
            places[key] = values.count
            codes.append(values.count)
            values.append(text)
        }
    }

    /// The column with every text replaced, which is asked for once a distinct text.
    func map<Failure: Error>(
        _ transform: (String) throws(Failure) -> String
    ) throws(Failure) -> TextColumn {
        var texts: [String] = []
        for value in values { texts.append(try transform(value)) }
        return TextColumn(name: name, codes.lazy.map { texts[$0] })
    }

    /// The rows that are kept, in their order.
    func keeping(_ rows: [Int]) -> TextColumn { TextColumn(name: name, rows.lazy.map { self[$0] }) }

    /// The number of the first row that has a text, from 1; the header does not count.
    func firstRow(of code: Int) -> Int { (codes.firstIndex(of: code) ?? 0) + 1 }
}
