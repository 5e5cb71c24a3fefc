import BulwarkEvaluation
import BulwarkReports
import Foundation
import Testing

/// The schema beside the tests is of what Bulwark writes; Tests/Vectors/sarif/README.md says where it comes
/// from and how to check a file against the published one.
struct SARIFReportTests {
    private static let schema: Result<JSONSchema, any Error> = Result {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let file = folder.appendingPathComponent("Vectors/sarif/written-2.1.0.json")
        return JSONSchema(root: try JSON(Data(contentsOf: file)))
    }

    private static func log(_ outcome: AssessmentOutcome) throws -> JSON {
        try JSON(SARIFReport.render(outcome: outcome))
    }

    @Test func whatIsWrittenFitsTheSchema() throws {
        for outcome in [try Fixtures.digits(), try Fixtures.hostile()] {
            #expect(try Self.schema.get().faults(of: Self.log(outcome)) == [])
        }
    }

    @Test(
        arguments: [
            ("version", JSON.string("2.0.0")), ("runs", nil), ("runs.0.tool", nil),
            ("runs.0.tool.driver.name", nil),
            ("runs.0.results.0.message", nil), ("runs.0.results.0.level", .string("fatal")),
            ("runs.0.results.0.kind", .string("pass")), ("runs.0.results.0.rank", .number(101)),
            ("runs.0.results.0.ruleIndex", .number(0.5)), ("runs.0.results.0.line", .number(1)),
            ("runs.0.invocations.0.executionSuccessful", nil),
            ("runs.0.artifacts.0.roles", .array([.string("victim")])),
            ("runs.0.tool.driver.rules.1.id", nil), ("runs.0.results.1.taxa.0.id", nil),
        ] as [(String, JSON?)]
    )
    func whatDoesNotFitTheSchemaIsFound(path: String, value: JSON?) throws {
        let broken = try Self.log(Fixtures.digits()).replacing(path, with: value)
        #expect(try !Self.schema.get().faults(of: broken).isEmpty)
    }

    @Test func everyResultFindsItsRuleAndItsTechniques() throws {
        let run = try #require(try Self.log(Fixtures.digits()).at("runs.0"))
        let rules = try #require(run.at("tool.driver.rules")).array.map { $0["id"]?.string }
        let taxa = Set(try #require(run.at("taxonomies.0.taxa")).array.map { $0["id"]?.string })
        let results = try #require(run["results"]).array
        #expect(results.count == 1 + 6 + 6)
        #expect(Set(rules).count == rules.count)
        for result in results {
            let index = try #require(result["ruleIndex"]?.number)
            #expect(rules[Int(index)] == result["ruleId"]?.string)
            for taxon in result["taxa"]?.array ?? [] { #expect(taxa.contains(taxon["id"]?.string)) }
        }
    }

    @Test(arguments: [
        (Assessment.Verdict.robust, "pass", "none"), (.vulnerable, "fail", "error"),
        (.inconclusive, "open", "none"),
    ])
    func theVerdictIsTheFirstResult(verdict: Assessment.Verdict, kind: String, level: String) throws {
        var outcome = try Fixtures.digits()
        outcome.assessment.verdict = verdict
        let result = try #require(try Self.log(outcome).at("runs.0.results.0"))
        #expect(result["ruleId"]?.string == "verdict")
        #expect(result["kind"]?.string == kind)
        #expect(result["level"]?.string == level)
        #expect(result["rank"]?.number == 71)
    }

    /// Correct of 1,000 samples where half are required, and whether the preset is strong.
    @Test(
        arguments: [
            (100, true, "fail"), (100, false, "fail"), (500, true, "open"), (900, true, "pass"),
            (900, false, "open"),
            (nil, true, "open"),
        ] as [(Int?, Bool, String)]
    )
    func anAttackPassesOnlyOnStrongEvidence(correct: Int?, isStrong: Bool, kind: String) throws {
        var outcome = try Fixtures.digits()
        outcome.assessment.attacks[2].robustAccuracy =
            correct.map { Fixtures.rate($0, 1_000) } ?? .undefined()
        outcome.assessment.attacks[2].isStrong = isStrong
        #expect(try Self.log(outcome).at("runs.0.results.3.kind")?.string == kind)
    }

    @Test func sanityChecksKeepTheirOutcome() throws {
        let results = try #require(try Self.log(Fixtures.digits()).at("runs.0.results")).array.suffix(6)
        #expect(
            results.map { $0["kind"]?.string } == ["pass", "pass", "pass", "review", "fail", "notApplicable"]
        )
        #expect(results.map { $0["ruleId"]?.string }.first == "sanity-iterative-beats-single-step")
    }

    @Test func fingerprintsAreDistinctAndDoNotChangeWithTheNumbers() throws {
        func fingerprints(_ outcome: AssessmentOutcome) throws -> [String?] {
            try #require(try Self.log(outcome).at("runs.0.results")).array
                .map { $0.at("partialFingerprints.bulwark/v1")?.string }
        }
        var outcome = try Fixtures.digits()
        let before = try fingerprints(outcome)
        #expect(Set(before).count == before.count)
        outcome.assessment.attacks[0].robustAccuracy = Fixtures.rate(1, 1_000)
        outcome.assessment.verdict = .inconclusive
        outcome.assessment.model.sha256 = "00"
        #expect(try fingerprints(outcome) == before)
        outcome.assessment.threat.epsilon = 0.1
        #expect(Set(try fingerprints(outcome)).isDisjoint(with: before))
    }

    @Test(arguments: [
        ("models/digits.onnx", "models/digits.onnx"), ("./a b.onnx", "a%20b.onnx"),
        ("../x.onnx", "../x.onnx"),
        ("/srv/models/m.onnx", "m.onnx"), ("ü?#<.onnx", "%C3%BC%3F%23%3C.onnx"),
        ("c:\\m.onnx", "c%3A%5Cm.onnx"),
    ])
    func theModelIsARelativeReference(path: String, uri: String) throws {
        var outcome = try Fixtures.digits()
        outcome.assessment.model.path = path
        let place = "runs.0.results.0.locations.0.physicalLocation.artifactLocation.uri"
        #expect(try Self.log(outcome).at(place)?.string == uri)
    }

    @Test func severityIsTextAsCodeHostsReadIt() throws {
        let rules = try #require(try Self.log(Fixtures.digits()).at("runs.0.tool.driver.rules")).array
        #expect(rules.first?["properties"]?["security-severity"] == .string("7.1"))
        #expect(rules.last?["properties"] == nil)
    }

    @Test func theCommandCanBePastedIntoAShell() throws {
        let log = try Self.log(Fixtures.hostile())
        #expect(
            log.at("runs.0.invocations.0.commandLine")?.string
                == "bulwark assess 'it'\\''s <b>.onnx' '' '$(rm -rf ~)'"
        )
    }

    @Test func thereIsNoTimeInIt() throws {
        let first = try SARIFReport.render(outcome: Fixtures.digits())
        #expect(try SARIFReport.render(outcome: Fixtures.digits()) == first)
        #expect(!String(decoding: first, as: UTF8.self).contains("TimeUtc"))
    }
}
