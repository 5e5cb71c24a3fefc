import Foundation
import Testing

struct ClaimCommandTests {
    private let evidence: EvidenceBench

    init() throws {
        evidence = try EvidenceBench()
        try evidence.write("a model", to: "model.onnx")
        let created = try Bulwark.run([
            "log", "init", evidence.path("log"), "--origin", "example.com/evidence", "--private-key",
            evidence.key(EvidenceBench.logKey),
        ])
        #expect(created.status == 0, "\(created.errors)")
    }

    private func claim(_ verb: String, _ more: [String]) throws -> Bulwark.Outcome {
        try Bulwark.run(
            ["claim", verb] + more + [
                "--private-key", evidence.key(EvidenceBench.modelKey), "--reason", "a test", "--log",
                evidence.path("log"), "--log-key", evidence.key(EvidenceBench.logKey),
            ]
        )
    }

    private func show(_ more: [String]) throws -> String {
        try Bulwark.run(
            ["log", "show", evidence.path("log"), "--public-key", evidence.publicKey(EvidenceBench.logKey)]
                + more
        ).output
    }

    private func statement(_ entry: Int) throws -> [String: Any] {
        let envelope = try JSONSerialization.jsonObject(with: Data(show(["--index", "\(entry)"]).utf8))
        let text = try #require((envelope as? [String: Any])?["payload"] as? String)
        let payload = try #require(Data(base64Encoded: text))
        return try #require(try JSONSerialization.jsonObject(with: payload) as? [String: Any])
    }

    @Test func useAndIncidentsAreStatedOfAModel() throws {
        try evidence.write("{}", to: "gate.json")
        try evidence.write("threads: 2", to: "serve.yaml")
        func state(_ verb: String, _ more: [String]) throws -> Bulwark.Outcome {
            try Bulwark.run(
                ["claim", verb, evidence.path("model.onnx")] + more + [
                    "--private-key", evidence.key(EvidenceBench.modelKey), "--log", evidence.path("log"),
                    "--log-key", evidence.key(EvidenceBench.logKey),
                ]
            )
        }
        let files = [
            "--configuration", evidence.path("serve.yaml"), "--gate-decision", evidence.path("gate.json"),
        ]
        let deployed = try state("deploy", ["--environment", "production"] + files)
        #expect(deployed.status == 0, "\(deployed.errors)")
        let detected = ["--detected", "2026-01-31T23:59:59Z"]
        let known = ["--identifier", "I-7", "--severity", "high", "--summary", "labels were flipped"]
        let incident = try state(
            "incident",
            known + ["--kind", "security", "--record", evidence.path("gate.json")] + detected
        )
        #expect(incident.status == 0, "\(incident.errors)")
        let use = try #require(try statement(0)["predicate"] as? [String: Any])
        #expect(use["environment"] as? String == "production")
        #expect((use["gateDecision"] as? [String: Any])?["name"] as? String == "gate.json")
        let trouble = try #require(try statement(1)["predicate"] as? [String: Any])
        #expect(trouble["kind"] as? String == "security" && trouble["severity"] as? String == "high")
        #expect(trouble["detected"] as? String == "2026-01-31T23:59:59Z" && trouble["resolved"] == nil)

        let early = try state("incident", known + detected + ["--resolved", "2026-01-01T00:00:00Z"])
        #expect(early.status == 65, "\(early.errors)")
        #expect(try state("incident", known + ["--severity", "awful"]).status == 64)
        #expect(try state("deploy", ["--environment", ""] + files).status == 65)
        #expect(try show(["--type", "incident"]).hasPrefix("1\t"))
    }

    /// An ONNX model whose only tensor lies in a file of its choice.
    private func model(keepingWeightsIn place: String) -> Data {
        func field(_ number: UInt8, _ content: Data) -> Data {
            Data([number << 3 | 2, UInt8(content.count)]) + content
        }
        let location = field(1, Data("location".utf8)) + field(2, Data(place.utf8))
        let isExternal = Data([14 << 3, 1])
        return field(7, field(5, field(13, location) + isExternal))
    }

