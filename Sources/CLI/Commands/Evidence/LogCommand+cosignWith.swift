import ArgumentParser
import BulwarkEvidence
import BulwarkProvenance
import BulwarkRemote
import Foundation

extension LogCommand {
    /// `bulwark log cosign-with`.
    struct CosignWith: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "cosign-with",
            abstract: "Ask a witness over HTTP to sign the log's checkpoint, and add its signature.",
            discussion: """
                Speaks C2SP tlog-witness. What comes back counts only if the witness's key has signed it, whoever \
                answers at the address. No redirect is followed.
                """
        )

        @Argument(help: "The log.")
        var log: String

        @Option(help: "The address of the witness, to which /add-checkpoint is added.")
        var witnessUrl: String

        @Option(help: "The public key of the witness, as NAME+ID+KEY.")
        var witness: String

        @Option(help: "How long to wait for an answer, in seconds.")
        var timeout = 30

        @OptionGroup var signing: SigningOptions

        func validate() throws {
            guard (1...600).contains(timeout) else { throw ValidationError("--timeout is 1 to 600 seconds") }
        }

        func run() throws {
            let address = try address()
            let log = try EvidenceLog(log, key: signing.key())
            let witness = try judging("--witness") { try NoteVerifierKey(self.witness) }
            let dialogue = try judging("--witness") { try WitnessDialogue(with: witness) }
            let lines = try judging(log.path) {
                let trust = try EvidenceLog.trust(log.origin, log.key.publicKey)
                let reader = try LogReader(log.path, trust: trust)
                return try dialogue.signatures(of: reader) { try ask(address, $0) }
            }
            try log.add(lines, of: witness)
        }

        private func address() throws -> URL {
            guard let url = URL(string: witnessUrl), let host = url.host, !host.isEmpty,
                ["http", "https"].contains(url.scheme?.lowercased()), url.user == nil, url.query == nil,
                url.fragment == nil
            else {
                throw CommandFailure(
                    .usage,
                    "--witness-url \(witnessUrl.printable): an address is https://HOST/PATH"
                )
            }
            return url.appendingPathComponent("add-checkpoint")
        }

        private func ask(_ url: URL, _ body: Data) throws -> WitnessDialogue.Answer {
            let request = HTTPRequest(
                "POST",
                url,
                headers: [
                    ("Content-Type", "text/plain; charset=utf-8"), ("Connection", "close"),
                    ("User-Agent", "bulwark/\(BulwarkCommand.version)"),
                ],
                body: body,
                timeout: .seconds(timeout),
                maximumBytes: WitnessDialogue.maximumAnswerBytes
            )
            switch SystemTransport().send(request) {
            case .success(let response):
                return WitnessDialogue.Answer(
                    status: response.status,
                    contentType: response.headers["content-type"],
                    body: response.body
                )
            case .failure(.connection(let reason)), .failure(.permanent(let reason)):
                throw CommandFailure(.unavailable, "\(witnessUrl): cannot be reached (\(reason))")
            case .failure(.timedOut):
                throw CommandFailure(.tryLater, "\(witnessUrl): no answer within \(timeout) seconds")
            case .failure(.tooLarge):
                throw CommandFailure(
                    .wrongAnswer,
                    "\(witnessUrl): the answer is longer than \(WitnessDialogue.maximumAnswerBytes) bytes"
                )
            }
        }
    }
}
