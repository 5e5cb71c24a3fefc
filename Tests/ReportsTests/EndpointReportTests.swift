import BulwarkEvaluation
import BulwarkReports
import Foundation
import Testing

/// What reports say of a served model.
struct EndpointReportTests {
    private func outcome(_ address: String = "http://host:8000/v2/models/digits") throws -> AssessmentOutcome
    {
        var outcome = try Fixtures.digits()
        outcome.assessment.model.path = address
        outcome.assessment.model.parameterCount = nil
        outcome.assessment.model.endpoint = Assessment.Endpoint(
            address: address,
            version: "3",
            platform: "onnx<runtime>",
            requests: 1_234,
            samplesAsked: 56_000,
            samplesSent: 56_789,
            queryBudget: 60_000,
            retries: 1,
            lost: 2,
            refusals: ["503": 1, "429": 7],
            secondsWaited: 12.5,
            secondsWaitedForRates: 10
        )
        return outcome
    }

    private static let facts = [
        "1,234 requests with 56,789 samples (56,000 asked about; budget 60,000)", "1 repetition,",
        "2 requests without a whole answer", "8 refusals (status 429: 7, status 503: 1)", "waited",
    ]

    @Test func thePageSaysWhatWasAsked() throws {
        let text = XMLPage(HTMLReport.render(outcome: try outcome())).text
        for fact in Self.facts + ["onnx<runtime>", "version 3", "(of its metadata)"] {
            #expect(text.contains(fact), "\(fact)")
        }
        #expect(!text.contains("parameters"))
        let file = XMLPage(HTMLReport.render(outcome: try Fixtures.digits())).text
        #expect(file.contains("421,642 parameters") && !file.contains("of its metadata"))
    }

    @Test func theTerminalSaysWhatWasAsked() throws {
        let text = AssessmentSummary.text(try outcome()).split(separator: "\n").joined(separator: " ")
        for fact in Self.facts { #expect(text.contains(fact), "\(fact)") }
        #expect(!AssessmentSummary.text(try Fixtures.digits()).contains("Asked:"))
    }

    @Test func aHeadlineNamesTheModel() throws {
        #expect(HTMLReport.render(outcome: try outcome()).contains("<h1>digits</h1>"))
        let versioned = try outcome("http://host/v2/models/digits/versions/3")
        #expect(HTMLReport.render(outcome: versioned).contains("<h1>digits, version 3</h1>"))
    }

    @Test func anAddressStaysAnAddressInTheLog() throws {
        let log = try SARIFReport.render(outcome: try outcome())
        let text = String(decoding: log, as: UTF8.self)
        #expect(text.contains(#""http://host:8000/v2/models/digits""#))
        // Only what is a URI already.
        let odd = String(decoding: try SARIFReport.render(outcome: try outcome("http://a b")), as: UTF8.self)
        #expect(odd.contains(#""http%3A/a%20b""#))
    }

    @Test func countsAreReadBack() throws {
        let before = try outcome().assessment
        let data = try AssessmentJSON.encode(before)
        #expect(try AssessmentJSON.decode(data) == before)
        let object = try JSONSerialization.jsonObject(with: data) as? [String: Any]
        let model = try #require(object?["model"] as? [String: Any])
        let endpoint = try #require(model["endpoint"] as? [String: Any])
        #expect((endpoint["refusals"] as? [String: Int]) == ["429": 7, "503": 1])
        #expect(model["parameterCount"] == nil)
        let file = try AssessmentJSON.encode(try Fixtures.digits().assessment)
        #expect(!String(decoding: file, as: UTF8.self).contains("endpoint"))
    }
}
