import Foundation
import Testing

struct TrustCommandTests {
    private let evidence: EvidenceBench

    init() throws { evidence = try EvidenceBench() }

    private func create(_ rule: String = "scan=ci") throws -> Bulwark.Outcome {
        try Bulwark.run([
            "trust", "create", "--output", evidence.path("trust.json"), "--from", "2026-01-01T00:00:00Z",
            "--key", "ci=\(evidence.publicKey(EvidenceBench.modelKey))", "--key",
            "log=\(evidence.publicKey(EvidenceBench.logKey))", "--allow", rule,
        ])
    }

    private func revoke(_ more: [String]) throws -> Bulwark.Outcome {
        try Bulwark.run(["trust", "revoke", "--trust", evidence.path("trust.json")] + more)
    }

    @Test func aTrustRootIsNotReplaced() throws {
        #expect(try create().status == 0)
        let before = try evidence.bytes("trust.json")
        let again = try create("approval=ci")
        #expect(again.status == 73 && again.errors.contains("trust revoke"), "\(again.errors)")
        #expect(try evidence.bytes("trust.json") == before)
    }

    @Test func aModelsSignatureIsOfOneKey() throws {
        let refused = try create("model-signature=ci,log:2")
        #expect(refused.status == 65 && refused.errors.contains("carries one"), "\(refused.errors)")
        #expect(!evidence.bench.exists("trust.json"))
    }

    @Test func aKeyIsRevokedInPlace() throws {
        #expect(try create().status == 0)
        let lost = ["--key", "ci", "--reason", "a lost laptop"]
        #expect(try revoke(["--key", "ci"]).status == 64)
        #expect(try revoke(["--key", "bob", "--reason", "x"]).status == 65)
        let done = try revoke(lost + ["--from", "2026-02-01T00:00:00Z"])
        #expect(done.status == 0, "\(done.errors)")
        func show() throws -> String {
            try Bulwark.run(["trust", "show", evidence.path("trust.json")]).output
        }
        #expect(try show().contains("revoked from 2026-02-01T00:00:00Z on: a lost laptop"))
        let later = try revoke(lost + ["--from", "2026-03-01T00:00:00Z"])
        #expect(later.status == 65 && later.errors.contains("already"), "\(later.errors)")
        #expect(try revoke(lost).status == 0)
        #expect(try show().contains("revoked from 2026-01-01T00:00:00Z on"))
        #expect(try show().contains("log\ted25519"))
    }
}
