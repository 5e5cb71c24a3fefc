import Foundation
import Testing

/// The whole way from keys to a decision, and from a second folder with public keys alone.
struct GateCommandTests {
    private static let policy = """
        schema: bulwark.policy/1
        trust: trust.json
        log: {origin: example.com/evidence, publicKey: log.pub.pem}
        security:
          model-signature:
          dataset-signature:
          scan: {maximumAgeDays: 1}
          robust-accuracy: {minimum: 0.5, radius: 0.01}
          vulnerability-score: {maximum: 10, radius: 0.01}
          sanity-checks: {radius: 0.01, warnings: allowed}
          approval: {roles: {security: [alice]}}
        safety:
          accuracy: {minimum: 0.5}
        """

    private func gate(_ folder: URL, _ more: [String] = []) throws -> Bulwark.Outcome {
        try Bulwark.run(
            ["gate", "--policy", "bulwark.yaml", "--log", "log", "--model", "m.onnx"] + more,
            in: folder
        )
    }

    @Test func aReleaseIsDecidedByEvidenceAlone() throws {
        let evidence = try EvidenceBench()
        let folder = evidence.bench.folder
        try evidence.create("alice", "ecdsa-p256")
        let data = try evidence.bench.points(150, named: "d.npz")
        let log = ["--evidence", "log", "--evidence-key", "log.pem"]
        func run(_ arguments: [String]) throws {
            let outcome = try Bulwark.run(arguments, in: folder)
            #expect(outcome.status == 0, "\(arguments): \(outcome.errors)")
        }
        try run(["log", "init", "log", "--origin", "example.com/evidence", "--private-key", "log.pem"])
        try run(
            [
                "data", "sign", data, "--source", "a test", "--collector", "nobody", "--licence", "CC0-1.0",
                "--private-key", "log.pem", "--output", "d.json",
            ] + log
        )
        try run(["train", "--data", data, "--epochs", "20", "--output", "m.onnx"] + log)
        try run(["sign", "m.onnx", "--private-key", "model.pem"] + log)
        try run(["scan", "m.onnx"] + log)
        try run(
            [
                "assess", "m.onnx", "--data", data, "--attack", "apgd-ce", "--attack", "square", "--attack",
                "hop-skip-jump", "--epsilon", "0.01", "--bounds", "0,1", "--output", "out",
            ] + log
        )
        try run([
            "trust", "create", "--output", "trust.json", "--key", "ci=log.pub.pem", "--key",
            "owner=model.pub.pem", "--key", "alice=alice.pub.pem", "--allow", "dataset=ci", "--allow",
            "training=ci", "--allow", "scan=ci", "--allow", "assessment=ci", "--allow",
            "model-signature=owner", "--allow", "approval=alice",
        ])
        try evidence.write(Self.policy, to: "bulwark.yaml")

        let early = try gate(folder)
        #expect(early.status == 1 && early.output.contains("fail          approval: no evidence"))
        let approve = [
            "claim", "approve", "m.onnx", "--reason", "fine", "--log", "log", "--log-key", "log.pem",
        ]
        try run(approve + ["--role", "security", "--private-key", "alice.pem"])
        let passed = try gate(folder)
        #expect(passed.status == 0, "\(passed.output)\(passed.errors)")
        #expect(passed.output.contains("\npass: m.onnx"))

        // Somebody else, with what is public.
        let other = try Workbench()
        for name in ["log", "trust.json", "bulwark.yaml", "m.onnx", "log.pub.pem"] {
            try FileManager.default.copyItem(
                at: folder.appendingPathComponent(name),
                to: other.folder.appendingPathComponent(name)
            )
        }
        let checked = try gate(other.folder, ["--json"])
        #expect(checked.status == 0, "\(checked.errors)")
        let result = try #require(
            JSONSerialization.jsonObject(with: Data(checked.output.utf8)) as? [String: Any]
        )
        #expect(result["verdict"] as? String == "pass" && result["logSize"] as? Int == 6)
        let rules = try #require(result["rules"] as? [[String: Any]])
        let number = rules.first { $0["rule"] as? String == "accuracy" }?["number"] as? [String: Any]
        #expect(number?["samples"] as? Int == 150, "\(rules)")

        // One byte of the model, then one of the log, then a policy that is broken.
        try flip("m.onnx", at: 99, in: other)
        let foreign = try gate(other.folder)
        #expect(foreign.status == 1 && foreign.output.contains("model-signature: no evidence"))
        try flip("m.onnx", at: 99, in: other)
        #expect(try gate(other.folder).status == 0)
        try flip("log/tile/entries/000.p/6", at: 200, in: other)
        #expect(try gate(other.folder).status == 77)
        try evidence.write(Self.policy.replacing("scan:", with: "scam:"), to: "bulwark.yaml")
        let broken = try gate(folder)
        #expect(broken.status == 65 && broken.errors.contains("bulwark.yaml:7:3:"), "\(broken.errors)")
    }

    private func flip(_ name: String, at place: Int, in bench: Workbench) throws {
        let url = bench.folder.appendingPathComponent(name)
        var bytes = try Data(contentsOf: url)
        bytes[place] ^= 1
        try bytes.write(to: url)
    }
}
