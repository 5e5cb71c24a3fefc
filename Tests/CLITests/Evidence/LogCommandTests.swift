import Foundation
import Testing

struct LogCommandTests {
    private let evidence: EvidenceBench

    init() throws {
        evidence = try EvidenceBench()
        for name in ["one", "two", "three"] { try evidence.write("entry \(name)", to: name) }
        #expect(try write("init", "log", ["--origin", "example.com/evidence"]).status == 0)
    }

    private func write(_ verb: String, _ log: String, _ more: [String]) throws -> Bulwark.Outcome {
        try Bulwark.run(
            ["log", verb, evidence.path(log)] + more + ["--private-key", evidence.key(EvidenceBench.logKey)]
        )
    }

    private func read(_ verb: String, _ log: String, _ more: [String] = []) throws -> Bulwark.Outcome {
        try Bulwark.run(
            ["log", verb, evidence.path(log)] + more
                + ["--public-key", evidence.publicKey(EvidenceBench.logKey)]
        )
    }

    @Test func anEntryIsProvedWithoutTheLog() throws {
        let appended = try write("append", "log", [evidence.path("one"), evidence.path("two")])
        #expect(appended.status == 0 && appended.output.contains("entry 1"), "\(appended.errors)")
        #expect(try read("show", "log", ["--index", "1"]).output == "entry two")
        #expect(try read("prove", "log", ["--index", "1", "--output", evidence.path("r")]).status == 0)
        #expect(try read("prove", "log", ["--index", "2", "--output", evidence.path("s")]).status == 64)
        #expect(try read("check", "r", ["--entry", evidence.path("two")]).status == 0)
        #expect(try read("check", "r", ["--entry", evidence.path("one")]).status == 77)
        #expect(try read("check", "r", ["--entry", evidence.path("two"), "--origin", "other"]).status == 77)
        try evidence.create("other", "ed25519")
        let foreign = try Bulwark.run([
            "log", "check", evidence.path("r"), "--entry", evidence.path("two"), "--public-key",
            evidence.publicKey("other"),
        ])
        #expect(foreign.status == 77)
    }

