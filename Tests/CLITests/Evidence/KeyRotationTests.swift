import BulwarkCLI
import Foundation
import Testing

struct KeyRotationTests {
    private func trust(_ evidence: EvidenceBench, _ rules: [String]) throws {
        try evidence.create("audit", "ed25519")
        let made = try Bulwark.run(
            [
                "trust", "create", "--output", evidence.path("trust.json"), "--from", "2026-01-01T00:00:00Z",
                "--key", "ci=\(evidence.publicKey(EvidenceBench.modelKey))", "--key",
                "audit=\(evidence.publicKey("audit"))",
            ] + rules.flatMap { ["--allow", $0] }
        )
        #expect(made.status == 0, "\(made.errors)")
    }

    private func rotate(_ evidence: EvidenceBench, _ more: [String]) throws -> Bulwark.Outcome {
        try Bulwark.run(
            [
                "key", "rotate", "--key", evidence.key(EvidenceBench.modelKey), "--output",
                evidence.key("new"), "--no-passphrase",
            ] + more
        )
    }

    private func root(_ evidence: EvidenceBench) throws -> [String: Any] {
        let json = try JSONSerialization.jsonObject(with: evidence.bytes("trust.json"))
        return try #require(json as? [String: Any])
    }

    @Test func theNewKeyMayStateWhatTheOldOneMight() throws {
        let evidence = try EvidenceBench()
        try trust(evidence, ["scan=ci", "assessment=ci,audit:2", "approval=audit"])
        let done = try rotate(evidence, ["--trust", evidence.path("trust.json"), "--json"])
        #expect(done.status == 0, "\(done.errors)")
        #expect(done.output.contains("\"name\" : \"ci-2\"") && done.output.contains("ecdsa-p256"))
        let root = try root(evidence)
        let claims = try #require(root["claims"] as? [[String: Any]])
        let rules = claims.map { ($0["keys"] as? [String] ?? []).joined(separator: ",") }
        #expect(rules == ["ci,ci-2", "ci,audit,ci-2", "audit"])
        #expect(claims.map { $0["threshold"] as? Int } == [1, 2, 1])
        let keys = try #require(root["keys"] as? [[String: Any]])
        let end = try #require(keys[0]["validUntil"] as? String)
        // The old key ends when the new one begins.
        #expect(keys[2]["validFrom"] as? String == end)
        #expect(keys[1]["validUntil"] == nil && keys[2]["validUntil"] == nil)
        let shown = try Bulwark.run(["trust", "show", evidence.path("trust.json")])
        #expect(shown.output.contains("expired at \(end)"))
    }

    @Test func nobodyCountsTwiceWhileBothKeysAreValid() throws {
        let evidence = try EvidenceBench()
        try trust(evidence, ["scan=ci", "assessment=ci,audit:2"])
        let before = try evidence.bytes("trust.json")
        let more = ["--trust", evidence.path("trust.json"), "--until", "2999-01-01T00:00:00Z"]
        let refused = try rotate(evidence, more)
        #expect(refused.status == 65 && refused.errors.contains("count as two"), "\(refused.errors)")
        #expect(try evidence.bytes("trust.json") == before)
        #expect(!evidence.bench.exists("new.pem") && !evidence.bench.exists("new.pub.pem"))
        let other = try EvidenceBench()
        try trust(other, ["scan=ci", "assessment=audit"])
        let overlapping = ["--trust", other.path("trust.json"), "--until", "2999-01-01T00:00:00Z"]
        #expect(try rotate(other, overlapping + ["--name", "successor"]).status == 0)
        let names = try #require(root(other)["keys"] as? [[String: Any]]).map { $0["name"] as? String }
        #expect(names == ["ci", "audit", "successor"])
    }

