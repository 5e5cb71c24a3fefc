import BulwarkEvaluation
import Foundation

/// Why a file of records cannot be read.
public enum RecordsCSVError: Error, Equatable, CustomStringConvertible {
    /// There are more bytes than are read.
    case tooLong(bytes: Int, maximumBytes: Int)
    /// The bytes are not UTF-8.
    case notText
    /// A column is missing.
    case missingColumn(String)
    /// A line has another number of fields than the header, or a field that does not read.
    case malformed(line: Int, reason: String)

    /// The fault in words.
    public var description: String {
        switch self {
        case .tooLong(let bytes, let maximumBytes):
            "records of \(bytes) bytes are longer than the \(maximumBytes) that are read"
        case .notText: "the records are not UTF-8 text"
        case .missingColumn(let name): "there is no column \"\(name)\""
        case .malformed(let line, let reason): "line \(line): \(reason)"
        }
    }
}

extension RecordsCSV {
    /// The most bytes that are read: 256 MiB.
    public static let maximumBytes = 256 << 20

    /// What became of one sample, as far as comparing needs it.
    public struct Outcome: Sendable, Equatable {
        /// The index of the sample in its data set.
        public let sample: Int
        /// The true label.
        public let label: Int
        /// The label predicted without an attack.
        public let cleanPrediction: Int
        /// Whether it was attacked.
        public let wasAttacked: Bool
        /// Whether the attack broke it.
        public let isBroken: Bool
    }

    /// Reads the outcome of each sample from the records of an attack.
    ///
    /// - Parameter data: What `render` wrote, this version's or an older one's.
    /// - Returns: One outcome a line, in the order of the lines.
    /// - Throws: `RecordsCSVError`.
    public static func outcomes(in data: Data) throws(RecordsCSVError) -> [Outcome] {
        let rows = try rows(in: data)
        guard let header = rows.first else { throw .missingColumn("sample") }
        func column(_ name: String) throws(RecordsCSVError) -> Int {
            guard let index = header.firstIndex(where: { $0 == name }) else { throw .missingColumn(name) }
            return index
        }
        let places = (
            try column("sample"), try column("label"), try column("clean_prediction"), try column("attacked"),
            try column("broken")
        )
        var outcomes: [Outcome] = []
        for (index, fields) in rows.enumerated().dropFirst() {
            let last = max(places.0, places.1, places.2, places.3, places.4)
            guard fields.count > last else {
                throw .malformed(line: index + 1, reason: "\(fields.count) fields, fewer than the header's")
            }
            guard let sample = Int(fields[places.0]), let label = Int(fields[places.1]),
                let prediction = Int(fields[places.2]), let wasAttacked = Bool(fields[places.3]),
                let isBroken = Bool(fields[places.4])
            else { throw .malformed(line: index + 1, reason: "a field is not of its column's type") }
            outcomes.append(
                Outcome(
                    sample: sample,
                    label: label,
                    cleanPrediction: prediction,
                    wasAttacked: wasAttacked,
                    isBroken: isBroken
                )
            )
        }
        return outcomes
    }

    /// The fields of each line of a file, the header's first.
    ///
    /// - Parameter data: A file of records.
    /// - Returns: The fields as texts; what does not hold together is for whoever knows the columns to say.
    /// - Throws: `RecordsCSVError.tooLong` or `.notText`.
    public static func rows(in data: Data) throws(RecordsCSVError) -> [[String]] {
        guard data.count <= maximumBytes else {
            throw .tooLong(bytes: data.count, maximumBytes: maximumBytes)
        }
        guard let text = String(data: data, encoding: .utf8) else { throw .notText }
        return rows(of: text)
    }

    /// The fields of each line; quotes may hold commas, line breaks and doubled quotes (RFC 4180).
    private static func rows(of text: String) -> [[String]] {
        var rows: [[String]] = []
        var (row, field, isQuoted, wasQuote) = ([String](), String.UnicodeScalarView(), false, false)
        for scalar in text.unicodeScalars {
            defer { wasQuote = scalar == "\"" && !wasQuote }
            switch scalar {
            case "\"":
                // The second of two quotes inside quotes is one of the text.
                if !isQuoted && wasQuote { field.append(scalar) }
                isQuoted.toggle()
            case "," where !isQuoted:
                row.append(String(field))
                field = String.UnicodeScalarView()
            case "\n" where !isQuoted:
                rows.append(row + [String(field)])
                (row, field) = ([], String.UnicodeScalarView())
            case "\r" where !isQuoted: break
            default: field.append(scalar)
            }
        }
        return field.isEmpty && row.isEmpty ? rows : rows + [row + [String(field)]]
    }
}
