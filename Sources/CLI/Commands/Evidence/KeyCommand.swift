import ArgumentParser
import BulwarkEvidence
import BulwarkProvenance
import Foundation

/// `bulwark key`: the keys that sign evidence.
struct KeyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key",
        abstract:
            "Make and show the keys that sign models, data, claims and logs, and that files are sealed for.",
        subcommands: [Create.self, Show.self, Rotate.self, Export.self]
    )

    /// `bulwark key create`.
    struct Create: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "create",
            abstract: "Make a key pair.",
            discussion: """
                Writes the private key, encrypted with a passphrase, and beside it the public key: for K.pem, \
                K.pub.pem. Models are signed with ECDSA keys, logs with Ed25519 ones; claims with either. An X25519 \
                key is for `seal` and `open`: it is written as an identity file of age, sealed with the passphrase, \
                and beside it the recipient: for K.age, K.recipient.
                """
        )

        @Option(help: "The file of the private key; files are never replaced.")
        var output: String

        @Option(help: "The kind of key.")
        var algorithm: KeyAlgorithm = .ecdsaP256

        @Flag(help: "Leave the private key readable to everyone who gets hold of the file.")
        var noPassphrase = false

        @OptionGroup var passphrase: PassphraseOptions

        @Flag(help: "Print the result as JSON on standard output.")
        var json = false

        func run() throws {
            guard let signature = algorithm.signature else { return try createIdentity() }
            let key = PrivateKey(signature)
            let publicPath = NewKeyFiles.publicPath(of: output)
            try NewKeyFiles.requireAbsent([output, publicPath])
            let pem =
                noPassphrase ? key.unprotectedPEM : try key.pem(protectedBy: passphrase.new(for: .privateKey))
            try NewKeyFiles.write([
                (output, { try KeyFile.writePrivate(pem, to: output) }),
                (publicPath, { try KeyFile.writePublic(key.publicKey.pem, to: publicPath) }),
            ])
            let card = KeyCard(key.publicKey)
            if json { return try StandardOutput.write(json: card) }
            try StandardOutput.write(
                "private key: \(output) (\(protection))\npublic key:  \(publicPath)\n" + card.text
            )
        }

        private func createIdentity() throws {
            let identity = SealingIdentity()
            let recipientPath = NewKeyFiles.recipientPath(of: output)
            try NewKeyFiles.requireAbsent([output, recipientPath])
            let passphrase = noPassphrase ? nil : try passphrase.new(for: .privateKey)
            try NewKeyFiles.write([
                (
                    output,
                    { try IdentityFile.write(identity, to: output, created: .now, protectedBy: passphrase) }
                ),
                (recipientPath, { try KeyFile.writePublic("\(identity.recipient)\n", to: recipientPath) }),
            ])
            let card = RecipientCard(identity.recipient)
            if json { return try StandardOutput.write(json: card) }
            try StandardOutput.write(
                "identity:  \(output) (\(protection))\nrecipient: \(recipientPath)\n" + card.recipient
            )
        }

        private var protection: String { noPassphrase ? "not encrypted" : "encrypted with the passphrase" }
    }

    /// `bulwark key show`.
    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show",
            abstract: "Show what a key is and the names it goes by."
        )

        @Argument(help: "A public or a private key in PEM, an identity file or one with recipients.")
        var key: String

        @Option(help: "The origin of a log, to show the key as logs and witnesses name it (Ed25519 only).")
        var origin: String?

        @Option(help: "The name of a witness, to show the key as that of its cosignatures (Ed25519 only).")
        var witness: String?

        @OptionGroup var passphrase: PassphraseOptions

        @Flag(help: "Print the result as JSON on standard output.")
        var json = false

        func validate() throws {
            if origin != nil, witness != nil {
                throw ValidationError("a key is that of a log or that of a witness")
            }
        }

        func run() throws {
            let bytes = try judging(key) { try KeyFile.readPublicBytes(key) }
            if let kind = SealingKeyKind(bytes) { return try showRecipients(kind) }
            let text = try judging(key) { try KeyFile.readPublic(key) }
            let isPublic = text.contains("-----BEGIN PUBLIC KEY-----")
            let shown = isPublic ? try readPublicKey(key) : try passphrase.privateKey(key).publicKey
            let card = try judging(key) {
                let name = try (origin ?? witness).map { try NoteKeyName($0) }
                return KeyCard(
                    shown,
                    noteKey: try name.map {
                        try NoteVerifierKey(name: $0, shown, witness == nil ? .ed25519 : .cosignature)
                    }
                )
            }
            if json { return try StandardOutput.write(json: card) }
            try StandardOutput.write(card.text + "\n" + shown.pem)
        }

        private func showRecipients(_ kind: SealingKeyKind) throws {
            guard origin == nil, witness == nil else {
                throw CommandFailure(.usage, "\(key): logs and witnesses have Ed25519 keys")
            }
            let recipients =
                switch kind {
                case .identity: try passphrase.identities(key).map(\.recipient)
                case .recipient: try judging(key) { try SealingRecipient.list(KeyFile.readPublic(key)) }
                }
            if json { return try StandardOutput.write(json: recipients.map(RecipientCard.init)) }
            try StandardOutput.write(recipients.map(\.text).joined(separator: "\n"))
        }
    }
}

/// What is told about a key.
struct KeyCard: Encodable {
    let algorithm: String
    let fingerprint: String
    let modelSigningHint: String
    let noteKey: String?

    init(_ key: PublicKey, noteKey: NoteVerifierKey? = nil) {
        algorithm = key.algorithm.rawValue
        fingerprint = key.fingerprint.hexadecimal
        modelSigningHint = key.modelSigningHint
        self.noteKey = noteKey?.text
    }

    var text: String {
        var lines = [
            "algorithm:   \(algorithm)", "fingerprint: \(fingerprint) (SHA-256 of the key in DER)",
            "model hint:  \(modelSigningHint) (SHA-256 of the key in PEM, in model signatures)",
        ]
        if let noteKey { lines.append("in notes:    \(noteKey)") }
        return lines.joined(separator: "\n")
    }
}
