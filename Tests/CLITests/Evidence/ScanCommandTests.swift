import Foundation
import TestSupport
import Testing

struct ScanCommandTests {
    private struct Reports: Decodable {
        struct File: Decodable {
            let path: String
            let verdict: String
        }
        let files: [File]
    }

    /// The 46 files of a public corpus of malicious and benign models, of which the names say what they are.
    @Test(.enabled(if: SharedData.isPresent, "the shared data are not beside the repository"))
    func noDangerousFilePassesAndNoBenignOneIsCalledDangerous() throws {
        let folder = SharedData.url("model-files/picklescan").path
        let outcome = try Bulwark.run(["scan", folder, "--json"])
        #expect(outcome.status == 1)
        let reports = try JSONDecoder().decode(Reports.self, from: Data(outcome.output.utf8))
        #expect(reports.files.count == 46)
        let dangerous = ["malicious", "broken_model", "pytorch_magic_bypass", "sys_module_override"]
        for file in reports.files {
            let name = URL(fileURLWithPath: file.path).lastPathComponent
            let isDangerous = dangerous.contains { name.hasPrefix($0) }
            #expect((file.verdict == "dangerous") == isDangerous, "\(name): \(file.verdict)")
        }
        let benign = reports.files.filter {
            $0.path.contains("benign0_") || $0.path.contains("pytorch_model")
        }
        #expect(benign.count == 5 && benign.allSatisfy { $0.verdict == "nothing-found" })
    }

    /// The caches of model hubs are folders of links.
    @Test func linksToFilesAreFollowedAndOthersAreFaults() throws {
        let evidence = try EvidenceBench()
        let manager = FileManager.default
        try evidence.write("cos\nsystem\n(S'true'\ntR.", to: "blobs/0123")
        try evidence.write("a", to: "snapshot/notes.txt")
        let link = evidence.path("snapshot/model.bin")
        try manager.createSymbolicLink(atPath: link, withDestinationPath: "../blobs/0123")
        let found = try Bulwark.run(["scan", evidence.path("snapshot"), "--json"])
        #expect(found.status == 1, "\(found.errors)")
        let reports = try JSONDecoder().decode(Reports.self, from: Data(found.output.utf8))
        #expect(reports.files.map(\.verdict) == ["dangerous", "nothing-found"])
        for (name, target) in [("nowhere", "../gone"), ("folder", "../blobs")] {
            let other = evidence.path("snapshot/\(name)")
            try manager.createSymbolicLink(atPath: other, withDestinationPath: target)
            let outcome = try Bulwark.run(["scan", evidence.path("snapshot")])
            #expect(outcome.status == 65 && outcome.errors.contains(name), "\(outcome.errors)")
            try manager.removeItem(atPath: other)
        }
    }

    @Test func verdictsHaveTheirExitCodes() throws {
        let evidence = try EvidenceBench()
        try Data([0x80, 2, 0x7D, 0x2E]).write(to: URL(fileURLWithPath: evidence.path("empty.pkl")))
        let fine = try Bulwark.run(["scan", evidence.path("empty.pkl")])
        #expect(fine.status == 0, "\(fine.errors)")
        #expect(fine.output.contains("nothing dangerous found by these rules"))
        #expect(!fine.output.contains("safe"))
        // Protocol 0: the import posix.system, called with a text.
        try evidence.write("cposix\nsystem\n(S'id'\ntR.", to: "attack.pkl")
        let attack = try Bulwark.run([
            "scan", evidence.path("attack.pkl"), "--sarif", evidence.path("r.sarif"),
        ])
        #expect(attack.status == 1 && attack.output.contains("dangerous"))
        let sarif = try #require(
            JSONSerialization.jsonObject(with: evidence.bytes("r.sarif")) as? [String: Any]
        )
        let run = try #require((sarif["runs"] as? [[String: Any]])?.first)
        let results = try #require(run["results"] as? [[String: Any]])
        #expect(results.contains { $0["ruleId"] as? String == "pickle.dangerous-import" })
        let driver = try #require((run["tool"] as? [String: [String: Any]])?["driver"])
        let rules = try #require(driver["rules"] as? [[String: Any]])
        for result in results {
            let index = try #require(result["ruleIndex"] as? Int)
            #expect(rules[index]["id"] as? String == result["ruleId"] as? String)
        }
        try Data([0x01, 0x02, 0x03]).write(to: URL(fileURLWithPath: evidence.path("unknown")))
        #expect(try Bulwark.run(["scan", evidence.path("unknown")]).status == 65)
        #expect(try Bulwark.run(["scan", evidence.path("nothing")]).status == 66)
    }

    @Test func aScanBecomesAnEntry() throws {
        let evidence = try EvidenceBench()
        let log = evidence.path("log")
        let key = evidence.key(EvidenceBench.logKey)
        _ = try Bulwark.run(["log", "init", log, "--origin", "example.com/evidence", "--private-key", key])
        try evidence.write("cposix\nsystem\n(S'id'\ntR.", to: "models/attack.pkl")
        let scanned = try Bulwark.run([
            "scan", evidence.path("models"), "--evidence", log, "--evidence-key", key,
        ])
        #expect(scanned.status == 1 && scanned.errors.contains("entry 0"), "\(scanned.errors)")
        let listed = try Bulwark.run([
            "log", "show", log, "--public-key", evidence.publicKey(EvidenceBench.logKey),
        ])
        #expect(listed.output.hasPrefix("0\tscan about "))
    }
}
