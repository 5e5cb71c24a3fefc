import ArgumentParser
import BulwarkProvenance
import Foundation

/// `bulwark trust`: whose word counts.
struct TrustCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "trust",
        abstract: "Say whose word counts for which claims.",
        subcommands: [Create.self, Revoke.self, Show.self]
    )

    /// `bulwark trust create`.
    struct Create: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "create",
            abstract: "Write a trust root.",
            discussion: """
                --allow assessment=ci,audit:2 lets the keys ci and audit state assessments, and asks for both: one \
                states it with `claim --output` or is read with `log show --index`, the other signs it as well with \
                `claim endorse`, and `log append` adds it. Model signatures carry one signature. A trust root that \
                is there is not replaced: `trust revoke` and `key rotate --trust` change it.
                Claims: dataset, training, assessment, hardening, scan, approval, deployment, incident, \
                revocation, model-signature.
                """
        )

        @Option(help: "A key as NAME=FILE, its public half in PEM; may be repeated.")
        var key: [String]

        @Option(
            help: "Who may state a claim, as CLAIM=NAME,NAME or CLAIM=NAME,NAME:HOW-MANY; may be repeated."
        )
        var allow: [String]

        @Option(help: "From when on the keys are believed, as in 2026-01-31T23:59:59Z. (default: now)")
        var from: String?

        @Option(help: "Until when they are believed; without end if left out.")
        var until: String?

        @Option(help: "The file to write.")
        var output: String

        func run() throws {
            guard !FileManager.default.fileExists(atPath: output) else {
                throw CommandFailure(
                    .cannotWrite,
                    "\(output): there is a file already, which is not replaced",
                    hint: "trust revoke and key rotate --trust change a trust root"
                )
            }
            let (from, until) = (
                try Timestamp.typed(from, "--from") ?? .now, try Timestamp.typed(until, "--until")
            )
            let keys = try key.map { text in
                let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
                guard parts.count == 2 else {
                    throw CommandFailure(.usage, "--key \(text): NAME=FILE is expected")
                }
                return (
                    name: parts[0], key: try readPublicKey(parts[1]), from: from, until: until,
                    revocation: TrustedKey.Revocation?.none
                )
            }
            let rules = try allow.map(Self.rule)
            let text = try judging(output) { try TrustRoot.json(keys: keys, rules: rules) }
            try OutputWriter.create(text, at: output)
        }

        private static func rule(_ text: String) throws -> (type: ClaimType, keys: [String], threshold: Int) {
            let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
            guard parts.count == 2, let type = ClaimType(named: parts[0]) else {
                throw CommandFailure(
                    .usage,
                    "--allow \(text.printable): CLAIM=NAME,NAME is expected",
                    hint: "claims are dataset, training, hardening, assessment, scan, model-signature, "
                        + "approval, deployment, incident and revocation"
                )
            }
            let sides = parts[1].split(separator: ":", maxSplits: 1).map(String.init)
            let names = sides[0].split(separator: ",").map(String.init)
            guard let threshold = sides.count == 2 ? Int(sides[1]) : 1 else {
                throw CommandFailure(.usage, "--allow \(text): behind the colon is how many have to sign")
            }
            return (type, names, threshold)
        }
    }

    /// `bulwark trust revoke`.
    struct Revoke: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "revoke",
            abstract: "Say in a trust root that a key is no longer to be believed.",
            discussion: """
                The gate asks how keys stand now: from the moment on that --from names, nothing counts that only this \
                key stands behind, whenever it was signed. Whoever has another copy of the trust root does not \
                know of it; `claim revoke --key` says the same in a log.
                """
        )

        @Option(help: "The trust root to change.")
        var trust: String

        @Option(help: "What the trust root calls the key.")
        var key: String

        @Option(
            help: """
                From when on, as in 2026-01-31T23:59:59Z: the moment of the loss, where it is known. (default: the \
                beginning of the key's validity)
                """
        )
        var from: String?

        @Option(help: "Why.")
        var reason: String

        func validate() throws {
            guard !reason.isEmpty else { throw ValidationError("--reason is empty") }
        }

        func run() throws {
            let from = try Timestamp.typed(from, "--from")
            try TrustChange(trust, revoking: key, from: from, reason: reason).write()
            try StandardOutput.write("\(trust): '\(key.printable)' is revoked")
        }
    }

    /// `bulwark trust show`.
    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show",
            abstract: "Show the keys of a trust root and how they stand."
        )

        @Argument(help: "The trust root.")
        var file: String

        func run() throws {
            let root = try judging(file) {
                try TrustRoot(json: LimitedFile.read(file, maximumBytes: 1 << 24))
            }
            for key in root.keys {
                try StandardOutput.write(
                    "\(key.name.printable)\t\(key.publicKey.algorithm.rawValue)\t\(key.publicKey.fingerprint)\t"
                        + "\(key.standing(at: .now))"
                )
            }
        }
    }
}
