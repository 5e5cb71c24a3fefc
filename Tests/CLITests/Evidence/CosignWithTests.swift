import Foundation
import TestSupport
import Testing

/// A log asks a witness over HTTP, on this machine.
struct CosignWithTests {
    private let evidence: EvidenceBench
    private let witness: String

    init() throws {
        evidence = try EvidenceBench()
        try evidence.create("witness", "ed25519")
        try evidence.write("one", to: "one")
        let shown = try Bulwark.run([
            "key", "show", evidence.publicKey("witness"), "--witness", "witness.example.com", "--json",
        ])
        let card = try JSONSerialization.jsonObject(with: Data(shown.output.utf8)) as? [String: String]
        witness = try #require(card?["noteKey"])
        #expect(try log("init", ["--origin", "example.com/evidence"]).status == 0)
        #expect(try log("append", [evidence.path("one")]).status == 0)
    }

    private func log(_ verb: String, _ more: [String]) throws -> Bulwark.Outcome {
        try Bulwark.run(
            ["log", verb, evidence.path("log")] + more
                + ["--private-key", evidence.key(EvidenceBench.logKey)]
        )
    }

    private func ask(_ url: String, _ more: [String] = []) throws -> Bulwark.Outcome {
        try log("cosign-with", ["--witness-url", url, "--witness", witness] + more)
    }

    private func ask(
        _ more: [String] = [],
        script: @escaping @Sendable (ReceivedRequest, Int) -> Reply
    ) throws -> (outcome: Bulwark.Outcome, requests: [ReceivedRequest]) {
        let server = try ScriptedServer(script)
        defer { server.stop() }
        return (try ask("http://127.0.0.1:\(server.port)/witness/", more), server.requests)
    }

    /// What the witness would answer, as the command for witnesses has it.
    private func signature() throws -> String {
        let signed = try Bulwark.run([
            "log", "cosign", evidence.path("log"), "--name", "witness.example.com", "--memory",
            evidence.path("memory"), "--private-key", evidence.key("witness"), "--signature",
            evidence.path("signature"), "--public-key", evidence.publicKey(EvidenceBench.logKey),
        ])
        #expect(signed.status == 0, "\(signed.errors)")
        return String(decoding: try evidence.bytes("signature"), as: UTF8.self)
    }

    private func isCosigned() throws -> Bool {
        try Bulwark.run([
            "log", "verify", evidence.path("log"), "--public-key", evidence.publicKey(EvidenceBench.logKey),
            "--witness", witness,
        ]).status == 0
    }

    @Test func theSignatureOfAWitnessIsAdded() throws {
        #expect(try !isCosigned())
        let signature = try signature()
        let (outcome, requests) = try ask { _, _ in .answer(200, signature, type: "text/plain; charset=utf-8")
        }
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(requests.map(\.method) == ["POST"])
        #expect(requests.map(\.path) == ["/witness/add-checkpoint"])
        let checkpoint = String(decoding: requests[0].body, as: UTF8.self)
        #expect(checkpoint.hasPrefix("old 0\n\nexample.com/evidence\n1\n"), "\(checkpoint)")
        #expect(try isCosigned())
    }

    @Test func aConflictIsAnsweredOnceFromTheSizeThatIsKnown() throws {
        let signature = try signature()
        let (outcome, requests) = try ask { _, count in
            count == 0 ? .answer(409, "1\n", type: "text/x.tlog.size") : .answer(200, signature, type: nil)
        }
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(requests.count == 2 && requests[1].body.starts(with: Data("old 1\n\n".utf8)))
        let (refused, asked) = try ask { _, _ in .answer(409, "1\n", type: "text/x.tlog.size") }
        #expect(refused.status == 77 && asked.count == 2, "\(refused.errors)")
    }

    @Test(arguments: [
        (403, "", Int32(77)), (404, "", 77), (422, "", 77), (400, "", 76), (500, "", 69),
        (200, "garbage", 77),
        (200, "", 77), (409, "many", 76), (200, String(repeating: "x", count: 70_000), 76),
    ])
    func whatIsNoSignatureIsRefused(status: Int, body: String, expected: Int32) throws {
        let (outcome, _) = try ask { _, _ in .answer(status, body, type: "text/x.tlog.size") }
        #expect(outcome.status == expected, "\(status): \(outcome.errors)")
        #expect(try !isCosigned())
    }

    @Test func noRedirectIsFollowed() throws {
        let other = try ScriptedServer { _, _ in .answer(200, "", type: nil) }
        defer { other.stop() }
        for host in ["127.0.0.1", "localhost"] {
            let address = "http://\(host):\(other.port)/add-checkpoint"
            let (outcome, _) = try ask { _, _ in .answer(307, "", headers: ["Location": address]) }
            #expect(outcome.status == 76 && outcome.errors.contains("status 307"), "\(outcome.errors)")
        }
        #expect(other.requests.isEmpty)
    }

    @Test func aWitnessThatIsNotThereOrSaysNothingIsNamed() throws {
        let (silent, _) = try ask(["--timeout", "1"]) { _, _ in .silence }
        #expect(silent.status == 75, "\(silent.errors)")
        let (dropped, _) = try ask { _, _ in .drop }
        #expect(dropped.status == 69, "\(dropped.errors)")
        for url in ["ftp://127.0.0.1/", "127.0.0.1", "http://", "http://a@127.0.0.1/", "http://127.0.0.1/?a"]
        {
            #expect(try ask(url).status == 64, "\(url)")
        }
        #expect(try !isCosigned())
    }
}
