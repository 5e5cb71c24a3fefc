import ArgumentParser
import BulwarkProvenance
import Foundation

/// `bulwark claim`: what people state about a model.
struct ClaimCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "claim",
        abstract: "State something about a model, signed, in a log or in a file.",
        discussion: """
            With --log and --log-key a claim goes into the log at once. With --output it goes into a file, which \
            somebody else signs as well (`claim endorse`) or whoever has the key of the log adds (`log append`).
            """,
        subcommands: [
            Approve.self, Waive.self, Revoke.self, Deploy.self, Incident.self, Endorse.self,
        ]
    )

    /// Who states something, and where it goes.
    struct Signer: ParsableArguments {
        @Option(help: "The private key of whoever states it, in PEM.")
        var privateKey: String

        @Option(help: "The log to append to, with --log-key.")
        var log: String?

        @Option(help: "The private key of the log (Ed25519), in PEM.")
        var logKey: String?

        @Option(help: "Write the signed claim to this file instead, without the key of the log.")
        var output: String?

        @OptionGroup var passphrase: PassphraseOptions

        func validate() throws {
            guard (log == nil) == (logKey == nil), (log == nil) != (output == nil) else {
                throw ValidationError("either --log with --log-key or --output says where the claim goes")
            }
        }

        /// What is no part of a model, whatever the model says.
        var secrets: [String] { [privateKey, logKey, log].compactMap(\.self) + passphrase.passphraseFile }

        /// Signs a claim with the person's key, and appends it with the log's or writes it.
        ///
        /// - Parameters:
        ///   - predicate: What is stated.
        ///   - subjects: What it is about.
        ///   - files: What is read and must not be replaced.
        /// - Throws: `CommandFailure`.
        func state(
            _ predicate: some ClaimPredicate,
            about subjects: [Subject],
            reading files: [String?] = []
        ) throws {
            if let output {
                try OutputWriter.requireWritable(output)
                try OutputWriter.requireOther(
                    output,
                    than: files.compactMap(\.self) + [privateKey] + passphrase.passphraseFile
                )
            }
            let key = try passphrase.privateKey(privateKey)
            let opened = try log.map { try EvidenceLog($0, key: passphrase.privateKey(logKey ?? "")) }
            let envelope = try judging(log ?? output ?? "") {
                try Claim(about: subjects, predicate).signed(by: [key])
            }
            if let opened {
                let entry = try opened.append([envelope.json]).lowerBound
                try StandardOutput.write("entry \(entry) of \(opened.path)")
            }
            guard let output else { return }
            try OutputWriter.write(envelope.json, to: output)
            try StandardOutput.write("claim \(envelope.payloadDigest): \(output)")
        }
    }

    /// What is stated for a reason.
    struct Statement: ParsableArguments {
        @OptionGroup var signer: Signer

        @Option(help: "Why.")
        var reason: String

        func state(
            _ predicate: some ClaimPredicate,
            about subjects: [Subject],
            reading files: [String?]
        ) throws {
            try signer.state(predicate, about: subjects, reading: files)
        }
    }

    /// `bulwark claim approve`.
    struct Approve: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "approve",
            abstract: "Agree to the release of a model, or reject it."
        )

        @Argument(help: "The model's file.")
        var model: String

        @Option(help: "In which role; what the policy asks for.")
        var role: String

        @Flag(help: "Reject the model instead.")
        var reject = false

        @Option(help: "For what use.")
        var scope = "release"

        @Option(help: "Until when, as in 2026-01-31T23:59:59Z; without end if left out.")
        var expires: String?

        @Option(help: "A file that was looked at, by its digest; may be repeated.")
        var file: [String] = []

        @OptionGroup var statement: Statement

        func run() throws {
            try statement.state(
                ApprovalPredicate(
                    role: role,
                    decision: reject ? .rejected : .approved,
                    reason: statement.reason,
                    evidence: try file.map { try ContentReference(file: $0) },
                    scope: scope,
                    decided: .now,
                    expires: try Timestamp.typed(expires, "--expires")
                ),
                about: ModelSubjects(file: model, apartFrom: statement.signer.secrets).subjects,
                reading: ModelSubjects.files(of: model) + file
            )
        }
    }

    /// `bulwark claim waive`.
    struct Waive: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "waive",
            abstract: "Let a model pass one rule of the gate, until a given day."
        )

        @Argument(help: "The model's file.")
        var model: String

        @Option(help: "The rule, as the policy calls it.")
        var rule: String

        @Option(help: "In which role.")
        var role: String

        @Option(help: "Until when, as in 2026-01-31T23:59:59Z.")
        var expires: String

        @Option(help: "A file that was looked at, by its digest; may be repeated.")
        var file: [String] = []

        @OptionGroup var statement: Statement

        func run() throws {
            try statement.state(
                ApprovalPredicate(
                    role: role,
                    decision: .waived,
                    reason: statement.reason,
                    evidence: try file.map { try ContentReference(file: $0) },
                    scope: rule,
                    decided: .now,
                    expires: try Timestamp.typed(expires, "--expires")
                ),
                about: ModelSubjects(file: model, apartFrom: statement.signer.secrets).subjects,
                reading: ModelSubjects.files(of: model) + file
            )
        }
    }

    /// `bulwark claim revoke`.
    struct Revoke: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "revoke",
            abstract: "Say that a claim or a key is no longer to be believed."
        )

        @Option(help: "The digest of the claim's payload, in hexadecimal.")
        var payload: String?

        @Option(help: "The public key, in PEM.")
        var key: String?

        @OptionGroup var statement: Statement

        func validate() throws {
            guard (payload == nil) != (key == nil) else {
                throw ValidationError("either --payload or --key is revoked")
            }
        }

        func run() throws {
            let (target, digest): (RevocationPredicate.Target, ContentDigest)
            if let key {
                (target, digest) = (.key, try readPublicKey(key).fingerprint)
            } else {
                guard let found = ContentDigest(hexadecimal: payload ?? "") else {
                    throw CommandFailure(.usage, "--payload is 64 lowercase hexadecimal digits")
                }
                (target, digest) = (.claim, found)
            }
            try statement.state(
                RevocationPredicate(target: target, reason: statement.reason, from: .now, replacement: nil),
                about: [Subject(name: target.rawValue, sha256: digest)],
                reading: [key]
            )
        }
    }
}
