import Foundation
import Testing

struct SealCommandTests {
    private func identity(_ evidence: EvidenceBench, _ name: String) throws -> String {
        let path = evidence.path("\(name).age")
        let made = try Bulwark.run([
            "key", "create", "--algorithm", "x25519", "--no-passphrase", "--output", path,
        ])
        #expect(made.status == 0, "\(made.errors)")
        return path
    }

    @Test func aFileIsOpenedByItsRecipientsAlone() throws {
        let evidence = try EvidenceBench()
        let (alice, bob, eve) = try (
            identity(evidence, "alice"), identity(evidence, "bob"), identity(evidence, "eve")
        )
        let recipient = String(
            decoding: try evidence.bytes("bob.recipient"),
            as: UTF8.self
        ).trimmingCharacters(in: .newlines)
        try evidence.write("weights", to: "m.onnx")
        let (model, sealed) = (evidence.path("m.onnx"), evidence.path("m.onnx.age"))
        let done = try Bulwark.run([
            "seal", model, "--recipient-file", evidence.path("alice.recipient"), "--recipient", recipient,
            "--output", sealed, "--json",
        ])
        #expect(done.status == 0 && done.output.contains("\"byteCount\" : 7"), "\(done.errors)")
        for key in [alice, bob] {
            let out = evidence.path("out")
            let opened = try Bulwark.run([
                "open", sealed, "--identity", eve, "--identity", key, "--output", out,
            ])
            #expect(opened.status == 0, "\(opened.errors)")
            #expect(try evidence.bytes("out") == Data("weights".utf8))
            try FileManager.default.removeItem(atPath: out)
        }
        let refused = try Bulwark.run(["open", sealed, "--identity", eve, "--output", evidence.path("out")])
        #expect(refused.status == 77 && !evidence.bench.exists("out"))
        try evidence.flip("m.onnx.age", at: evidence.bytes("m.onnx.age").count - 1)
        let changed = try Bulwark.run(["open", sealed, "--identity", bob, "--output", evidence.path("out")])
        #expect(changed.status == 77 && changed.errors.contains("changed"), "\(changed.errors)")
        #expect(!evidence.bench.exists("out"))
    }

    @Test func aPassphraseSealsFilesAndIdentities() throws {
        let evidence = try EvidenceBench()
        let right = ["BULWARK_PASSPHRASE": "right"]
        try evidence.write("rows", to: "d.csv")
        let key = evidence.path("store.age")
        let made = try Bulwark.run(["key", "create", "--algorithm", "x25519", "--output", key], with: right)
        #expect(made.status == 0, "\(made.errors)")
        #expect(try evidence.bytes("store.age").starts(with: Data("age-encryption.org/v1\n-> scrypt ".utf8)))
        let shown = try Bulwark.run(["key", "show", key], with: right)
        #expect(try Data(shown.output.utf8) == evidence.bytes("store.recipient"))
        let sealed = evidence.path("d.age")
        let done = try Bulwark.run(
            ["seal", evidence.path("d.csv"), "--passphrase", "--output", sealed],
            with: right
        )
        #expect(done.status == 0, "\(done.errors)")
        let open = ["open", sealed, "--output", evidence.path("out")]
        #expect(try Bulwark.run(open + ["--passphrase"], with: ["BULWARK_PASSPHRASE": "wrong"]).status == 77)
        #expect(try Bulwark.run(open + ["--passphrase"]).status == 77)
        #expect(!evidence.bench.exists("out"))
        #expect(try Bulwark.run(open + ["--passphrase"], with: right).status == 0)
        #expect(try evidence.bytes("out") == Data("rows".utf8))
    }

    @Test func nothingThatIsReadIsReplaced() throws {
        let evidence = try EvidenceBench()
        let key = try identity(evidence, "key")
        try evidence.write("plain", to: "plain")
        let recipient = evidence.path("key.recipient")
        let seal = ["seal", evidence.path("plain"), "--recipient-file", recipient, "--output"]
        #expect(try Bulwark.run(seal + [recipient]).status == 64)
        #expect(try Bulwark.run(seal + [evidence.path("sealed")]).status == 0)
        let before = try evidence.bytes("key.age")
        let refused = try Bulwark.run([
            "open", evidence.path("sealed"), "--identity", key, "--output", key,
        ])
        #expect(refused.status == 64 && refused.errors.contains("in the place of"), "\(refused.errors)")
        #expect(try evidence.bytes("key.age") == before)
        #expect(try evidence.bytes("key.recipient").starts(with: Data("age1".utf8)))
    }

    @Test func blankLinesAroundAnIdentityAreNothing() throws {
        let evidence = try EvidenceBench()
        let key = try identity(evidence, "key")
        let text = String(decoding: try evidence.bytes("key.age"), as: UTF8.self)
        try evidence.write("\n   \n  # a note\n" + text.replacing("AGE-", with: "  AGE-"), to: "key.age")
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: key)
        let shown = try Bulwark.run(["key", "show", key])
        #expect(shown.status == 0, "\(shown.errors)")
        #expect(try Data(shown.output.utf8) == evidence.bytes("key.recipient"))
    }

    @Test func whatIsMissingIsSaidOfTheFile() throws {
        let evidence = try EvidenceBench()
        try evidence.write("plain", to: "plain")
        let seal = ["seal", evidence.path("plain"), "--output", evidence.path("out")]
        let none = try Bulwark.run(seal + ["--passphrase"])
        #expect(none.status == 64 && none.errors.contains("the file is sealed"), "\(none.errors)")
        #expect(!none.errors.contains("--no-passphrase") && !none.errors.contains("private key"))
        // The point of order two.
        let worthless = "age1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq5cu47z"
        let refused = try Bulwark.run(seal + ["--recipient", worthless])
        #expect(refused.status == 65 && !refused.errors.contains("header"), "\(refused.errors)")
    }

    @Test func whatIsNotSealedHasItsExitCode() throws {
        let evidence = try EvidenceBench()
        let key = try identity(evidence, "key")
        try evidence.write("plain", to: "plain")
        func open(_ name: String, _ out: String = "out") throws -> Int32 {
            try Bulwark.run([
                "open", evidence.path(name), "--identity", key, "--output", evidence.path(out),
            ]).status
        }
        #expect(try open("plain") == 65)
        #expect(try open("nothing") == 66)
        #expect(try Bulwark.run(["open", evidence.path("plain"), "--output", "out"]).status == 64)
        #expect(try Bulwark.run(["seal", evidence.path("plain"), "--output", "out"]).status == 64)
        let seal = ["seal", evidence.path("plain"), "--recipient-file", evidence.path("key.recipient")]
        #expect(try Bulwark.run(seal + ["--output", evidence.path("plain")]).status == 64)
        #expect(try Bulwark.run(seal + ["--output", evidence.path("no/where")]).status == 73)
        let typo = ["seal", evidence.path("plain"), "--recipient", "age1x", "--output", evidence.path("out")]
        #expect(try Bulwark.run(typo).status == 65)
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: key)
        #expect(try open("plain") == 77)
        #expect(!evidence.bench.exists("out"))
    }
}
