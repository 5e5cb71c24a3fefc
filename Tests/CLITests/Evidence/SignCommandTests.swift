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
