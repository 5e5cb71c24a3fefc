import BulwarkEvaluation
import BulwarkReports
import Foundation
import Testing

struct AssessmentJSONTests {
    private static let estimates = ["value", "lower", "upper", "samples"]

    /// The fields that `assessment.json` promises; each holds an example of its kind.
    private static let contract: [String] =
        ["schema", "seed", "verdict", "verdictReasons.0"]
        + ["path", "sha256", "inputShape.0", "classCount"].map { "model." + $0 }
        + ["path", "sha256", "samples"].map { "data." + $0 }
        + [
            "name", "preset", "knowledge", "norm", "epsilon", "medianPerturbation", "queries.median",
            "queries.total", "gradients.total", "seconds", "records",
        ].map { "attacks.0." + $0 }
        + estimates.flatMap { part in
            [
                "cleanAccuracy", "attacks.0.robustAccuracy", "attacks.0.successRate",
                "worstCase.robustAccuracy",
                "resilienceCurve.0.robustAccuracy", "accuracyDrop", "anomaly.0.auroc",
                "anomaly.0.truePositiveRateAt1PercentFPR",
            ].map { "\($0).\(part)" }
        }
        + ["resilienceCurve.0.epsilon", "anomaly.0.detector"]
        + ["score", "lower", "upper", "record"].map { "vulnerability." + $0 }
        + ["id", "status", "evidence"].map { "sanityChecks.0." + $0 }

    @Test(arguments: contract)
    func theContractsFieldsAreThere(path: String) throws {
        let data = try AssessmentJSON.encode(Fixtures.digits().assessment)
        var value: Any? = try JSONSerialization.jsonObject(with: data)
        for part in path.split(separator: ".") {
            if let index = Int(part) {
                value = (value as? [Any])?.first.flatMap { _ in (value as? [Any])?[index] }
            } else {
                value = (value as? [String: Any])?[String(part)]
            }
        }
        #expect(value != nil)
    }

    @Test(arguments: [
        ("schema", "bulwark.assessment/1"), ("verdict", "vulnerable"), ("attacks.2.name", "pgd"),
        ("sanityChecks.0.status", "pass"), ("threat.norm", "linf"), ("anomaly.0.detector", "mahalanobis"),
        ("attacks.2.records", "attacks/pgd.csv"),
    ])
    func wordsAreTheContracts(path: String, word: String) throws {
        let json = try JSON(AssessmentJSON.encode(Fixtures.digits().assessment))
        #expect(json.at(path)?.string == word)
    }

    @Test func anUndefinedValueIsNull() throws {
        let json = try JSON(AssessmentJSON.encode(Fixtures.hostile().replacingUnwritable().assessment))
        #expect(json.at("cleanAccuracy.value") == .null)
        #expect(json.at("cleanAccuracy.upper")?.number == 1)
    }

    @Test func anAssessmentReadsBackAsItself() throws {
        for outcome in [try Fixtures.digits(), try Fixtures.hostile().replacingUnwritable()] {
            let data = try AssessmentJSON.encode(outcome.assessment)
            #expect(try AssessmentJSON.decode(data) == outcome.assessment)
            #expect(try AssessmentJSON.encode(AssessmentJSON.decode(data)) == data)
        }
    }

    @Test func keysAreSortedAndTheTextEndsInALineBreak() throws {
        let text = String(decoding: try AssessmentJSON.encode(Fixtures.digits().assessment), as: UTF8.self)
        #expect(text.hasSuffix("}\n"))
        let keys = text.split(separator: "\n").filter { $0.hasPrefix("  \"") }.compactMap {
            $0.split(separator: "\"").dropFirst().first
        }
        #expect(keys.count > 15)
        #expect(keys == keys.sorted())
    }

    @Test func aNumberThatIsNotFiniteIsNamed() throws {
        #expect(throws: AssessmentJSONError.notFinite(path: "anomaly.0.curve.1.1")) {
            try AssessmentJSON.encode(Fixtures.hostile().assessment)
        }
    }

    @Test(arguments: [
        ("{\"schema\": \"bulwark.assessment/2\"}", AssessmentJSONError.unknownSchema("bulwark.assessment/2")),
        ("{}", .malformed(path: "schema", reason: "the field is missing")),
        ("{\"schema\": \"bulwark.assessment/1\"}", .malformed(path: "tool", reason: "the field is missing")),
    ])
    func anotherDocumentIsRefused(text: String, error: AssessmentJSONError) {
        #expect(throws: error) { try AssessmentJSON.decode(Data(text.utf8)) }
    }

    @Test(arguments: ["", "[", "null", "{\"schema\": 1}", String(repeating: "[", count: 100_000)])
    func brokenTextIsRefused(text: String) {
        #expect(throws: AssessmentJSONError.self) { try AssessmentJSON.decode(Data(text.utf8)) }
    }

    @Test func aWrongTypeIsNamedWithItsPlace() throws {
        let text = String(decoding: try AssessmentJSON.encode(Fixtures.digits().assessment), as: UTF8.self)
            .replacing("\"epsilon\" : 0.3,", with: "\"epsilon\" : \"0.3\",", maxReplacements: 1)
        let error = #expect(throws: AssessmentJSONError.self) { try AssessmentJSON.decode(Data(text.utf8)) }
        #expect(error?.description.hasPrefix("attacks.0.epsilon: ") == true)
    }

    @Test func tooMuchTextIsRefusedUnread() {
        let bytes = AssessmentJSON.maximumBytes + 1
        #expect(throws: AssessmentJSONError.tooLong(bytes: bytes, maximumBytes: bytes - 1)) {
            try AssessmentJSON.decode(Data(count: bytes))
        }
    }
}
