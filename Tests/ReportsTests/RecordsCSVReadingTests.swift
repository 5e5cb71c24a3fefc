import BulwarkReports
import Foundation
import Testing

struct RecordsCSVReadingTests {
    private func outcomes(_ text: String) throws -> [RecordsCSV.Outcome] {
        try RecordsCSV.outcomes(in: Data(text.utf8))
    }

    @Test func whatIsWrittenReadsBack() throws {
        let records = Fixtures.records
        let found = try outcomes(RecordsCSV.render(records: records))
        #expect(found.map(\.sample) == records.map(\.sample))
        #expect(found.map(\.isBroken) == records.map(\.isBroken))
        #expect(found.map(\.wasAttacked) == records.map(\.wasAttacked))
        #expect(found.map(\.cleanPrediction) == records.map(\.cleanPrediction))
    }

    @Test func columnsMayStandInAnyOrder() throws {
        let found = try outcomes("broken,attacked,clean_prediction,label,sample,more\ntrue,true,3,3,17,x\n")
        #expect(found.count == 1 && found[0].sample == 17 && found[0].isBroken && found[0].label == 3)
    }

    @Test func whatIsWrongIsNamed() {
        #expect(throws: RecordsCSVError.missingColumn("sample")) { try outcomes("") }
        #expect(throws: RecordsCSVError.missingColumn("broken")) {
            try outcomes("sample,label,clean_prediction,attacked\n1,2,2,true\n")
        }
        let header = "sample,label,clean_prediction,attacked,broken\n"
        #expect(throws: RecordsCSVError.malformed(line: 2, reason: "2 fields, fewer than the header's")) {
            try outcomes(header + "1,2\n")
        }
        for line in ["x,2,2,true,true", "1,2,2,yes,true", "1,99999999999999999999,2,true,true"] {
            #expect(
                throws: RecordsCSVError.malformed(line: 2, reason: "a field is not of its column's type")
            ) { try outcomes(header + line) }
        }
        #expect(throws: RecordsCSVError.notText) {
            try RecordsCSV.outcomes(in: Data([0x73, 0xFF, 0xFE, 0x0A]))
        }
    }
}
