import BulwarkProvenance
import Foundation
import Testing

/// Unfolds stored blocks only, which is all that the fixtures use.
func unfoldStored(_ data: Data, _ limit: Int) throws -> Data {
    let bytes = [UInt8](data)
    guard bytes.count >= 5, bytes[0] == 1 else { throw InflateError.damaged }
    let count = Int(bytes[1]) | Int(bytes[2]) << 8
    guard count <= limit else { throw InflateError.tooLong }
    guard count <= bytes.count - 5 else { throw InflateError.damaged }
    return Data(bytes[5..<5 + count])
}

struct ScannerTests {
    private let scanner = ModelScanner(inflate: unfoldStored)

    @Test(arguments: ScanTable.rows)
    func judges(row: ScanRow) throws {
        let report = scanner.scan(try row.file(), named: row.name)
        #expect(report.verdict == row.expected, "\(report.findings)")
    }

    @Test(arguments: ScanTable.rows.filter { $0.expected == .dangerous })
    func theNameOfAFileDecidesNothing(row: ScanRow) throws {
        for name in ["model.safetensors", "notes.txt", "image.png", ""] {
            #expect(scanner.scan(try row.file(), named: name).verdict == .dangerous)
        }
    }

    @Test(arguments: ScanTable.rows)
    func everyPrefixIsReadWithoutATrap(row: ScanRow) throws {
        let data = try row.file()
        for count in stride(from: 0, to: data.count, by: max(1, data.count / 40)) {
            _ = scanner.scan(data.prefix(count), named: row.name)
        }
    }

    @Test(arguments: ScanTable.rows)
    func everyFlippedByteIsReadWithoutATrap(row: ScanRow) throws {
        let data = try row.file()
        for place in stride(from: 0, to: data.count, by: max(1, data.count / 40)) {
            for mask: UInt8 in [0x01, 0x80, 0xFF] {
                var changed = data
                changed[place] ^= mask
                _ = scanner.scan(changed, named: row.name)
            }
        }
    }

    @Test(arguments: ScanTable.bypasses.filter { $0.expected == .dangerous })
    func aContainerHidesNothing(row: ScanRow) throws {
        let data = try row.file()
        let zip = ZipFixture.archive([.init(name: "a.txt", content: data)])
        let tar = TarFixture.archive([TarFixture.member("a.txt", data)])
        let packed = Data([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3]) + ZipFixture.stored(data) + Data(count: 8)
        let array = ScanTable.npy("'|O'") + data
        for file in [zip, tar, packed, array] {
            #expect(scanner.scan(file, named: "a").verdict == .dangerous)
        }
    }

    @Test func aMemberThatUnfoldsTooFarIsReported() throws {
        let bomb = ModelScanner { _, _ in throw InflateError.tooLong }
        let member = ZipFixture.Member(name: "a", content: Data(count: 1 << 21), method: 8, size: 1 << 40)
        let report = bomb.scan(ZipFixture.archive([member]), named: "bomb.zip")
        #expect(report.verdict == .suspicious)
        #expect(report.findings.contains { $0.rule == .archiveBomb })
    }

    @Test func archivesInArchivesEnd() throws {
        var data = Data("text".utf8)
        for _ in 0..<20 { data = ZipFixture.archive([.init(name: "a", content: data)]) }
        #expect(scanner.scan(data, named: "deep.zip").findings.contains { $0.rule == .limit })
    }

    @Test func aFloodOfFindingsHidesNothing() throws {
        var text = "PROTO 2 / "
        for index in 0..<1_000 { text += "GLOBAL somelib Class\(index) / POP / " }
        let report = scanner.scan(try assembled(text + "GLOBAL os system / STOP"), named: "flood.pkl")
        #expect(report.verdict == .dangerous)
        #expect(report.findings.first?.severity == .dangerous)
        #expect(report.findings.count <= ScanLimits().maximumFindings)
    }

    @Test func theReportSaysWhatItRead() throws {
        let report = scanner.scan(try assembled("PROTO 2 / EMPTY_DICT / STOP"), named: "a.pkl")
        #expect(
            report.summary
                == "nothing dangerous found by these rules: only listed imports, 3 instructions in 1 pickle"
        )
        #expect(report.format == "pickle")
    }

    @Test func aReportComesBackFromJSON() throws {
        let report = scanner.scan(try ScanTable.call("os", "system"), named: "a.pkl")
        let reports = ScanReports(files: [report])
        #expect(try JSONDecoder().decode(ScanReports.self, from: JSONEncoder().encode(reports)) == reports)
        #expect(reports.verdict == .dangerous)
    }

    @Test func namesFromAFileAreMadePrintable() throws {
        let report = scanner.scan(try assembled("PROTO 2 / GLOBAL os sys\u{1B}[31m / STOP"), named: "a.pkl")
        #expect(report.findings.allSatisfy { !$0.what.contains("\u{1B}") })
        #expect(report.verdict == .dangerous)
    }
}
