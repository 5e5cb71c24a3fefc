import BulwarkReports
import Testing

struct RecordsCSVTests {
    /// Rows of fields, read as RFC 4180 says.
    private static func read(_ text: String) -> [[String]] {
        var rows: [[String]] = []
        var row: [String] = []
        var field = ""
        var isQuoted = false
        var scalars = Array(text.unicodeScalars)[...]
        while let scalar = scalars.popFirst() {
            switch scalar {
            case "\"" where isQuoted && scalars.first == "\"":
                field += "\""
                scalars.removeFirst()
            case "\"": isQuoted.toggle()
            case "," where !isQuoted:
                row.append(field)
                field = ""
            case "\r" where !isQuoted && scalars.first == "\n":
                scalars.removeFirst()
                rows.append(row + [field])
                (row, field) = ([], "")
            default: field.unicodeScalars.append(scalar)
            }
        }
        return field.isEmpty && row.isEmpty ? rows : rows + [row + [field]]
    }

    @Test func thereIsOneLineForEachRecordBelowTheHeader() {
        let rows = Self.read(RecordsCSV.render(records: Fixtures.records))
        #expect(rows.count == 1 + Fixtures.records.count)
        #expect(
            rows[0].joined(separator: ",")
                == "sample,label,clean_prediction,adversarial_prediction,attacked,broken,linf,l2,l1,l0,queries,"
                + "gradients,restart,seed,claimed,violation,queries_to_success,nearest,proved"
        )
        #expect(rows.allSatisfy { $0.count == RecordsCSV.columns.count })
    }

    @Test func everyFieldReadsBackAsItself() throws {
        let rows = Self.read(RecordsCSV.render(records: Fixtures.records)).dropFirst()
        for (record, row) in zip(Fixtures.records, rows) {
            #expect(
                row[0..<4].map { Int($0) } == [
                    record.sample, record.label, record.cleanPrediction, record.adversarialPrediction,
                ]
            )
            #expect(row[4..<6].map { Bool($0) } == [record.wasAttacked, record.isBroken])
            let distances = record.distances
            #expect(
                row[6..<10].map { Double($0) } == [distances.linf, distances.l2, distances.l1, distances.l0]
            )
            #expect(row[10..<13].map { Int($0) } == [record.queries, record.gradients, record.restart])
            #expect(UInt64(row[13]) == record.seed)
            #expect(Bool(row[14]) == record.claimed)
            #expect(row[15] == record.violation ?? "")
            #expect(Int(row[16]) == record.queriesToSuccess)
            #expect(Double(row[17]) == record.nearest)
            #expect(Double(row[18]) == record.proved)
        }
    }

    @Test func withoutRecordsThereIsStillAHeader() {
        #expect(RecordsCSV.render(records: []) == RecordsCSV.columns.joined(separator: ",") + "\r\n")
    }
}
