import ArgumentParser
import BulwarkEvidence
import BulwarkProvenance
import BulwarkServing
import Foundation

/// Options of the commands that are a witness.
struct WitnessOptions: ParsableArguments {
    @Option(help: "What the witness calls itself, as in witness.example.com.")
    var name: String

    @Option(help: "The folder in which the witness remembers what it has signed.")
    var memory: String

    @Option(help: "The private key of the witness (Ed25519), in PEM.")
    var privateKey: String

    @OptionGroup var passphrase: PassphraseOptions

    /// The witness with its memory, and the public half of its key.
    ///
    /// - Throws: `CommandFailure`, also if another process has the memory.
    func folder(
        watching logs: [LogOrigin: [NoteVerifierKey]]
    ) throws -> (folder: WitnessFolder, key: NoteVerifierKey) {
        let key = try passphrase.privateKey(privateKey)
        return try judging(memory) {
            let name = try NoteKeyName(self.name)
            let verifier = try NoteVerifierKey(name: name, key.publicKey, .cosignature)
            let signer = try NoteKey(key, name: name, .cosignature)
            let witness = try Witness(signer: signer, key: verifier, logs: logs)
            return (try WitnessFolder(memory, witness: witness), verifier)
        }
    }
}

extension WitnessFolder {
    /// Answers a request now.
    func answer(_ body: Data) throws(WitnessError) -> AddCheckpointAnswer {
        try answer(body, time: UInt64(max(0, Timestamp.now.secondsSince1970)))
    }
}

extension LogCommand {
    /// `bulwark log witness`.
    struct Serve: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "witness",
            abstract: "Be a witness of logs over HTTP, until the command is ended.",
            discussion: """
                Speaks C2SP tlog-witness: POST /add-checkpoint. What was signed is in --memory before it is \
                answered, so the command may be ended, or killed, at any moment. It does not encrypt; have a proxy \
                do so that is reached from outside.
                """
        )

        @OptionGroup var witness: WitnessOptions

        @Option(help: "A log to be witnessed, as ORIGIN=PUBLIC-KEY.pem; may be repeated.")
        var log: [String]

        @Option(help: "Where to listen, as HOST:PORT; port 0 is one that is free.")
        var listen = "127.0.0.1:8044"

        func validate() throws {
            guard !log.isEmpty else { throw ValidationError("--log ORIGIN=PUBLIC-KEY.pem") }
        }

        func run() throws {
            let (host, port) = try address()
            let (folder, key) = try witness.folder(watching: watched())
            let limits = ServerLimits(maximumBodyBytes: AddCheckpointRequest.maximumBytes)
            let server: HTTPServer
            do {
                server = try HTTPServer(host: host, port: port, limits: limits) { Self.answer($0, folder) }
            } catch {
                throw CommandFailure(.unavailable, "\(listen): cannot listen there (\(error))")
            }
            try StandardOutput.write(
                "\(key.text)\nhttp://\(Self.shown(host)):\(server.port)/add-checkpoint"
            )
            server.wait()
        }

        private static func answer(_ request: ServedRequest, _ witness: WitnessFolder) -> ServedAnswer {
            guard request.path == "/add-checkpoint" else {
                return ServedAnswer(404, Data("not found\n".utf8))
            }
            guard request.method == "POST" else {
                return ServedAnswer(405, Data("POST\n".utf8), headers: [("Allow", "POST")])
            }
            do {
                let answer = try witness.answer(request.body)
                return ServedAnswer(answer.status, answer.body, type: answer.contentType)
            } catch {
                // What is wrong here is the concern of whoever runs the witness.
                StandardError.write("bulwark: \(error)\n")
                return ServedAnswer(500, Data("the witness cannot answer\n".utf8))
            }
        }

        private func watched() throws -> [LogOrigin: [NoteVerifierKey]] {
            var logs: [LogOrigin: [NoteVerifierKey]] = [:]
            for text in log {
                guard let place = text.lastIndex(of: "=") else {
                    throw CommandFailure(.usage, "--log \(text.printable): a log is ORIGIN=PUBLIC-KEY.pem")
                }
                let key = try readPublicKey(String(text[text.index(after: place)...]))
                try judging("--log \(text.printable)") {
                    let origin = try LogOrigin(String(text[..<place]))
                    logs[origin, default: []] += try EvidenceLog.trust(origin, key).logKeys
                }
            }
            return logs
        }

        private func address() throws -> (host: String, port: Int) {
            guard let colon = listen.lastIndex(of: ":"),
                let port = UInt16(listen[listen.index(after: colon)...]), colon > listen.startIndex
            else {
                throw CommandFailure(.usage, "--listen \(listen.printable): an address is HOST:PORT")
            }
            let host = listen[..<colon]
            let isBracketed = host.hasPrefix("[") && host.hasSuffix("]")
            return (String(isBracketed ? host.dropFirst().dropLast() : host), Int(port))
        }

        private static func shown(_ host: String) -> String { host.contains(":") ? "[\(host)]" : host }
    }
}