    @Test(arguments: ["../secret", "link", "/etc/passwd"])
    func weightsOutsideOfTheFolderAreNoPartOfAModel(_ place: String) throws {
        try evidence.write("weights", to: "folder/weights.bin")
        try evidence.write("secret", to: "secret")
        try FileManager.default.createSymbolicLink(
            atPath: evidence.path("folder/link"),
            withDestinationPath: "../secret"
        )
        func approve() throws -> Bulwark.Outcome {
            try claim("approve", [evidence.path("folder/model.onnx"), "--role", "owner"])
        }
        let url = evidence.bench.folder.appendingPathComponent("folder/model.onnx")
        try model(keepingWeightsIn: "weights.bin").write(to: url)
        let fine = try approve()
        #expect(fine.status == 0, "\(fine.errors)")
        let subjects = try #require(try statement(0)["subject"] as? [[String: Any]])
        #expect(subjects.map { $0["name"] as? String } == ["model.onnx", "weights.bin"])
        try model(keepingWeightsIn: place).write(to: url)
        let refused = try approve()
        #expect(refused.status == 65 && refused.errors.contains("outside of its folder"))
    }

    @Test func aClaimOrAKeyIsRevoked() throws {
        let digest = String(repeating: "0a", count: 32)
        let first = try claim("revoke", ["--payload", digest])
        #expect(first.status == 0 && first.output.hasPrefix("entry 0 of"), "\(first)")
        let second = try claim("revoke", ["--key", evidence.publicKey(EvidenceBench.modelKey)])
        #expect(second.status == 0 && second.output.hasPrefix("entry 1 of"), "\(second)")
        for (entry, target) in ["claim", "key"].enumerated() {
            let statement = try statement(entry)
            #expect(statement["predicateType"] as? String == "urn:bulwark:claim:revocation:1")
            let predicate = try #require(statement["predicate"] as? [String: Any])
            #expect(predicate["target"] as? String == target)
            #expect(predicate["reason"] as? String == "a test")
        }
        let subjects = try #require(try statement(0)["subject"] as? [[String: Any]])
        #expect((subjects[0]["digest"] as? [String: String])?["sha256"] == digest)
        #expect(try show(["--type", "revocation"]) == "0\trevocation about claim\n1\trevocation about key\n")
        #expect(try show(["--subject", digest]) == "0\trevocation about claim\n")
        #expect(try show(["--subject", evidence.path("model.onnx")]).isEmpty)
    }

    @Test func whatCannotBeRevokedIsRefusedAndNothingIsAppended() throws {
        let digest = String(repeating: "0a", count: 32)
        #expect(try claim("revoke", []).status == 64)
        let both = ["--payload", digest, "--key", evidence.publicKey(EvidenceBench.modelKey)]
        #expect(try claim("revoke", both).status == 64)
        #expect(try claim("revoke", ["--payload", "0A"]).status == 64)
        #expect(try claim("revoke", ["--key", evidence.path("nothing")]).status == 66)
        #expect(try claim("revoke", ["--key", evidence.path("model.onnx")]).status == 65)
        #expect(try show([]).isEmpty)
    }

    @Test func anIndexAnswersAsTheLogDoes() throws {
        for name in ["alpha", "beta", "alpha"] {
            try evidence.write(name, to: name)
            let approved = try claim("approve", [evidence.path(name), "--role", "owner"])
            #expect(approved.status == 0, "\(approved.errors)")
        }
        let questions = [
            ["--subject", evidence.path("alpha")], ["--type", "approval"], ["--type", "scan"],
            ["--since", "2999-01-01T00:00:00Z"], ["--until", "2999-01-01T00:00:00Z"],
        ]
        let expected = try questions.map { try show($0) }
        #expect(expected[0] == "0\tapproval about alpha\n2\tapproval about alpha\n")
        let index = [
            "log", "index", evidence.path("log"), "--public-key", evidence.publicKey(EvidenceBench.logKey),
        ]
        let made = try Bulwark.run(index)
        #expect(made.status == 0 && made.output.contains("3 new entries, 3 in all"), "\(made)")
        #expect(try questions.map { try show($0) } == expected)
        try evidence.write("no index", to: "log/index.sqlite")
        #expect(try questions.map { try show($0) } == expected)
        let mended = try Bulwark.run(index)
        #expect(mended.status == 0 && mended.errors.contains("is made anew"), "\(mended)")
        #expect(try questions.map { try show($0) } == expected)
        #expect(try Bulwark.run(index + ["--rebuild"]).output.contains("3 new entries"))
    }
}