    /// The manifest of a thousand files does not fit into a tile.
    @Test func aLongManifestIsEvidenceLikeAny() throws {
        for number in 0..<1000 { try evidence.write("\(number)", to: "data/\(number).txt") }
        let signed = try Bulwark.run([
            "data", "sign", evidence.path("data"), "--source", "a test", "--collector", "nobody", "--licence",
            "CC0-1.0", "--private-key", evidence.key(EvidenceBench.logKey), "--output",
            evidence.path("m.json"),
            "--evidence", evidence.path("log"), "--evidence-key", evidence.key(EvidenceBench.logKey),
        ])
        #expect(signed.status == 0, "\(signed.errors)")
        #expect(try evidence.bytes("m.json").count > 65_535)
        #expect(try read("show", "log").output.contains("dataset about "))
        let shown = try read("show", "log", ["--index", "0"])
        #expect(try Data(shown.output.utf8) == evidence.bytes("m.json"))
        #expect(try read("verify", "log").status == 0)
        #expect(try read("prove", "log", ["--index", "0", "--output", evidence.path("r")]).status == 0)
        #expect(try read("check", "r", ["--entry", evidence.path("m.json")]).status == 0)

        let folder = "log/content/sha256"
        let file = try #require(
            FileManager.default.contentsOfDirectory(atPath: evidence.path(folder)).first
        )
        try evidence.flip("\(folder)/\(file)", at: 1000)
        let changed = try read("verify", "log")
        #expect(changed.status == 77 && changed.output.contains("entry 0: its content"), "\(changed.output)")
        #expect(try read("show", "log", ["--index", "0"]).status == 65)
    }

    @Test func whatIsDoneToALogIsFound() throws {
        _ = try write("append", "log", [evidence.path("one")])
        let older = try evidence.bytes("log/checkpoint")
        _ = try write("append", "log", [evidence.path("two"), evidence.path("three")])
        let intact = try read("verify", "log")
        #expect(intact.status == 0 && intact.output.contains("all 3 entries"), "\(intact.errors)")
        _ = try read("prove", "log", ["--index", "0", "--output", evidence.path("kept")])

        try FileManager.default.copyItem(atPath: evidence.path("log"), toPath: evidence.path("changed"))
        try evidence.flip("changed/tile/entries/000.p/3", at: 4)
        let changed = try read("verify", "changed")
        #expect(changed.status == 77 && changed.output.contains("entry 0"), "\(changed.output)")

        try FileManager.default.copyItem(atPath: evidence.path("log"), toPath: evidence.path("stale"))
        try older.write(to: URL(fileURLWithPath: evidence.path("stale/checkpoint")))
        let stale = try read("verify", "stale")
        #expect(stale.status == 77 && stale.output.contains("older state"), "\(stale.output)")

        try FileManager.default.copyItem(atPath: evidence.path("log"), toPath: evidence.path("cut"))
        for tile in ["tile/entries/000.p/3", "tile/0/000.p/3"] {
            try FileManager.default.removeItem(atPath: evidence.path("cut/\(tile)"))
            let cut = try read("verify", "cut")
            #expect(cut.status == 77 && cut.output.contains("\(tile): is missing"), "\(cut.output)")
        }

        // Another log with the same key: only what was kept elsewhere tells them apart.
        #expect(try write("init", "fork", ["--origin", "example.com/evidence"]).status == 0)
        _ = try write("append", "fork", ["two", "one", "three"].map { evidence.path($0) })
        #expect(try read("verify", "fork").status == 0)
        let fork = try read("verify", "fork", ["--kept", evidence.path("kept")])
        #expect(fork.status == 77 && fork.output.contains("forked"), "\(fork.output)")
    }

    @Test func aWitnessSignsWhatContainsWhatItSigned() throws {
        try evidence.create("witness", "ed25519")
        let shown = try Bulwark.run([
            "key", "show", evidence.publicKey("witness"), "--witness", "witness.example.com", "--json",
        ])
        let card = try #require(
            JSONSerialization.jsonObject(with: Data(shown.output.utf8)) as? [String: String]
        )
        let witness = try #require(card["noteKey"])
        func cosign(_ log: String) throws -> Bulwark.Outcome {
            try read(
                "cosign",
                log,
                [
                    "--name", "witness.example.com", "--memory", evidence.path("memory"), "--private-key",
                    evidence.key("witness"), "--signature", evidence.path("signature"),
                ]
            )
        }
        for name in ["one", "two"] {
            _ = try write("append", "log", [evidence.path(name)])
            #expect(try read("show", "log", ["--witness", witness]).status == 77)
            let signed = try cosign("log")
            #expect(signed.status == 0, "\(signed.errors)")
            let added = try write(
                "add-cosignature",
                "log",
                ["--signature", evidence.path("signature"), "--witness", witness]
            )
            #expect(added.status == 0, "\(added.errors)")
            #expect(try read("verify", "log", ["--witness", witness]).status == 0)
        }
        #expect(try write("init", "fork", ["--origin", "example.com/evidence"]).status == 0)
        _ = try write("append", "fork", [evidence.path("two"), evidence.path("one")])
        #expect(try cosign("fork").status == 77)
    }

    @Test func whatCannotBeWrittenIsRefusedAndNothingLost() throws {
        _ = try write("append", "log", [evidence.path("one")])
        try evidence.write(String(repeating: "x", count: (1 << 24) + 1), to: "long")
        #expect(try write("append", "log", [evidence.path("two"), evidence.path("long")]).status == 65)
        #expect(try write("append", "log", [evidence.path("nothing")]).status == 66)
        #expect(try write("append", "nowhere", [evidence.path("one")]).status == 66)
        #expect(try write("init", "log", ["--origin", "example.com/evidence"]).status == 73)
        try evidence.create("other", "ed25519")
        let foreign = try Bulwark.run([
            "log", "append", evidence.path("log"), evidence.path("two"), "--private-key",
            evidence.key("other"),
        ])
        #expect(foreign.status == 77)
        let ecdsa = try Bulwark.run([
            "log", "append", evidence.path("log"), evidence.path("two"), "--private-key",
            evidence.key(EvidenceBench.modelKey),
        ])
        #expect(ecdsa.status == 64 && ecdsa.errors.contains("Ed25519"))
        let intact = try read("verify", "log")
        #expect(intact.status == 0 && intact.output.contains("all 1 entries"), "\(intact.errors)")
    }

    @Test func trainingAndAssessmentBecomeEntries() throws {
        let data = try evidence.bench.points(120)
        let log = ["--evidence", evidence.path("log"), "--evidence-key", evidence.key(EvidenceBench.logKey)]
        let trained = try Bulwark.run(
            ["train", "--data", data, "--epochs", "2", "--output", evidence.path("m.onnx"), "--json"] + log
        )
        #expect(trained.status == 0 && trained.errors.contains("entry 0"), "\(trained.errors)")
        let arguments = [
            "assess", evidence.path("m.onnx"), "--data", data, "--suite", "quick", "--epsilon", "0.01",
            "--bounds", "0,1", "--quiet",
        ]
        #expect(try Bulwark.run(arguments + log).status == 64)
        let assessed = try Bulwark.run(arguments + log + ["--output", evidence.path("out")])
        #expect(assessed.status == 0 && assessed.errors.contains("entry 1"), "\(assessed.errors)")
        let listed = try read("show", "log").output
        #expect(listed == "0\ttraining about m.onnx\n1\tassessment about m.onnx\n")
        let entry = try read("show", "log", ["--index", "1"]).output
        let envelope = try #require(
            JSONSerialization.jsonObject(with: Data(entry.utf8)) as? [String: Any]
        )
        let payload = try #require((envelope["payload"] as? String).flatMap { Data(base64Encoded: $0) })
        let result = try #require(
            JSONSerialization.jsonObject(with: Data(trained.output.utf8)) as? [String: Any]
        )
        let sha256 = try #require(result["sha256"] as? String)
        #expect(String(decoding: payload, as: UTF8.self).contains(sha256))
    }
}
