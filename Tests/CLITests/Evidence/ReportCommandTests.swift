import Foundation
import Testing

/// The documents of a release, from a real log to a stranger who checks them.
struct ReportCommandTests {
    private static let policy = """
        schema: bulwark.policy/1
        trust: trust.json
        log: {origin: example.com/evidence, publicKey: log.pub.pem}
        security:
          model-signature:
          scan: {maximumAgeDays: 1}
        safety:
          accuracy: {minimum: 0.5}
        """

    private let evidence: EvidenceBench
    private var folder: URL { evidence.bench.folder }

    init() throws { evidence = try EvidenceBench() }

    private func run(_ arguments: [String], in place: URL? = nil) throws -> Bulwark.Outcome {
        try Bulwark.run(arguments, in: place ?? folder)
    }

    /// A model with a signature and a scan in a log.
    private func prepare() throws {
        _ = try evidence.bench.model(named: "m.onnx")
        let log = ["--evidence", "log", "--evidence-key", "log.pem"]
        for arguments in [
            ["log", "init", "log", "--origin", "example.com/evidence", "--private-key", "log.pem"],
            ["sign", "m.onnx", "--private-key", "model.pem"] + log, ["scan", "m.onnx"] + log,
            [
                "trust", "create", "--output", "trust.json", "--key", "ci=log.pub.pem", "--key",
                "owner=model.pub.pem", "--allow", "scan=ci", "--allow", "model-signature=owner",
                "--from", "2020-01-01T00:00:00Z",
            ],
        ] {
            let outcome = try run(arguments)
            #expect(outcome.status == 0, "\(arguments): \(outcome.errors)")
        }
        try evidence.write(Self.policy, to: "bulwark.yaml")
    }

    private let arguments = [
        "report", "--policy", "bulwark.yaml", "--log", "log", "--model", "m.onnx", "--output",
    ]

    @Test func aReportIsWrittenAndAStrangerChecksItsReceipts() throws {
        try prepare()
        let outcome = try run(arguments + ["out", "--json"])
        #expect(outcome.status == 0, "\(outcome.errors)")
        let result = try #require(
            JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any]
        )
        // Accuracy has no evidence, and the report is written all the same.
        #expect(result["verdict"] as? String == "fail" && result["receipts"] as? Int == 2)
        let page = String(decoding: try evidence.bytes("out/release.html"), as: UTF8.self)
        #expect(page.contains("Safety: fail") && page.contains("id=\"entry-1\""))
        let bom = try JSONSerialization.jsonObject(with: evidence.bytes("out/bom.cdx.json")) as? [String: Any]
        #expect(bom?["specVersion"] as? String == "1.6")
        #expect(
            String(decoding: try evidence.bytes("out/model-card.md"), as: UTF8.self).hasPrefix("# Model card")
        )

        // Somebody else has the folder and the key.
        let other = try Workbench()
        for name in ["receipts/0.json", "receipts/0.tlog-proof", "receipts/1.json", "receipts/1.tlog-proof"] {
            let place = other.folder.appendingPathComponent(name)
            try FileManager.default.createDirectory(
                at: place.deletingLastPathComponent(),
                withIntermediateDirectories: true
            )
            try evidence.bytes("out/\(name)").write(to: place)
        }
        try evidence.bytes("log.pub.pem").write(to: other.folder.appendingPathComponent("log.pub.pem"))
        let command = try #require(
            page.firstMatch(of: /bulwark (log check receipts\/1\.tlog-proof [^<]*)</)?.output.1
        )
        let words = command.split(separator: " ").map(String.init)
        let checked = try run(words, in: other.folder)
        #expect(checked.status == 0, "\(command): \(checked.errors)")
        let swapped = words.map { $0 == "receipts/1.json" ? "receipts/0.json" : $0 }
        #expect(try run(swapped, in: other.folder).status == 77)
    }

    @Test func theSameEvidenceAndMomentGiveTheSameBytes() throws {
        try prepare()
        let moment = ["--at", "2030-01-31T00:00:00Z"]
        for name in ["a", "b"] {
            let outcome = try run(arguments + [name] + moment)
            #expect(outcome.status == 0, "\(outcome.errors)")
        }
        for name in ["release.html", "bom.cdx.json", "model-card.md", "receipts/0.tlog-proof"] {
            #expect(try evidence.bytes("a/\(name)") == evidence.bytes("b/\(name)"))
        }
    }

    @Test func receiptsOfAnEarlierReportDoNotStay() throws {
        try prepare()
        let others = ["receipts/7.json", "receipts/7.tlog-proof"]
        let kept = ["receipts/07.json", "receipts/7.txt", "receipts/notes", "receipts/-1.json", "7.json"]
        for name in others + kept { try evidence.write("x", to: "out/\(name)") }
        let outcome = try run(arguments + ["out"])
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(others.allSatisfy { !evidence.bench.exists("out/\($0)") })
        #expect(
            (kept + ["receipts/0.json", "receipts/1.tlog-proof"]).allSatisfy {
                evidence.bench.exists("out/\($0)")
            }
        )
    }

    @Test func withoutAPolicyTheEvidenceIsShown() throws {
        try prepare()
        let outcome = try run([
            "report", "--public-key", "log.pub.pem", "--trust", "trust.json", "--log", "log", "--model",
            "m.onnx", "--output", "out",
        ])
        #expect(outcome.status == 0 && outcome.output.hasPrefix("not judged"), "\(outcome.errors)")
        #expect(
            String(decoding: try evidence.bytes("out/release.html"), as: UTF8.self).contains("Not judged")
        )
    }

    @Test func whatIsWrongIsSaidWithoutWriting() throws {
        try prepare()
        #expect(try run(["report", "--log", "log", "--model", "m.onnx", "--output", "out"]).status == 64)
        #expect(try run(arguments + ["out", "--trust", "trust.json"]).status == 64)
        #expect(try run(arguments + ["out", "--at", "yesterday"]).status == 64)
        #expect(try run(arguments + ["m.onnx/out"]).status == 73)
        try evidence.flip("log/tile/entries/000.p/2", at: 200)
        #expect(try run(arguments + ["out"]).status == 77)
        #expect(!evidence.bench.exists("out"))
    }
}
