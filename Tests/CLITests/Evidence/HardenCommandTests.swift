import BulwarkModels
import BulwarkTensors
import Foundation
import Testing

/// A model made harder to attack, from the command line, with evidence of it.
struct HardenCommandTests {
    /// A first feature that is right nine times in ten, by much, and twenty that each say a little.
    private func samples(_ count: Int, _ bench: Workbench, _ name: String, seed: UInt64) throws {
        var random = SeededRandom(seed: seed, stream: "samples")
        let labels = (0..<count).map { $0 % 2 }
        var elements: [Float] = []
        for label in labels {
            let side: Float = label == 1 ? 1 : -1
            elements.append(0.5 + 0.3 * (random.uniform() < 0.9 ? side : -side))
            for _ in 0..<20 {
                elements.append(min(max(0.5 + 0.06 * side + 0.1 * random.normal(), 0), 1))
            }
        }
        _ = try bench.archive(Tensor([count, 21], elements), labels, name)
    }

    private func robustAccuracy(_ model: String, in bench: Workbench) throws -> Double {
        let outcome = try Bulwark.run(
            [
                "assess", model, "--data", "test.npz", "--attack", "apgd-ce", "--attack", "square",
                "--epsilon",
                "0.12", "--bounds", "0,1", "--json",
            ],
            in: bench.folder
        )
        #expect(outcome.status == 0, "\(outcome.errors)")
        let result = try #require(
            JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any]
        )
        let worst = try #require(result["worstCase"] as? [String: Any])
        return try #require((worst["robustAccuracy"] as? [String: Any])?["value"] as? Double)
    }

    @Test func aHardenedModelWithstandsMoreAndSaysWhereItComesFrom() throws {
        let evidence = try EvidenceBench()
        let folder = evidence.bench.folder
        let log = ["--evidence", "log", "--evidence-key", "log.pem"]
        try samples(400, evidence.bench, "train.npz", seed: 1)
        try samples(200, evidence.bench, "test.npz", seed: 2)
        func run(_ arguments: [String]) throws -> String {
            let outcome = try Bulwark.run(arguments, in: folder)
            #expect(outcome.status == 0, "\(arguments): \(outcome.errors)")
            return outcome.output
        }
        _ = try run(["log", "init", "log", "--origin", "example.com/evidence", "--private-key", "log.pem"])
        _ = try run(["train", "--data", "train.npz", "--epochs", "30", "--output", "natural.onnx"] + log)
        let text = try run(
            [
                "harden", "natural.onnx", "--data", "train.npz", "--epsilon", "0.12", "--bounds", "0,1",
                "--learning-rate", "0.01", "--json", "--output", "hard.onnx",
            ] + log
        )
        let printed = try #require(JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        let result = try #require(printed["hardening"] as? [String: Any])
        #expect(result["samples"] as? Int == 360 && result["heldOut"] as? Int == 40)
        #expect((result["epochs"] as? [Any])?.count == 21)
        let (before, after) = (
            try robustAccuracy("natural.onnx", in: evidence.bench),
            try robustAccuracy("hard.onnx", in: evidence.bench)
        )
        #expect(before < 0.5 && after > 0.75, "from \(before) to \(after)")
        let entries = try run(["log", "show", "log", "--public-key", "log.pub.pem", "--json"])
        #expect(entries.contains("\"hardening\"") && entries.contains("hard.onnx"))
        // The same command gives the same bytes.
        let first = try evidence.bytes("hard.onnx")
        _ = try run([
            "harden", "natural.onnx", "--data", "train.npz", "--epsilon", "0.12", "--bounds", "0,1",
            "--learning-rate", "0.01", "--threads", "1", "--output", "again.onnx",
        ])
        #expect(try evidence.bytes("again.onnx") == first)
    }

    private static let nonsense: [([String], Int32)] = [
        (["--method", "magic"], 64), (["--epsilon", "0"], 64), (["--hold-out", "0"], 64),
        (["--norm", "l1"], 64), (["--epsilon", "nan"], 64), (["--data", "missing.npz"], 66),
        (["--method", "fast-adversarial-training", "--steps", "50"], 64),
        (["--method", "fast-adversarial-training", "--norm", "l2"], 64),
        (["--method", "gaussian-augmentation", "--norm", "linf"], 64),
    ]

    @Test(arguments: nonsense)
    func whatMakesNoSenseIsRefused(_ more: [String], _ status: Int32) throws {
        let bench = try Workbench()
        let data = try bench.points(60, named: "points.npz")
        let trained = try Bulwark.run(
            ["train", "--data", data, "--epochs", "1", "--output", "m.onnx"],
            in: bench.folder
        )
        #expect(trained.status == 0)
        let given = more.contains("--data") ? [] : ["--data", data]
        let outcome = try Bulwark.run(
            ["harden", "m.onnx", "--output", "h.onnx"] + given + more,
            in: bench.folder
        )
        #expect(outcome.status == status, "\(outcome.errors)")
        #expect(!FileManager.default.fileExists(atPath: bench.path("h.onnx")))
    }
}
