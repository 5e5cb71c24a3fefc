import Foundation
import Testing

struct ClaimCommandTests {
    private let evidence: EvidenceBench

    init() throws {
        evidence = try EvidenceBench()
        try evidence.write("GGUF: a model of one file", to: "model.onnx")
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
        #expect(try claim("approve", [evidence.path("model.onnx"), "--role", "owner"]).status == 0)
        let subjects = try #require(try statement(0)["subject"] as? [[String: Any]])
        let sha256 = try #require((subjects.first?["digest"] as? [String: String])?["sha256"])
        try evidence.write(#"{"sha256": "\#(sha256)", "verdict": "pass", "rules": []}"#, to: "gate.json")
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
        let use = try #require(try statement(1)["predicate"] as? [String: Any])
        #expect(use["environment"] as? String == "production")
        #expect((use["gateDecision"] as? [String: Any])?["name"] as? String == "gate.json")
        let trouble = try #require(try statement(2)["predicate"] as? [String: Any])
        #expect(trouble["kind"] as? String == "security" && trouble["severity"] as? String == "high")
        #expect(trouble["detected"] as? String == "2026-01-31T23:59:59Z" && trouble["resolved"] == nil)

        let early = try state("incident", known + detected + ["--resolved", "2026-01-01T00:00:00Z"])
        #expect(early.status == 65, "\(early.errors)")
        #expect(try state("incident", known + ["--severity", "awful"]).status == 64)
        #expect(try state("deploy", ["--environment", ""] + files).status == 65)
        #expect(try show(["--type", "incident"]).hasPrefix("2\t"))

        let other = String(repeating: "0", count: 64)
        for (decision, status) in [
            (#"{"sha256": "\#(sha256)", "verdict": "fail"}"#, Int32(77)),
            (#"{"sha256": "\#(sha256)", "verdict": "inconclusive"}"#, 77),
            (#"{"sha256": "\#(other)", "verdict": "pass"}"#, 77),
            (#"{"sha256": "\#(sha256)", "verdict": "fail", "verdict": "pass"}"#, 65), ("{}", 65),
            ("pass", 65),
        ] {
            try evidence.write(decision, to: "gate.json")
            let refused = try state("deploy", ["--environment", "production"] + files)
            #expect(refused.status == status && refused.errors.contains("gate.json"), "\(refused)")
        }
        #expect(try !show([]).contains("3\t"))
    }

    /// A claim in a file, as somebody without the key of the log makes one.
    private func write(_ verb: String, _ more: [String], to name: String) throws -> Bulwark.Outcome {
        try Bulwark.run(
            ["claim", verb] + more + [
                "--private-key", evidence.key(EvidenceBench.modelKey), "--reason", "a test", "--output",
                evidence.path(name),
            ]
        )
    }

    private func endorse(_ from: String, by key: String, to name: String) throws -> Bulwark.Outcome {
        try Bulwark.run([
            "claim", "endorse", evidence.path(from), "--private-key", evidence.key(key), "--output",
            evidence.path(name),
        ])
    }

    @Test func severalKeysSignOneClaimAndNobodyNeedsThatOfTheLog() throws {
        try evidence.create("bob", "ed25519")
        let made = try write("revoke", ["--key", evidence.publicKey("log")], to: "one.json")
        #expect(made.status == 0 && made.output.hasPrefix("claim "), "\(made)")
        let done = try endorse("one.json", by: "bob", to: "two.json")
        #expect(done.status == 0, "\(done.errors)")
        for line in [
            "type:       revocation", "about:      key, sha256 ", "reason: \"a test\"", "signatures: 2",
        ] {
            #expect(done.output.contains(line), "\(done.output)")
        }
        func envelope(_ name: String) throws -> [String: Any] {
            let json = try JSONSerialization.jsonObject(with: evidence.bytes(name))
            return try #require(json as? [String: Any])
        }
        let (one, two) = try (envelope("one.json"), envelope("two.json"))
        #expect(one["payload"] as? String == two["payload"] as? String)
        #expect((two["signatures"] as? [Any])?.count == 2)
        let again = try endorse("two.json", by: "bob", to: "three.json")
        #expect(again.status == 64 && again.errors.contains("already"), "\(again.errors)")
        #expect(try endorse("one.json", by: EvidenceBench.modelKey, to: "three.json").status == 64)
        #expect(try endorse("one.json", by: "bob", to: "one.json").status == 64)
        #expect(try endorse("model.onnx", by: "bob", to: "three.json").status == 65)
        #expect(!evidence.bench.exists("three.json"))
        let added = try Bulwark.run([
            "log", "append", evidence.path("log"), evidence.path("two.json"), "--private-key",
            evidence.key(EvidenceBench.logKey),
        ])
        #expect(added.status == 0, "\(added.errors)")
        // What stands in the log can be signed as well.
        try evidence.create("carol", "ecdsa-p256")
        try evidence.write(try show(["--index", "0"]), to: "logged.json")
        #expect(try evidence.bytes("logged.json") == evidence.bytes("two.json"))
        #expect(try endorse("logged.json", by: "carol", to: "three.json").output.contains("signatures: 3"))
    }

    @Test func aClaimGoesToOnePlace() throws {
        let approve = [evidence.path("model.onnx"), "--role", "owner"]
        let both = ["--output", evidence.path("claim.json")]
        let model = try evidence.bytes("model.onnx")
        #expect(try claim("approve", approve + both).status == 64)
        let nowhere = [
            "claim", "approve", "--private-key", evidence.key(EvidenceBench.modelKey), "--reason", "a test",
        ]
        #expect(try Bulwark.run(nowhere + approve).status == 64)
        let half = ["--log", evidence.path("log")]
        #expect(try Bulwark.run(nowhere + approve + half).status == 64)
        for name in ["model.onnx", "model.pem"] {
            #expect(try write("approve", approve, to: name).status == 64)
        }
        #expect(try evidence.bytes("model.onnx") == model)
        #expect(try show([]).isEmpty && !evidence.bench.exists("claim.json"))
    }

    @Test func whatWasLookedAtIsNamed() throws {
        try evidence.write("a report", to: "report.html")
        let files = ["--file", evidence.path("report.html"), "--file", evidence.path("model.onnx")]
        let approved = try claim("approve", [evidence.path("model.onnx"), "--role", "owner"] + files)
        #expect(approved.status == 0, "\(approved.errors)")
        let predicate = try #require(try statement(0)["predicate"] as? [String: Any])
        let looked = try #require(predicate["evidence"] as? [[String: Any]])
        #expect(looked.map { $0["name"] as? String } == ["report.html", "model.onnx"])
        let missing = ["--file", evidence.path("nothing")]
        #expect(
            try claim("approve", [evidence.path("model.onnx"), "--role", "owner"] + missing).status == 66
        )
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

    /// People have passphrases of their own, and a command may use the keys of two of them.
    @Test func everyKeyFindsItsPassphrase() throws {
        for name in ["carol", "dave"] {
            try evidence.write("secret of \(name)\n", to: "\(name).pass")
            try FileManager.default.setAttributes(
                [.posixPermissions: 0o600],
                ofItemAtPath: evidence.path("\(name).pass")
            )
            let created = try Bulwark.run([
                "key", "create", "--output", evidence.key(name), "--algorithm", "ed25519",
                "--passphrase-file", evidence.path("\(name).pass"),
            ])
            #expect(created.status == 0, "\(created.errors)")
        }
        let dave = ["--passphrase-file", evidence.path("dave.pass")]
        let both = ["--passphrase-file", evidence.path("carol.pass")] + dave
        let made = try Bulwark.run(
            ["log", "init", evidence.path("other"), "--origin", "example.com/other", "--private-key"]
                + [evidence.key("dave")] + both
        )
        #expect(made.status == 0, "\(made.errors)")
        let approve = [
            "claim", "approve", evidence.path("model.onnx"), "--role", "owner", "--reason", "a test",
            "--private-key", evidence.key("carol"), "--log", evidence.path("other"), "--log-key",
            evidence.key("dave"),
        ]
        #expect(try Bulwark.run(approve + both).status == 0)
        let locked = try Bulwark.run(approve + dave)
        #expect(locked.status == 77 && locked.errors.contains("carol.pem"), "\(locked.errors)")
    }

    /// Who looks for a file finds what lists it.
    @Test func aFileIsFoundInSignaturesAndManifests() throws {
        let log = ["--evidence", evidence.path("log"), "--evidence-key", evidence.key(EvidenceBench.logKey)]
        let key = ["--private-key", evidence.key(EvidenceBench.modelKey)]
        #expect(try Bulwark.run(["sign", evidence.path("model.onnx")] + key + log).status == 0)
        try evidence.write("1,2\n", to: "d.csv")
        let signed = try Bulwark.run(
            ["data", "sign", evidence.path("d.csv"), "--source", "a", "--collector", "b", "--licence", "c"]
                + key + log
        )
        #expect(signed.status == 0, "\(signed.errors)")
        for name in ["model.onnx", "d.csv"] {
            let all = try show(["--subject", evidence.path(name), "--no-index"])
            #expect(all.split(separator: "\n").count == 1, "\(name): \(all)")
        }
        let index = ["log", "index", evidence.path("log"), "--public-key"]
        #expect(try Bulwark.run(index + [evidence.publicKey(EvidenceBench.logKey)]).status == 0)
        #expect(try show(["--subject", evidence.path("d.csv")]).contains("dataset about"))
    }

    @Test func anIndexAnswersAsTheLogDoes() throws {
        for name in ["alpha", "beta", "alpha"] {
            try evidence.write("GGUF: \(name)", to: name)
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
