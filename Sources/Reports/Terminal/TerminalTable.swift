/// A table as plain text, in columns of even width.
public struct TerminalTable: Sendable {
    /// A column's heading and the side its cells lean to.
    public struct Column: Sendable {
        /// The heading.
        public var title: String
        /// Whether cells lean to the right, as numbers do.
        public var isNumeric: Bool

        /// Both parts.
        public init(_ title: String, isNumeric: Bool = false) {
            self.title = title
            self.isNumeric = isNumeric
        }
    }

    /// The columns.
    public var columns: [Column]
    /// The cells, a row at a time; a missing cell is empty.
    public var rows: [[String]]

    /// Both parts.
    public init(columns: [Column], rows: [[String]]) {
        self.columns = columns
        self.rows = rows
    }

    private static let gap = "  "

    /// The table, its lines ending in line breaks, without spaces at their ends.
    ///
    /// - Parameter maximumWidth: How many characters a line may have; the first column gives way to the
    ///   others, down to eight characters.
    /// - Returns: A line of headings and a line a row.
    public func render(maximumWidth: Int = 100) -> String {
        let lines = ([columns.map(\.title)] + rows).map { row in
            columns.indices.map { row.indices.contains($0) ? VisibleText.line(row[$0]) : "" }
        }
        var widths = columns.indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
        let total = widths.reduce(0, +) + Self.gap.count * max(columns.count - 1, 0)
        if total > maximumWidth, !widths.isEmpty {
            widths[0] = max(min(8, widths[0]), widths[0] - (total - maximumWidth))
        }
        return lines.map { line($0, widths) + "\n" }.joined()
    }

    private func line(_ cells: [String], _ widths: [Int]) -> String {
        let padded = columns.indices.map { column -> String in
            let cell = Self.shortened(cells[column], to: widths[column])
            let padding = String(repeating: " ", count: widths[column] - cell.count)
            return columns[column].isNumeric ? padding + cell : cell + padding
        }
        let text = padded.joined(separator: Self.gap)
        return String(text.reversed().drop { $0 == " " }.reversed())
    }

    /// A text that ends in "…" if it was longer than `width`.
    private static func shortened(_ text: String, to width: Int) -> String {
        text.count <= width ? text : text.prefix(max(width - 1, 0)) + "…"
    }
}
