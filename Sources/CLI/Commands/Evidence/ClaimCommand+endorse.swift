import ArgumentParser
import BulwarkProvenance
import Foundation

extension ClaimCommand {
    /// `bulwark claim endorse`.
    struct Endorse: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "endorse",
            abstract: "Sign a claim as well that somebody else has signed.",
            discussion: """
                A trust root can ask for the signatures of several keys under one claim. Whoever signs first \
                writes the claim with --output, or takes it from a log with `log show --index`; everybody else \
                adds a signature with this command; `log append` adds the claim to a log in the end. What is \
                signed is printed; the signatures that are there already are not checked.
                """
        )

        @Argument(help: "The signed claim.")
        var file: String

        @Option(help: "The private key that signs as well, in PEM.")
        var privateKey: String

        @Option(help: "The file to write, with one signature more.")
        var output: String

        @OptionGroup var passphrase: PassphraseOptions

        func run() throws {
            try OutputWriter.requireWritable(output)
            try OutputWriter.requireOther(output, than: [file, privateKey] + passphrase.passphraseFile)
            let limits = JSONLimits.modelBundle
            let bytes = try LimitedFile.read(file, maximumBytes: limits.maximumBytes)
            let (envelope, statement) = try judging(file) {
                let envelope = try Envelope(json: bytes, limits: limits)
                return (envelope, try Self.statement(of: envelope, file))
            }
            let key = try passphrase.privateKey(privateKey)
            guard !envelope.isSigned(by: key.publicKey) else {
                throw CommandFailure(.usage, "\(file): this key has signed it already, and counts once")
            }
            let endorsed = try judging(file) { try envelope.adding(signatureBy: key) }
            try OutputWriter.write(endorsed.json, to: output)
            try StandardOutput.write(Self.text(statement, endorsed) + "\nclaim:      \(output)")
        }

        /// What is about to be signed.
        private static func statement(
            of envelope: Envelope,
            _ path: String
        ) throws -> BulwarkProvenance.Statement {
            let expected = BulwarkProvenance.Statement.payloadType
            guard envelope.payloadType == expected else {
                throw VerificationError.unexpectedPayloadType(found: envelope.payloadType, expected: expected)
            }
            do {
                return try envelope.unverifiedStatement()
            } catch {
                throw CommandFailure(.badInput, "\(path): \(error)")
            }
        }

        /// What was signed, and by how many now.
        private static func text(_ statement: BulwarkProvenance.Statement, _ envelope: Envelope) -> String {
            let subjects = statement.subjects.prefix(20).map { subject in
                "about:      \(subject.name.printable), sha256 \(subject.sha256?.hexadecimal ?? "")"
            }
            let rest = statement.subjects.count - subjects.count
            var members: [String] = []
            if case .object(let predicate) = statement.predicate {
                members = predicate.sorted { $0.key < $1.key }.map { name, value in
                    let text = String(decoding: CanonicalJSON.write(value), as: UTF8.self)
                    return "  \(name.text.printable): \(text.printable)"
                }
            }
            return
                (["type:       \(statement.claimType.name.printable)"] + subjects
                + (rest > 0 ? ["            and \(rest) more"] : []) + ["states:"] + members + [
                    "payload:    \(envelope.payloadDigest)", "signatures: \(envelope.signatures.count)",
                ]).joined(separator: "\n")
        }
    }
}
