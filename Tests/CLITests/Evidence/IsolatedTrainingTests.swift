import Foundation
import Testing

@Suite(.enabled(if: isIsolationPossible, "this system has no Landlock or no seccomp notifications"))
struct IsolatedTrainingTests {
    private let evidence: EvidenceBench

    init() throws { evidence = try EvidenceBench() }

    private func train(_ output: String, _ more: [String]) throws -> Bulwark.Outcome {
        try Bulwark.run(
            ["train", "--data", "d.npz", "--epochs", "3", "--threads", "2", "--output", output] + more,
            in: evidence.bench.folder,
            with: ["BULWARK_PASSPHRASE": "correct horse"]
        )
    }

    @Test(arguments: ["reference", "onednn"])
    func theModelIsTheSameAndTheClaimSaysHowItWasMade(_ backend: String) throws {
        _ = try evidence.bench.points(150, named: "d.npz")
        let created = try Bulwark.run(
            [
                "key", "create", "--output", "secret.pem", "--algorithm", "ed25519", "--passphrase-file",
                "passphrase",
            ],
            in: evidence.bench.folder
        )
        #expect(created.status == 0, "\(created.errors)")
        let log = ["--evidence", "log", "--evidence-key", "secret.pem"]
        let made = try Bulwark.run(
            [
                "log", "init", "log", "--origin", "example.com/evidence", "--private-key", "secret.pem",
                "--passphrase-file", "passphrase",
            ],
            in: evidence.bench.folder
        )
        #expect(made.status == 0, "\(made.errors)")
        let engine = ["--backend", backend]
        let isolated = try train("isolated.onnx", ["--isolated", "--json"] + engine + log)
        #expect(isolated.status == 0, "\(isolated.errors)")
        #expect(try train("open.onnx", engine).status == 0)
        #expect(try evidence.bytes("isolated.onnx") == evidence.bytes("open.onnx"))

        let result = try #require(object(isolated.output)["isolation"] as? [String: Any])
        let mechanism = try #require(result["mechanism"] as? String)
        #expect(mechanism.contains("seccomp, Landlock ABI "))
        #expect(result["deniedAttempts"] as? Int == 0)

        let shown = try Bulwark.run(
            ["log", "show", "log", "--index", "0", "--public-key", "secret.pub.pem"],
            in: evidence.bench.folder
        )
        let payload = try #require(try object(shown.output)["payload"] as? String)
        let statement = try object(String(decoding: #require(Data(base64Encoded: payload)), as: UTF8.self))
        let predicate = try #require(statement["predicate"] as? [String: Any])
        let claimed = try #require(predicate["isolation"] as? [String: Any])
        #expect(claimed["isIsolated"] as? Bool == true)
        #expect(claimed["mechanism"] as? String == mechanism)
        #expect(claimed["deniedAttempts"] as? Int == 0)
    }

    @Test func aModelIsHardenedInIsolationToTheSameBytes() throws {
        _ = try evidence.bench.points(150, named: "d.npz")
        #expect(try train("m.onnx", []).status == 0)
        func harden(_ output: String, _ more: [String]) throws -> Bulwark.Outcome {
            try Bulwark.run(
                ["harden", "m.onnx", "--data", "d.npz", "--epsilon", "0.05", "--bounds", "0,1", "--epochs"]
                    + ["2", "--output", output] + more,
                in: evidence.bench.folder
            )
        }
        let isolated = try harden("isolated.onnx", ["--isolated", "--json"])
        #expect(isolated.status == 0, "\(isolated.errors)")
        #expect(try harden("open.onnx", []).status == 0)
        #expect(try evidence.bytes("isolated.onnx") == evidence.bytes("open.onnx"))
        let result = try #require(object(isolated.output)["isolation"] as? [String: Any])
        #expect(result["deniedAttempts"] as? Int == 0)
    }

    @Test func theJobsComplaintComesThroughWithItsExitCode() throws {
        try evidence.write("a,b\n1,2\n", to: "d.npz")
        let outcome = try train("isolated.onnx", ["--isolated"])
        #expect(outcome.status == 65)
        #expect(outcome.errors.contains("bulwark: error: d.npz: "))
        #expect(!evidence.bench.exists("isolated.onnx"))
    }

    @Test func dataThatAreNotThereAreMissedInsideAsOutside() throws {
        let outcome = try train("isolated.onnx", ["--isolated"])
        #expect(outcome.status == 66)
    }

    private func object(_ text: String) throws -> [String: Any] {
        try #require(JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    }
}

/// Whether the system has what isolation rests on; where it has not, the command says so before it does anything.
private let isIsolationPossible: Bool = {
    let nothing = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path
    let outcome = try? Bulwark.run(["train", "--isolated", "--data", nothing, "--output", nothing])
    return outcome.map { $0.status != 77 || !$0.errors.contains("isolation needs") } ?? true
}()
