import BulwarkEvaluation
import BulwarkReports
import Foundation
import Testing

/// What reports say of a run that ended early.
struct PartialReportTests {
    /// The digits, stopped within the last attack.
    private func partial() throws -> AssessmentOutcome {
        var outcome = try Fixtures.digits()
        let attacks = outcome.assessment.attacks
        let last = attacks.count - 1
        outcome.assessment.partial = Assessment.Partial(
            cause: "interrupted",
            reason: "it was interrupted",
            attacks: attacks.enumerated().map { index, attack in
                .init(name: attack.name, done: index == last ? 256 : 900, total: 900)
            } + [.init(name: "never-begun", done: 0, total: nil)],
            leftOut: ["resilience curve"]
        )
        outcome.assessment.attacks[last].remaining = 644
        return outcome
    }

    @Test func theSummaryCountsWhatWasDone() throws {
        let outcome = try partial()
        let name = try #require(outcome.assessment.attacks.last?.name)
        let count = outcome.assessment.attacks.count
        let summary = outcome.assessment.partial?.summary
        #expect(
            summary == "\(count - 1) of \(count + 1) attacks were done, and \(name) with 256 of 900 samples"
        )
        let whole = Assessment.Partial(
            cause: "budget",
            reason: "enough was asked",
            attacks: [.init(name: "pgd", done: 3, total: 3)],
            leftOut: ["resilience curve", "anomaly detection"]
        )
        #expect(whole.summary == "1 of 1 attack was done, but not: resilience curve, anomaly detection")
    }

    @Test func theTerminalSaysItInTheHeadline() throws {
        let text = AssessmentSummary.text(try partial())
        #expect(text.contains("Verdict: vulnerable (partial run: "))
        #expect(text.contains("not done with every sample"))
        #expect(!AssessmentSummary.text(try Fixtures.digits()).contains("partial run"))
    }

    @Test func thePageSaysItInTheHeadline() throws {
        let page = HTMLReport.render(outcome: try partial())
        #expect(page.contains("(partial run) · "))
        #expect(page.contains("<span class=\"tag\">partial run: "))
        #expect(page.contains("644 samples not attacked"))
        #expect(!HTMLReport.render(outcome: try Fixtures.digits()).contains("partial run"))
    }

    @Test func buildServersLearnThatItDidNotEndWell() throws {
        for (outcome, isWhole) in [(try partial(), false), (try Fixtures.digits(), true)] {
            let data = try SARIFReport.render(outcome: outcome)
            let text = String(decoding: data, as: UTF8.self)
            #expect(text.contains("\"executionSuccessful\" : \(isWhole)"))
        }
    }

    @Test func itSurvivesJSON() throws {
        let assessment = try partial().assessment
        let back = try AssessmentJSON.decode(AssessmentJSON.encode(assessment))
        #expect(back.partial == assessment.partial)
        #expect(back.attacks.last?.remaining == 644)
        // What is not there is absent, not null.
        let whole = String(decoding: try AssessmentJSON.encode(Fixtures.digits().assessment), as: UTF8.self)
        #expect(!whole.contains("partial") && !whole.contains("remaining"))
    }
}