    @Test func theOldKeySaysWhoFollows() throws {
        let evidence = try EvidenceBench()
        try trust(evidence, ["scan=ci"])
        let log = evidence.path("log")
        let made = try Bulwark.run([
            "log", "init", log, "--origin", "example.com/evidence", "--private-key",
            evidence.key(EvidenceBench.logKey),
        ])
        #expect(made.status == 0, "\(made.errors)")
        let more = [
            "--trust", evidence.path("trust.json"), "--revoke", "--reason", "planned", "--log", log,
            "--log-key", evidence.key(EvidenceBench.logKey),
        ]
        let done = try rotate(evidence, more)
        #expect(done.status == 0 && done.output.contains("entry 0"), "\(done.errors)")
        let bundle = try evidence.bytes("log/tile/entries/000.p/1")
        let envelope = try #require(
            JSONSerialization.jsonObject(with: bundle.dropFirst(2)) as? [String: Any]
        )
        let payload = try #require(Data(base64Encoded: envelope["payload"] as? String ?? ""))
        let statement = String(decoding: payload, as: UTF8.self)
        let shown = try Bulwark.run(["key", "show", evidence.publicKey("new"), "--json"])
        let card = try #require(
            JSONSerialization.jsonObject(with: Data(shown.output.utf8)) as? [String: Any]
        )
        let fingerprint = try #require(card["fingerprint"] as? String)
        #expect(statement.contains("\"replacement\":{\"name\":\"key\",\"sha256\":\"\(fingerprint)\"}"))
        #expect(statement.contains("revocation"))
    }

    @Test func nothingIsWrittenUnlessAllCanBe() throws {
        let evidence = try EvidenceBench()
        try trust(evidence, ["scan=audit"])
        let before = try evidence.bytes("trust.json")
        let trusting = ["--trust", evidence.path("trust.json")]
        // A log that is none, a key that is not listed, a name that is taken, a key of the log itself.
        let noLog = [
            "--revoke", "--reason", "x", "--log", evidence.path("nothing"), "--log-key",
            evidence.key(EvidenceBench.logKey),
        ]
        #expect(try rotate(evidence, trusting + noLog).status == 66)
        #expect(try rotate(evidence, trusting + ["--name", "audit"]).status == 65)
        #expect(try rotate(evidence, trusting + ["--until", "2001-01-01T00:00:00Z"]).status == 64)
        #expect(try rotate(evidence, ["--trust", evidence.path("passphrase")]).status == 65)
        #expect(try rotate(evidence, ["--revoke"]).status == 64)
        let unlisted = try Bulwark.run(
            [
                "key", "rotate", "--key", evidence.key(EvidenceBench.logKey), "--output",
                evidence.key("new"), "--no-passphrase",
            ] + trusting
        )
        #expect(unlisted.status == 65 && unlisted.errors.contains("not listed"))
        try evidence.write("in the way", to: "new.pub.pem")
        #expect(try rotate(evidence, trusting).status == 73)
        #expect(!evidence.bench.exists("new.pem"))
        #expect(try evidence.bytes("trust.json") == before)
    }

    private func createLog(_ evidence: EvidenceBench) throws -> [String] {
        let log = evidence.path("log")
        let key = evidence.key(EvidenceBench.logKey)
        let made = try Bulwark.run([
            "log", "init", log, "--origin", "example.com/evidence", "--private-key", key,
        ])
        #expect(made.status == 0, "\(made.errors)")
        return ["--revoke", "--reason", "planned", "--log", log, "--log-key", key]
    }

    @Test func allIsTakenBackIfTheLogIsInOtherHands() throws {
        let evidence = try EvidenceBench()
        try trust(evidence, ["scan=ci"])
        let before = try evidence.bytes("trust.json")
        let revoking = try createLog(evidence)
        let descriptor = open(evidence.path("log"), O_RDONLY | O_DIRECTORY)
        #expect(flock(descriptor, LOCK_EX | LOCK_NB) == 0)
        let refused = try rotate(evidence, ["--trust", evidence.path("trust.json")] + revoking)
        close(descriptor)
        #expect(refused.status == 73 && refused.errors.contains("somebody else"), "\(refused.errors)")
        #expect(try evidence.bytes("trust.json") == before)
        #expect(!evidence.bench.exists("new.pem") && !evidence.bench.exists("new.pub.pem"))
        #expect(try rotate(evidence, ["--trust", evidence.path("trust.json")] + revoking).status == 0)
    }

    @Test func nothingIsTakenBackIfTheLogMayHaveItAlready() throws {
        var taken: [String] = []
        func steps(_ failure: CommandFailure) -> [(path: String, write: () throws -> Void, undo: () -> Void)]
        {
            taken = []
            return [
                ("key", { taken.append("key") }, { taken.removeAll { $0 == "key" } }),
                ("log", { throw failure }, {}),
            ]
        }
        let unsure = CommandFailure(.cannotWrite, "log: open it again", isUnsure: true)
        let error = #expect(throws: CommandFailure.self) { try NewKeyFiles.write(steps(unsure)) }
        #expect(taken == ["key"])
        #expect(error?.hint?.contains("the keys were kept") == true && error?.status == .cannotWrite)
        #expect(throws: CommandFailure.self) {
            try NewKeyFiles.write(steps(.init(.cannotWrite, "log: full")))
        }
        #expect(taken.isEmpty)
    }

    @Test func aTrustRootIsChangedWhereItsLinkLeads() throws {
        let evidence = try EvidenceBench()
        try trust(evidence, ["scan=ci"])
        try evidence.write("", to: "links/place")
        let link = evidence.path("links/trust.json")
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "../trust.json")
        #expect(chmod(evidence.path("trust.json"), 0o640) == 0)
        let done = try rotate(evidence, ["--trust", link])
        #expect(done.status == 0, "\(done.errors)")
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == "../trust.json")
        #expect(try #require(root(evidence)["keys"] as? [Any]).count == 3)
        let mode = try FileManager.default.attributesOfItem(atPath: evidence.path("trust.json"))[
            .posixPermissions
        ]
        #expect(mode as? Int == 0o640)
    }

    @Test func aTrustRootThatSomebodyElseHasChangedIsLeftAsItIs() throws {
        let evidence = try EvidenceBench()
        try trust(evidence, ["scan=ci"])
        let path = evidence.path("trust.json")
        let before = try evidence.bytes("trust.json")
        let change = try TrustChange(path, revoking: "ci", from: nil, reason: "lost")
        try evidence.write("of somebody else", to: "trust.json")
        #expect(throws: CommandFailure.self) { try change.write() }
        change.undo()
        #expect(try evidence.bytes("trust.json") == Data("of somebody else".utf8))
        try before.write(to: URL(fileURLWithPath: path))
        try change.write()
        #expect(try evidence.bytes("trust.json") != before)
        change.undo()
        #expect(try evidence.bytes("trust.json") == before)
    }

    @Test func whoeverApprovesHasOneKeyAtATime() throws {
        let evidence = try EvidenceBench()
        try trust(evidence, ["approval=ci", "scan=audit"])
        let trusting = ["--trust", evidence.path("trust.json")]
        let overlapping = try rotate(evidence, trusting + ["--until", "2999-01-01T00:00:00Z"])
        #expect(overlapping.status == 65 && overlapping.errors.contains("two"), "\(overlapping.errors)")
        #expect(try rotate(evidence, []).status == 64)
        let done = try rotate(evidence, trusting)
        #expect(done.status == 0 && done.output.contains("name 'ci-2' in its roles"), "\(done)")
    }

    @Test func theKeyOfALogStaysWhatItIs() throws {
        let evidence = try EvidenceBench()
        let log = evidence.path("log")
        let key = evidence.key(EvidenceBench.logKey)
        _ = try Bulwark.run([
            "log", "init", log, "--origin", "example.com/evidence", "--private-key", key,
        ])
        let refused = try Bulwark.run([
            "key", "rotate", "--key", key, "--output", evidence.key("new"), "--no-passphrase", "--revoke",
            "--reason", "x", "--log", log, "--log-key", key,
        ])
        #expect(refused.status == 64 && refused.errors.contains("new log"), "\(refused.errors)")
        #expect(!evidence.bench.exists("new.pem"))
    }
}
