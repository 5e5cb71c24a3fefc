import Foundation
import Testing

struct SignCommandTests {
    private func sign(
        _ evidence: EvidenceBench,
        _ name: String,
        _ more: [String] = []
    ) throws -> Bulwark.Outcome {
        try Bulwark.run(
            ["sign", evidence.path(name), "--private-key", evidence.key(EvidenceBench.modelKey)] + more
        )
    }

    private func verify(
        _ evidence: EvidenceBench,
        _ name: String,
        _ more: [String] = []
    ) throws -> Bulwark.Outcome {
        try Bulwark.run(
            ["verify", evidence.path(name), "--public-key", evidence.publicKey(EvidenceBench.modelKey)] + more
        )
    }

    @Test func everyFileThatDiffersIsNamed() throws {
        let evidence = try EvidenceBench()
        for name in ["a.onnx", "deep/er/b.bin", "c.txt"] {
            try evidence.write("content of \(name)", to: "model/\(name)")
        }
        #expect(try sign(evidence, "model").status == 0)
        let intact = try verify(evidence, "model")
        #expect(intact.status == 0 && intact.output.contains("3 files"), "\(intact.errors)")
        try evidence.flip("model/deep/er/b.bin", at: 0)
        try FileManager.default.removeItem(atPath: evidence.path("model/c.txt"))
        try evidence.write("new", to: "model/d.txt")
        let changed = try verify(evidence, "model")
        #expect(changed.status == 77)
        for line in ["changed: deep/er/b.bin", "missing: c.txt", "added: d.txt"] {
            #expect(changed.errors.contains(line), "\(changed.errors)")
        }
        #expect(!changed.errors.contains("a.onnx"))
    }

    @Test func aSingleFileHasItsSignatureBesideIt() throws {
        let evidence = try EvidenceBench()
        try evidence.write("weights", to: "model.onnx")
        #expect(try sign(evidence, "model.onnx").status == 0)
        #expect(evidence.bench.exists("model.onnx.sig"))
        #expect(try verify(evidence, "model.onnx").status == 0)
        try evidence.flip("model.onnx", at: 3)
        #expect(try verify(evidence, "model.onnx").status == 77)
    }

    @Test func whatTheSignerLeftOutIsRefusedUnlessAllowed() throws {
        let evidence = try EvidenceBench()
        try evidence.write("weights", to: "model/a.onnx")
        try evidence.write("scratch", to: "model/cache/x")
        #expect(try sign(evidence, "model", ["--ignore", "cache"]).status == 0)
        let refused = try verify(evidence, "model")
        #expect(refused.status == 77 && refused.errors.contains("--ignore cache"), "\(refused.errors)")
        #expect(try verify(evidence, "model", ["--ignore", "cache/"]).status == 0)
        #expect(try verify(evidence, "model", ["--ignore", "../cache"]).status == 64)
    }

    @Test func brokenSignaturesAndForeignKeysHaveTheirExitCodes() throws {
        let evidence = try EvidenceBench()
        try evidence.write("weights", to: "model.onnx")
        #expect(try verify(evidence, "model.onnx").status == 66)
        try evidence.write("{\"a\": 1, \"a\": 2}", to: "model.onnx.sig")
        #expect(try verify(evidence, "model.onnx").status == 65)
        let foreign = try Bulwark.run([
            "sign", evidence.path("model.onnx"), "--private-key", evidence.key(EvidenceBench.logKey),
        ])
        #expect(foreign.status == 64 && foreign.errors.contains("ECDSA"))
        #expect(try sign(evidence, "nothing").status == 66)
        #expect(try sign(evidence, "model.onnx").status == 0)
        let other = try Bulwark.run([
            "verify", evidence.path("model.onnx"), "--public-key", evidence.publicKey(EvidenceBench.logKey),
        ])
        #expect(other.status == 77)
    }

    @Test func nothingThatIsReadIsReplaced() throws {
        let evidence = try EvidenceBench()
        try evidence.write("weights", to: "model.onnx")
        for name in ["a.onnx", "weights.bin"] {
            try evidence.write("content of \(name)", to: "model/\(name)")
        }
        try FileManager.default.createSymbolicLink(
            atPath: evidence.path("elsewhere"),
            withDestinationPath: "model/weights.bin"
        )
        func at(_ name: String) -> [String] { ["--signature", evidence.path(name)] }
        #expect(try sign(evidence, "model.onnx", at("model.onnx")).status == 64)
        let key = try sign(evidence, "model.onnx", at("model.pem"))
        #expect(key.status == 64 && key.errors.contains("model.pem"), "\(key.errors)")
        for name in ["model/weights.bin", "elsewhere"] {
            let refused = try sign(evidence, "model", at(name))
            #expect(refused.status == 73 && refused.errors.contains("would be replaced"), "\(refused.errors)")
        }
        #expect(try evidence.bytes("model.onnx") == Data("weights".utf8))
        #expect(try evidence.bytes("model/weights.bin") == Data("content of weights.bin".utf8))
        #expect(try evidence.bytes("model.pem").starts(with: Data("-----BEGIN".utf8)))
        // An earlier signature is replaced.
        #expect(try sign(evidence, "model").status == 0)
        try evidence.write("more", to: "model/b.onnx")
        #expect(try sign(evidence, "model").status == 0)
        #expect(try verify(evidence, "model").output.contains("3 files"))
    }

