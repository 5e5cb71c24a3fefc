import ArgumentParser
import BulwarkProvenance
import Foundation

/// `bulwark open`: decrypts a file.
struct OpenCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "open",
        abstract: "Decrypt a sealed file.",
        discussion: """
            Nothing stands at the output before the last byte was found to be the one that was sealed. What comes \
            out may be read by its owner alone. Exit code 77: no identity opens the file, or it was changed or \
            cut off; 65: it is no sealed file, or its header is broken.
            """
    )

    @Argument(help: "The sealed file.")
    var file: String

    @Option(help: "A file with identities, as `key create --algorithm x25519` writes it; may be repeated.")
    var identity: [String] = []

    @Flag(help: "The file was sealed with a passphrase.")
    var passphrase = false

    @Option(help: "The file to write.")
    var output: String

    @OptionGroup var passphrases: PassphraseOptions

    @Flag(help: "Print the result as JSON on standard output.")
    var json = false

    func validate() throws {
        guard passphrase == identity.isEmpty else {
            throw ValidationError("either --identity or --passphrase is needed")
        }
    }

    func run() throws {
        try OutputWriter.requireWritable(output)
        try OutputWriter.requireOther(output, than: identity + [file] + passphrases.passphraseFile)
        let opener = try opener()
        Interruption.watch(isQuiet: true)
        let count = try judging(file) {
            try SealedFile.open(file, to: output, opener) { Interruption.stop == nil }
        }
        let result = Opened(output: output, byteCount: count)
        if json { return try StandardOutput.write(json: result) }
        try StandardOutput.write("opened \(count) bytes of \(file)\nfile: \(output)")
    }

    private func opener() throws -> Opener {
        guard passphrase else { return Opener(with: try identity.flatMap { try passphrases.identities($0) }) }
        guard let passphrase = try passphrases.existing(file) else {
            throw CommandFailure(
                .notAllowed,
                "\(file): needs its passphrase, and there is no terminal to ask for it",
                hint: "name a file with --passphrase-file, or set \(PassphraseOptions.variable)"
            )
        }
        return Opener(with: passphrase)
    }

    private struct Opened: Encodable {
        let output: String
        let byteCount: UInt64
    }
}
