import Foundation
import Testing

/// A witness over HTTP and a log that asks it, both as commands on this machine.
struct WitnessServerTests {
    private let evidence: EvidenceBench

    init() throws {
        evidence = try EvidenceBench()
        try evidence.create("witness", "ed25519")
        try evidence.create("other", "ed25519")
        try evidence.write("one", to: "one")
        try evidence.write("two", to: "two")
        #expect(try log("init", ["--origin", "example.com/evidence"]).status == 0)
        #expect(try log("append", [evidence.path("one")]).status == 0)
    }

    /// A witness that listens.
    private final class Server {
        let key: String
        let url: String
        private let process: Process

        init(_ evidence: EvidenceBench, logKey: String = EvidenceBench.logKey) throws {
            let started = try Bulwark.start([
                "log", "witness", "--name", "witness.example.com", "--memory", evidence.path("memory"),
                "--private-key", evidence.key("witness"), "--listen", "127.0.0.1:0",
                "--log", "example.com/evidence=\(evidence.publicKey(logKey))",
            ])
            process = started.process
            var text = Data()
            while text.split(separator: 0x0A).count < 2 || text.last != 0x0A {
                let more = started.output.fileHandleForReading.availableData
                guard !more.isEmpty else { throw CocoaError(.fileReadUnknown) }
                text += more
            }
            let lines = String(decoding: text, as: UTF8.self).split(separator: "\n").map(String.init)
            (key, url) = (lines[0], String(lines[1].dropLast("/add-checkpoint".count)))
        }

        /// Ends the witness as a crash would.
        func kill() {
            Foundation.kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
        }

        deinit { kill() }
    }

    private func log(_ verb: String, _ more: [String], in folder: String = "log") throws -> Bulwark.Outcome {
        try Bulwark.run(
            ["log", verb, evidence.path(folder)] + more
                + ["--private-key", evidence.key(EvidenceBench.logKey)]
        )
    }

    private func ask(_ server: Server, in folder: String = "log") throws -> Bulwark.Outcome {
        try log("cosign-with", ["--witness-url", server.url, "--witness", server.key], in: folder)
    }

    private func isCosigned(by server: Server) throws -> Bool {
        try Bulwark.run([
            "log", "verify", evidence.path("log"), "--public-key", evidence.publicKey(EvidenceBench.logKey),
            "--witness", server.key,
        ]).status == 0
    }

    @Test func aGrowingLogIsSignedAndAnOlderStateIsNot() throws {
        var server = try Server(evidence)
        let asked = try ask(server)
        #expect(asked.status == 0, "\(asked.errors)")
        #expect(try isCosigned(by: server))
        try FileManager.default.copyItem(atPath: evidence.path("log"), toPath: evidence.path("older"))

        #expect(try log("append", [evidence.path("two")]).status == 0)
        #expect(try !isCosigned(by: server))
        // What it has signed outlives it.
        server.kill()
        server = try Server(evidence)
        #expect(try ask(server).status == 0)
        #expect(try isCosigned(by: server))

        let older = try ask(server, in: "older")
        #expect(older.status == 77 && older.errors.contains("put back"), "\(older.errors)")
        // The older state goes on in another way: a fork.
        #expect(try log("append", [evidence.path("one")], in: "older").status == 0)
        let forked = try ask(server, in: "older")
        #expect(forked.status == 77 && forked.errors.contains("another tree"), "\(forked.errors)")
    }

    @Test func aLogWithAnotherKeyIsRefused() throws {
        let server = try Server(evidence, logKey: "other")
        let asked = try ask(server)
        #expect(asked.status == 77 && asked.errors.contains("no key"), "\(asked.errors)")
    }

    @Test func onlyThatOneQuestionIsAnswered() throws {
        let server = try Server(evidence)
        for path in ["", "/", "/add-checkpoint/more", "/../add-checkpoint"] {
            let elsewhere = try log(
                "cosign-with",
                ["--witness-url", server.url + path + "/x", "--witness", server.key]
            )
            #expect(elsewhere.status == 77 && elsewhere.errors.contains("does not know"), "\(path)")
        }
    }

    @Test func whatCannotListenSaysSo() throws {
        for address in ["nowhere", ":80", "127.0.0.1:", "127.0.0.1:70000", "127.0.0.1:-1"] {
            #expect(try start(address).status == 64, "\(address)")
        }
        #expect(try start("192.0.2.1:0").status == 69)
        #expect(try start("127.0.0.1:0", log: "example.com/evidence").status == 64)
        #expect(try start("127.0.0.1:0", log: "no origin\n=\(evidence.publicKey("other"))").status == 65)
        let server = try Server(evidence)
        // One witness has one memory.
        #expect(try start("127.0.0.1:0").status != 0)
        withExtendedLifetime(server) {}
    }

    private func start(_ address: String, log: String? = nil) throws -> Bulwark.Outcome {
        try Bulwark.run([
            "log", "witness", "--name", "witness.example.com", "--memory", evidence.path("memory"),
            "--private-key", evidence.key("witness"), "--listen", address,
            "--log", log ?? "example.com/evidence=\(evidence.publicKey(EvidenceBench.logKey))",
        ])
    }
}
