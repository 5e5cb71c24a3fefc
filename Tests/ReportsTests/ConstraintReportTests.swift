import BulwarkEvaluation
import BulwarkReports
import Foundation
import Testing

/// What reports say of constraints.
struct ConstraintReportTests {
    private static let constraints = Assessment.Constraints(
        path: "tables/customers <1>.json",
        sha256: String(repeating: "ab", count: 32),
        summary: ["keep their value: \"age\", \"<b>sex</b>\"", "1 linear relation"],
        skippedSamples: 3,
        notes: ["spatial was left out: the attack spatial cannot be made to keep them"]
    )

    private static func outcome() throws -> AssessmentOutcome {
        var outcome = try Fixtures.digits()
        outcome.assessment.constraints = constraints
        return outcome
    }

    @Test func thePageSaysWhatRowsHaveToSatisfy() throws {
        let page = XMLPage(HTMLReport.render(outcome: try Self.outcome()))
        #expect(page.error == nil)
        #expect(page.values(of: "href").contains("#constraints"))
        for text in Self.constraints.summary + [
            Self.constraints.sha256, "customers <1>.json", "3 samples", "spatial was",
        ] { #expect(page.text.contains(text), "\(text)") }
        let without = XMLPage(HTMLReport.render(outcome: try Fixtures.digits()))
        #expect(!without.values(of: "href").contains("#constraints"))
    }

    @Test func theTerminalSaysSo() throws {
        let text = AssessmentSummary.text(try Self.outcome()).replacing("\n", with: " ")
        for part in ["keep their value: \"age\"", "sha256 abababababab", "3 samples", "spatial was left out"]
        {
            #expect(text.contains(part), "\(part)")
        }
        #expect(!AssessmentSummary.text(try Fixtures.digits()).contains("Constraints of"))
    }

    @Test func theyAreReadBackAndMayBeMissing() throws {
        let assessment = try Self.outcome().assessment
        #expect(try AssessmentJSON.decode(AssessmentJSON.encode(assessment)) == assessment)
        let without = try Fixtures.digits().assessment
        let data = try AssessmentJSON.encode(without)
        #expect(!String(decoding: data, as: UTF8.self).contains("\"constraints\""))
        #expect(try AssessmentJSON.decode(data).constraints == nil)
    }
}
