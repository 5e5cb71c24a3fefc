import BulwarkEvaluation

/// The per-sample records of an attack as comma-separated values (RFC 4180).
public enum RecordsCSV {
    /// The names of the columns, in order.
    public static let columns = [
        "sample", "label", "clean_prediction", "adversarial_prediction", "attacked", "broken", "linf", "l2",
        "l1", "l0", "queries", "gradients", "restart", "seed", "claimed", "violation", "queries_to_success",
        "nearest", "proved",
    ]

    /// Writes a header and a line for each record, every line ending in CR LF.
    ///
    /// - Parameter records: The records, in the order of the lines.
    /// - Returns: The text. Distances are printed so that reading them back gives the same number.
    public static func render(records: [SampleRecord]) -> String {
        var text = line(columns)
        text.reserveCapacity(text.utf8.count + 128 * records.count)
        for record in records { text += line(fields(of: record)) }
        return text
    }

    private static func fields(of record: SampleRecord) -> [String] {
        [
            "\(record.sample)", "\(record.label)", "\(record.cleanPrediction)",
            "\(record.adversarialPrediction)", "\(record.wasAttacked)", "\(record.isBroken)",
            "\(record.distances.linf)", "\(record.distances.l2)", "\(record.distances.l1)",
            l0(record.distances.l0), "\(record.queries)", "\(record.gradients)", "\(record.restart)",
            "\(record.seed)", "\(record.claimed)", record.violation ?? "",
            record.queriesToSuccess.map { "\($0)" } ?? "", record.nearest.map { "\($0)" } ?? "",
            record.proved.map { "\($0)" } ?? "",
        ]
    }

    /// A count of elements without a decimal point.
    private static func l0(_ distance: Double) -> String {
        Int(exactly: distance).map { "\($0)" } ?? "\(distance)"
    }

    static func line(_ fields: [String]) -> String {
        fields.map(quoted).joined(separator: ",") + "\r\n"
    }

    /// A field in quotes where it needs them; quotes inside are doubled (RFC 4180, section 2).
    private static func quoted(_ field: String) -> String {
        // Over bytes, because CR LF is a single Swift character.
        let needsQuotes = field.utf8.contains { byte in
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: ","), UInt8(ascii: "\r"), UInt8(ascii: "\n"): true
            default: false
            }
        }
        guard needsQuotes else { return field }
        var result = "\""
        for character in field.unicodeScalars {
            if character == "\"" { result += "\"" }
            result.unicodeScalars.append(character)
        }
        return result + "\""
    }
}
