import ArgumentParser
import BulwarkProvenance
import Foundation

/// `bulwark seal`: encrypts a file.
struct SealCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "seal",
        abstract: "Encrypt a file for recipients, or with a passphrase.",
        discussion: """
            Writes the format age v1 (age-encryption.org/v1), which other tools open as well. The file is sealed in \
            pieces, in the same memory whatever its size. A sealed file does not say who made it: sign what \
            has to be believed. A folder has to be packed first, as with tar.
            """
    )

    @Argument(help: "The file.")
    var file: String

    @Option(help: "Who may open it, as age1…; may be repeated.")
    var recipient: [String] = []

    @Option(help: "A file with recipients, one a line; may be repeated.")
    var recipientFile: [String] = []

    @Flag(help: "Seal with a passphrase instead.")
    var passphrase = false

    @Option(help: "The sealed file.")
    var output: String

    @OptionGroup var passphrases: PassphraseOptions

    @Flag(help: "Print the result as JSON on standard output.")
    var json = false

    func validate() throws {
        guard passphrase == (recipient + recipientFile).isEmpty else {
            throw ValidationError(
                "either recipients (--recipient, --recipient-file) or --passphrase is needed"
            )
        }
    }

    func run() throws {
        try OutputWriter.requireWritable(output)
        try OutputWriter.requireOther(output, than: recipientFile + [file] + passphrases.passphraseFile)
        let recipients = try recipients()
        let sealer = try judging(file) {
            passphrase ? Sealer(with: try passphrases.new(for: .file)) : try Sealer(for: recipients)
        }
        Interruption.watch(isQuiet: true)
        let count = try judging(file) {
            try SealedFile.seal(file, to: output, sealer) { Interruption.stop == nil }
        }
        let result = Sealed(
            output: output,
            byteCount: count,
            recipients: passphrase ? nil : recipients.map(\.text)
        )
        if json { return try StandardOutput.write(json: result) }
        let lock = passphrase ? "with a passphrase" : "for \(recipients.map(\.text).joined(separator: ", "))"
        try StandardOutput.write("sealed \(count) bytes of \(file) \(lock)\nsealed file: \(output)")
    }

    /// Those of the options and of the files, each once.
    private func recipients() throws -> [SealingRecipient] {
        var all: [SealingRecipient] = []
        for text in recipient { all.append(try judging(text.printable) { try SealingRecipient(text) }) }
        for path in recipientFile {
            all += try judging(path) { try SealingRecipient.list(KeyFile.readPublic(path)) }
        }
        return all.enumerated().filter { !all[..<$0.offset].contains($0.element) }.map(\.element)
    }

    private struct Sealed: Encodable {
        let output: String
        let byteCount: UInt64
        let recipients: [String]?
    }
}
