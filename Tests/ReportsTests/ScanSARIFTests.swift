import BulwarkProvenance
import BulwarkReports
import Foundation
import Testing

struct ScanSARIFTests {
    private static func log() throws -> JSON {
        let scanner = ModelScanner { _, _ in throw InflateError.damaged }
        let attack = Data("cposix\nsystem\n(S'id'\ntR.".utf8)
        let reports = ScanReports(files: [
            scanner.scan(attack, named: "models/an attack.pkl"),
            scanner.scan(Data([0x80, 2, 0x7D, 0x2E]), named: "models/plain.pkl"),
        ])
        return try JSON(ScanSARIF.render(reports, version: "1.0"))
    }

    @Test func whatIsWrittenFitsTheSchema() throws {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let file = folder.appendingPathComponent("Vectors/sarif/written-2.1.0.json")
        let schema = JSONSchema(root: try JSON(Data(contentsOf: file)))
        #expect(try schema.faults(of: Self.log()) == [])
    }

    @Test func everyResultFindsItsRuleAndItsFile() throws {
        let run = try #require(try Self.log().at("runs.0"))
        let rules = try #require(run.at("tool.driver.rules")).array.map { $0["id"]?.string }
        #expect(rules.count == ScanRule.allCases.count)
        let results = try #require(run["results"]).array
        #expect(!results.isEmpty)
        for result in results {
            let index = try #require(result["ruleIndex"]?.number)
            #expect(rules[Int(index)] == result["ruleId"]?.string)
            let uri = result.at("locations.0.physicalLocation.artifactLocation.uri")?.string
            #expect(uri == "models/an%20attack.pkl")
            #expect(result["level"]?.string == "error" || result["level"]?.string == "warning")
        }
        #expect(run["artifacts"]?.array.count == 2)
    }
}
