import ArgumentParser
import BulwarkProvenance
import Foundation

/// `bulwark claim`: what people state about a model.
struct ClaimCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "claim",
        abstract: "State something about a model, signed, in a log.",
        subcommands: [Approve.self, Waive.self, Revoke.self, Deploy.self, Incident.self]
    )

    /// Who states something, and in which log.
    struct Signer: ParsableArguments {
        @Option(help: "The private key of whoever states it, in PEM.")
        var privateKey: String

        @Option(help: "The log to append to.")
        var log: String

        @Option(help: "The private key of the log (Ed25519), in PEM.")
        var logKey: String

        @OptionGroup var passphrase: PassphraseOptions

        /// Signs a claim with the person's key, and appends it with the log's.
        func state(_ predicate: some ClaimPredicate, about subjects: [Subject]) throws {
            let key = try passphrase.privateKey(privateKey)
            let log = try EvidenceLog(log, key: passphrase.privateKey(logKey))
            let envelope = try judging(log.path) { try Claim(about: subjects, predicate).signed(by: [key]) }
            let entry = try log.append([envelope.json]).lowerBound
            try StandardOutput.write("entry \(entry) of \(log.path)")
        }
    }

    /// What is stated for a reason.
    struct Statement: ParsableArguments {
        @OptionGroup var signer: Signer

        @Option(help: "Why.")
        var reason: String

        func state(_ predicate: some ClaimPredicate, about subjects: [Subject]) throws {
            try signer.state(predicate, about: subjects)
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

        @OptionGroup var statement: Statement

        func run() throws {
            try statement.state(
                ApprovalPredicate(
                    role: role,
                    decision: reject ? .rejected : .approved,
                    reason: statement.reason,
                    evidence: [],
                    scope: scope,
                    decided: .now,
                    expires: try Timestamp.typed(expires, "--expires")
                ),
                about: ModelSubjects(file: model).subjects
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

        @OptionGroup var statement: Statement

        func run() throws {
            try statement.state(
                ApprovalPredicate(
                    role: role,
                    decision: .waived,
                    reason: statement.reason,
                    evidence: [],
                    scope: rule,
                    decided: .now,
                    expires: try Timestamp.typed(expires, "--expires")
                ),
                about: ModelSubjects(file: model).subjects
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
                about: [Subject(name: target.rawValue, sha256: digest)]
            )
        }
    }
}
