import ArgumentParser
import BulwarkProvenance
import Foundation

extension KeyCommand {
    /// `bulwark key export`.
    struct Export: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "export",
            abstract: "Write a private key without its passphrase, for other tools.",
            discussion: """
                Other tools read no PKCS#8 file that is encrypted with scrypt and AES-256-GCM. What comes out \
                is an ordinary one without encryption, which only its owner may read and which should not stay.
                """
        )

        @Option(help: "The private key, in PEM.")
        var key: String

        @Option(help: "The file to write; files are never replaced.")
        var output: String

        @OptionGroup var passphrase: PassphraseOptions

        func run() throws {
            try NewKeyFiles.requireAbsent([output])
            let bytes = try judging(key) { try KeyFile.readPublicBytes(key) }
            guard SealingKeyKind(bytes) == nil else {
                throw CommandFailure(
                    .usage,
                    "\(key): is for sealed files, and other tools read it as it is",
                    hint: "open \(key) --passphrase --output \(output) writes it without its passphrase"
                )
            }
            let pem = try passphrase.privateKey(key).unprotectedPEM
            try NewKeyFiles.write([(output, { try KeyFile.writePrivate(pem, to: output) })])
            try StandardOutput.write("private key: \(output) (not encrypted)")
        }
    }
}
