import BulwarkEvaluation
import BulwarkReports
import BulwarkTensors
import Foundation
import Testing

/// What reports say of certificates.
struct CertificateReportTests {
    static let run = CertificateRun(
        method: .crown,
        norm: .linf,
        settings: "linear bounds",
        records: [
            CertificateRecord(
                sample: 3,
                label: 1,
                prediction: 1,
                isCertified: true,
                radius: 0.1 + 0.2,
                seconds: 0.25
            ),
            CertificateRecord(sample: 5, label: 1, prediction: 0, remark: "misclassified, \"really\""),
        ],
        positions: [0, 2],
        seconds: 0.5
    )

    static let certificates = Assessment.Certificates(
        results: [
            .init(
                method: "crown",
                standing: "proof",
                settings: "linear bounds of <everything>",
                norm: "linf",
                epsilon: 0.3,
                certifiedAccuracy: Proportion(successes: 41, trials: 100).estimate(),
                samples: 100,
                misclassified: 3,
                medianRadius: 0.0271,
                medianEstimate: nil,
                seconds: 12.5,
                records: "certificates/crown.csv"
            ),
            .init(
                method: "smoothing",
                standing: "smoothed",
                settings: "noise of deviation 0.25",
                norm: "l2",
                epsilon: 0.3,
                certifiedAccuracy: Proportion(successes: 17, trials: 100).estimate(),
                samples: 100,
                misclassified: 9,
                medianRadius: nil,
                medianEstimate: nil,
                seconds: 300,
                records: "certificates/smoothing.csv"
            ),
            .init(
                method: "clever",
                standing: "estimate",
                settings: "50 batches of 256 points",
                norm: "linf",
                epsilon: 0.3,
                certifiedAccuracy: nil,
                samples: 20,
                misclassified: 0,
                medianRadius: nil,
                medianEstimate: 0.0815,
                seconds: 60,
                records: "certificates/clever.csv"
            ),
        ],
        bracket: .init(
            methods: ["crown"],
            certified: Proportion(successes: 41, trials: 100).estimate(),
            attacked: Proportion(successes: 62, trials: 100).estimate(),
            gap: Proportion(successes: 21, trials: 100).estimate()
        ),
        contradictions: [],
        notes: ["ibp was left out: <b>node</b>"]
    )

    static func outcome() throws -> AssessmentOutcome {
        var outcome = try Fixtures.digits()
        outcome.assessment.certificates = certificates
        outcome.certificates = [run]
        return outcome
    }

    @Test func recordsAreOneLineEach() {
        let lines = CertificatesCSV.render(run: Self.run).components(separatedBy: "\r\n")
        #expect(lines.count == 4 && lines[3].isEmpty)
        #expect(lines[0] == CertificatesCSV.columns.joined(separator: ","))
        #expect(lines[1] == "3,1,1,true,0.30000000000000004,linf,,,0.25,")
        #expect(lines[2] == "5,1,0,false,,linf,,,0.0,\"misclassified, \"\"really\"\"\"")
    }

    /// An estimate certifies nothing, so it does not even say *false*.
    @Test func estimatesLeaveTheColumnOfCertificatesEmpty() {
        let record = CertificateRecord(sample: 1, label: 0, prediction: 0, estimate: 0.5)
        let run = CertificateRun(
            method: .clever,
            norm: .l2,
            settings: "",
            records: [record],
            positions: [0],
            seconds: 0
        )
        let lines = CertificatesCSV.render(run: run).components(separatedBy: "\r\n")
        #expect(lines[1] == "1,0,0,,,l2,,0.5,0.0,")
    }

    @Test func thePageShowsTheBracketAndEveryMethod() throws {
        let page = XMLPage(HTMLReport.render(outcome: try Self.outcome()))
        #expect(page.error == nil)
        for text in [
            "What no attack can break", "41.0\u{A0}%", "62.0\u{A0}%", "21.0\u{A0}%", "crown", "smoothed",
            "estimate", "0.0815", "linear bounds of <everything>", "ibp was left out: <b>node</b>",
            "not looked for",
        ] {
            #expect(page.text.contains(text), "\(text)")
        }
        #expect(page.values(of: "href").contains("#certificates"))
        #expect(!page.text.contains("Contradictions"))
        #expect(!XMLPage(HTMLReport.render(outcome: try Fixtures.digits())).text.contains("certified"))
    }

    @Test func contradictionsComeFirst() throws {
        var outcome = try Self.outcome()
        outcome.assessment.certificates?.contradictions = [
            .init(method: "crown", attack: "fab-t", sample: 417, certifiedRadius: 0.21, distance: 0.1875)
        ]
        let text = XMLPage(HTMLReport.render(outcome: outcome)).text
        #expect(text.contains("Contradictions") && text.contains("417") && text.contains("0.188"))
    }

    @Test func theBarIsWellFormedForEveryBracket() throws {
        let shares: [(Int, Int)] = [(0, 0), (0, 10), (10, 10), (3, 7)]
        for (certified, attacked) in shares {
            let bracket = Assessment.Certificates.Bracket(
                methods: ["ibp"],
                certified: Proportion(successes: certified, trials: 10).estimate(),
                attacked: Proportion(successes: attacked, trials: 10).estimate(),
                gap: Proportion(successes: attacked - certified, trials: 10).estimate()
            )
            let page = XMLPage(BracketBar(bracket, requiredRobustAccuracy: 0.5).markup.source)
            #expect(page.error == nil)
            // One part for each of the shares that are not empty.
            let parts = [certified, attacked - certified, 10 - attacked].count { $0 > 0 }
            #expect(page.all("rect").count == parts)
            #expect(page.all("desc").count == 1)
        }
    }

    @Test func theTerminalSaysWhatIsCertified() throws {
        let text = AssessmentSummary.text(try Self.outcome())
        for part in [
            "certified accuracy", "41.0 % [", "smoothing (smoothed classifier)", "62.0 % withstood",
            "clever, an estimate that certifies nothing", "ibp was left out",
        ] {
            #expect(text.contains(part), "\(part)")
        }
        #expect(text.split(separator: "\n").allSatisfy { $0.count <= 100 })
    }

    /// Fields may be added to the schema; a file from before has none of these.
    @Test func certificatesAreReadBackAndMayBeMissing() throws {
        let assessment = try Self.outcome().assessment
        let bytes = try AssessmentJSON.encode(assessment)
        #expect(try AssessmentJSON.decode(bytes) == assessment)
        let object = try JSONSerialization.jsonObject(with: bytes) as? [String: Any]
        let certificates = try #require(object?["certificates"] as? [String: Any])
        let bracket = try #require(certificates["bracket"] as? [String: Any])
        #expect((bracket["certified"] as? [String: Any])?["value"] as? Double == 0.41)
        let older = try AssessmentJSON.encode(Fixtures.digits().assessment)
        #expect(!String(decoding: older, as: UTF8.self).contains("certificates"))
        #expect(try AssessmentJSON.decode(older).certificates == nil)
    }
}
