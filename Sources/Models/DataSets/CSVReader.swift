import BulwarkTensors
import Foundation

/// Reads a table with a header: columns of decimal numbers, and one column of labels.
///
/// Labels that are all numbers have to be whole and not negative, and are classes themselves. If one label is
/// anything else, all of them are names, and the classes are the names in the order of their code points.
public enum CSVReader {
    /// The table in `data`, by the rules of RFC 4180; see `CSVRecords` for the few liberties taken.
    ///
    /// - Parameters:
    ///   - data: The file's bytes, UTF-8.
    ///   - labelColumn: The name of the label's column or, where no column has that name, its number from 1.
    ///     If nil: the column called label, class, target or y (the first of these that exists, in any case),
    ///     else the last one.
    ///   - limits: How much may be read.
    /// - Returns: The features `[N, columns]`, with their names, and the labels.
    /// - Throws: `DataSetError` with the line and column of the first fault.
    public static func read(
        _ data: Data,
        labelColumn: String? = nil,
        limits: ReadLimits = ReadLimits()
    ) throws(DataSetError) -> DataSet {
        try read(ByteView(data), labelColumn: labelColumn, limits: limits)
    }

    static func read(
        _ bytes: ByteView,
        labelColumn: String?,
        limits: ReadLimits
    ) throws(DataSetError) -> DataSet {
        var records = CSVRecords(bytes, limits: limits)
        let header = try CSVHeader(&records, labelColumn: labelColumn)
        var features: [Float] = []
        var labels = CSVLabels()
        while try records.advance() {
            guard records.cells.count == header.names.count else {
                throw DataSetError(
                    .raggedRow(found: records.cells.count, expected: header.names.count),
                    at: .init(line: records.line)
                )
            }
            guard features.count + header.featureNames.count <= limits.maximumElements else {
                let found = features.count + header.featureNames.count
                throw DataSetError(
                    .overLimit(.elements, found: found, maximum: limits.maximumElements),
                    at: .init(line: records.line)
                )
            }
            for (column, cell) in records.cells.enumerated() {
                do throws(DataSetError) {
                    if column == header.labelColumn {
                        try labels.append(cell, line: records.line)
                    } else {
                        features.append(try feature(cell))
                    }
                } catch {
                    throw DataSetError(error.fault, at: header.place(line: records.line, column: column))
                }
            }
        }
        guard labels.count > 0 else { throw DataSetError(.noSamples) }
        let classes: CSVLabels.Classes
        do throws(DataSetError) {
            classes = try labels.classes()
        } catch {
            throw DataSetError(
                error.fault,
                at: header.place(line: error.place.line ?? 0, column: header.labelColumn)
            )
        }
        return try DataSet(
            inputs: Tensor(Shape(trusted: [labels.count, header.featureNames.count]), features),
            labels: classes.labels,
            classNames: classes.names,
            featureNames: header.featureNames,
            notes: header.notes + classes.notes
        )
    }

    private static func feature(_ cell: CSVCell) throws(DataSetError) -> Float {
        guard !cell.isEmpty else { throw DataSetError(.missingValue) }
        guard let number = cell.number else { throw DataSetError(.notANumber) }
        let value = Float(number)
        guard value.isFinite else { throw DataSetError(.notFinite) }
        return value
    }
}

/// The first line of a table.
private struct CSVHeader {
    let names: [String]
    let labelColumn: Int
    let notes: [String]

    init(_ records: inout CSVRecords, labelColumn wanted: String?) throws(DataSetError) {
        guard try records.advance() else { throw DataSetError(.noSamples) }
        var names: [String] = []
        for cell in records.cells {
            guard let name = cell.text else {
                throw DataSetError(
                    .malformed("the name is not UTF-8"),
                    at: .init(line: records.line, column: names.count + 1)
                )
            }
            names.append(name)
        }
        guard names.count > 1 else { throw DataSetError(.tooFewColumns, at: .init(line: records.line)) }
        // Libraries number columns that have no names: 0, 1, 2, …; other numbers mean that there is no
        // header.
        let isNumbered = names.dropLast().elementsEqual((0..<names.count - 1).map(String.init))
        guard isNumbered || !records.cells.allSatisfy({ $0.number != nil }) else {
            throw DataSetError(.missingHeader, at: .init(line: records.line))
        }
        self.names = names
        labelColumn = try Self.column(wanted, of: names)
        var notes: [String] = []
        if wanted == nil { notes.append("column \(labelColumn + 1) read as the label") }
        for (column, name) in names.enumerated() where name.isEmpty && column != labelColumn {
            notes.append("column \(column + 1) has no name and was read as a feature")
        }
        self.notes = notes
    }

    var featureNames: [String] {
        var names = names
        names.remove(at: labelColumn)
        return names
    }

    func place(line: Int, column: Int) -> DataSetError.Place {
        .init(line: line, column: column + 1, columnName: names[column])
    }

    private static func column(_ wanted: String?, of names: [String]) throws(DataSetError) -> Int {
        guard let wanted else {
            let known = ["label", "class", "target", "y"].lazy.compactMap { name in
                names.firstIndex { $0.lowercased() == name }
            }
            return known.first ?? names.count - 1
        }
        let matches = names.indices.filter { names[$0] == wanted }
        guard matches.count <= 1 else { throw DataSetError(.ambiguousColumn(wanted)) }
        if let match = matches.first { return match }
        guard let number = Int(wanted), (1...names.count).contains(number) else {
            throw DataSetError(.missingColumn(wanted))
        }
        return number - 1
    }
}

/// The labels of a table while it is read: each distinct text once.
private struct CSVLabels {
    private var texts: [String] = []
    private var numbers: [Double?] = []
    private var firstLines: [Int] = []
    private var positions: [String: Int] = [:]
    private var chosen: [Int] = []

    struct Classes {
        let labels: [Int]
        let names: [String]?
        let notes: [String]
    }

    var count: Int { chosen.count }

    mutating func append(_ cell: CSVCell, line: Int) throws(DataSetError) {
        guard !cell.isEmpty else { throw DataSetError(.missingValue) }
        guard let text = cell.text else { throw DataSetError(.malformed("the label is not UTF-8")) }
        if let position = positions[text] {
            chosen.append(position)
            return
        }
        positions[text] = texts.count
        chosen.append(texts.count)
        texts.append(text)
        numbers.append(cell.number)
        firstLines.append(line)
    }

    /// The classes, once every label is known.
    func classes() throws(DataSetError) -> Classes {
        guard numbers.allSatisfy({ $0 != nil }) else { return namedClasses() }
        var labels: [Int] = []
        for (position, number) in numbers.enumerated() {
            switch ParsedLabel(number ?? .nan) {
            case .whole(let label): labels.append(label)
            case .wrong(let fault): throw DataSetError(fault, at: .init(line: firstLines[position]))
            }
        }
        let haveFractions = texts.contains { Int($0) == nil }
        return Classes(
            labels: chosen.map { labels[$0] },
            names: nil,
            notes: haveFractions ? ["labels written as whole floating-point numbers"] : []
        )
    }

    private func namedClasses() -> Classes {
        let order = texts.indices.sorted { texts[$0].utf8.lexicographicallyPrecedes(texts[$1].utf8) }
        var ranks = [Int](repeating: 0, count: texts.count)
        for (rank, position) in order.enumerated() { ranks[position] = rank }
        return Classes(
            labels: chosen.map { ranks[$0] },
            names: order.map { texts[$0] },
            notes: ["labels are positions in the sorted names of \(texts.count) classes"]
        )
    }
}
