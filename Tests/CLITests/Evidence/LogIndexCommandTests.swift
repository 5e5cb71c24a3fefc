import Foundation
import Testing

/// What `log index` puts in place of other files, and what it leaves alone.
struct LogIndexCommandTests {
    private let evidence: EvidenceBench
    private let key: [String]

    init() throws {
        evidence = try EvidenceBench()
        key = ["--public-key", evidence.publicKey(EvidenceBench.logKey)]
        try evidence.write("something", to: "one")
        let signed = ["--private-key", evidence.key(EvidenceBench.logKey)]
        let log = evidence.path("log")
        for arguments in [
            ["init", log, "--origin", "example.com/evidence"], ["append", log, evidence.path("one")],
        ] {
            let outcome = try Bulwark.run(["log"] + arguments + signed)
            #expect(outcome.status == 0, "\(outcome.errors)")
        }
    }

    private func index(_ more: [String]) throws -> Bulwark.Outcome {
        try Bulwark.run(["log", "index", evidence.path("log")] + more + key)
    }

    @Test func aFileThatIsNoIndexIsNotReplaced() throws {
        try evidence.write("a letter", to: "letter")
        for name in ["letter", "log/checkpoint", "log/tile/entries/000.p/1"] {
            let before = try evidence.bytes(name)
            for more in [[], ["--rebuild"]] {
                let refused = try index(["--index", evidence.path(name)] + more)
                #expect(refused.status == 73 && refused.errors.contains("is no index"), "\(refused)")
                #expect(try evidence.bytes(name) == before)
            }
        }
        #expect(try Bulwark.run(["log", "verify", evidence.path("log")] + key).status == 0)
    }

    @Test func anIndexElsewhereIsMadeAndMadeAgain() throws {
        let place = ["--index", evidence.path("other.sqlite")]
        try evidence.write("", to: "other.sqlite")
        #expect(try index(place).output.contains("1 new entries, 1 in all"))
        #expect(try index(place).output.contains("0 new entries, 1 in all"))
        // Its tables are damaged, and it is still known as an index.
        var bytes = try evidence.bytes("other.sqlite")
        for place in 100..<400 { bytes[place] ^= 0xFF }
        try bytes.write(to: evidence.bench.folder.appendingPathComponent("other.sqlite"))
        let again = try index(place)
        #expect(again.status == 0 && again.errors.contains("is made anew"), "\(again)")
        // Another database is replaced only if somebody says so.
        bytes = try evidence.bytes("other.sqlite")
        bytes[68] ^= 1
        try bytes.write(to: evidence.bench.folder.appendingPathComponent("other.sqlite"))
        #expect(try index(place).status == 73)
        #expect(try index(place + ["--rebuild"]).output.contains("1 new entries"))
    }

    @Test func withAJournalBesideItTheLogIsReadInstead() throws {
        #expect(try index([]).status == 0)
        try evidence.write("from somebody else", to: "log/index.sqlite-journal")
        let show = ["log", "show", evidence.path("log"), "--since", "2999-01-01T00:00:00Z"] + key
        let shown = try Bulwark.run(show)
        #expect(shown.status == 0 && shown.output.isEmpty)
        #expect(shown.errors.contains("every entry is read") && shown.errors.contains("lies beside it"))
        #expect(try evidence.bytes("log/index.sqlite-journal") == Data("from somebody else".utf8))
        let refused = try index([])
        #expect(refused.status == 73 && refused.errors.contains("--rebuild"), "\(refused)")
        #expect(try index(["--rebuild"]).status == 0)
        #expect(!evidence.bench.exists("log/index.sqlite-journal"))
        #expect(try Bulwark.run(show).errors.isEmpty)
    }

    @Test func theIndexCanBeLeftUnasked() throws {
        try evidence.write("no index", to: "log/index.sqlite")
        let show = ["log", "show", evidence.path("log"), "--type", "scan"] + key
        #expect(try Bulwark.run(show).errors.contains("the index is of no use"))
        let unasked = try Bulwark.run(show + ["--no-index"])
        #expect(unasked.status == 0 && unasked.errors.isEmpty)
        #expect(try Bulwark.run(show + ["--no-index", "--index-file", evidence.path("x")]).status == 64)
    }
}