    @Test func aManifestOfDataReplacesNoData() throws {
        let evidence = try EvidenceBench()
        try evidence.write("1,2\n", to: "raw/a.csv")
        func sign(_ output: String, _ more: [String] = []) throws -> Bulwark.Outcome {
            try Bulwark.run(
                [
                    "data", "sign", evidence.path("raw"), "--source", "a", "--collector", "b", "--licence",
                    "CC0-1.0", "--private-key", evidence.key(EvidenceBench.modelKey), "--output",
                    evidence.path(output),
                ] + more
            )
        }
        let refused = try sign("raw/a.csv")
        #expect(refused.status == 73 && refused.errors.contains("would be replaced"), "\(refused.errors)")
        #expect(try evidence.bytes("raw/a.csv") == Data("1,2\n".utf8))
        #expect(try sign("raw/manifest.json").status == 0)
        #expect(try sign("raw/manifest.json").status == 0)
        let parent = [
            "--parent", evidence.path("raw/manifest.json"), "--parent-key",
            evidence.publicKey(EvidenceBench.modelKey),
        ]
        #expect(try sign("raw/manifest.json", parent).status == 64)
    }

    @Test func namesOfStrangersDoNotReachTheTerminal() throws {
        let evidence = try EvidenceBench()
        let name = "x\u{1B}[2J"
        try evidence.write("weights", to: "model/a.onnx")
        #expect(try sign(evidence, "model", ["--ignore", name]).status == 0)
        let verified = try verify(evidence, "model", ["--ignore", name])
        #expect(verified.status == 0 && verified.output.contains("left out: x"), "\(verified.errors)")
        #expect(!verified.output.contains("\u{1B}"))
        let many = (0..<30).flatMap { ["--ignore", "cache\($0)"] }
        #expect(try sign(evidence, "model", many).status == 0)
        let refused = try verify(evidence, "model")
        #expect(refused.status == 77 && refused.errors.contains("30 in all"), "\(refused.errors)")
    }

    @Test func dataSayWhereTheyComeFromAndWhatBecameOfThem() throws {
        let evidence = try EvidenceBench()
        try evidence.write("1,2\n", to: "raw/a.csv")
        try evidence.write("3,4\n", to: "raw/b.csv")
        func sign(_ name: String, _ more: [String] = []) throws -> Bulwark.Outcome {
            try Bulwark.run(
                [
                    "data", "sign", evidence.path(name), "--source", "a laboratory", "--collector",
                    "somebody",
                    "--licence", "CC0-1.0", "--private-key", evidence.key(EvidenceBench.modelKey),
                ] + more
            )
        }
        func verify(_ name: String) throws -> Bulwark.Outcome {
            try Bulwark.run([
                "data", "verify", evidence.path(name), "--public-key",
                evidence.publicKey(EvidenceBench.modelKey),
            ])
        }
        #expect(try sign("raw").status == 0)
        #expect(try verify("raw").status == 0)
        try evidence.write("1;2\n", to: "clean/a.csv")
        let unchecked = try sign("clean", ["--parent", evidence.path("raw.manifest.json")])
        #expect(unchecked.status == 64 && unchecked.errors.contains("--parent-key"))
        let made = try sign(
            "clean",
            [
                "--parent", evidence.path("raw.manifest.json"), "--parent-key",
                evidence.publicKey(EvidenceBench.modelKey), "--transformation", "separate:with=;",
            ]
        )
        #expect(made.status == 0, "\(made.errors)")
        #expect(try verify("clean").status == 0)

        try evidence.flip("raw/a.csv", at: 0)
        try FileManager.default.removeItem(atPath: evidence.path("raw/b.csv"))
        let changed = try verify("raw")
        #expect(changed.status == 77)
        #expect(changed.output.contains("a.csv: changed, probably by accident"))
        #expect(changed.output.contains("b.csv: is missing"))
    }
}
