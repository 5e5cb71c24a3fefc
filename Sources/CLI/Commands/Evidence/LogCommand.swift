import ArgumentParser
import BulwarkEvidence
import BulwarkProvenance
import Foundation

/// `bulwark log`: the append-only log that evidence is kept in.
struct LogCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "log",
        abstract: "Keep evidence in an append-only log that others can check.",
        discussion: """
            A log is a folder of tiles (C2SP tlog-tiles) with a signed checkpoint. Nothing in it can be changed, \
            removed or reordered without contradicting a checkpoint that somebody has seen.
            """,
        subcommands: [
            Create.self, Append.self, Show.self, Prove.self, Check.self, Verify.self, Cosign.self,
            CosignWith.self, Serve.self, AddCosignature.self, Index.self,
        ]
    )

    /// `bulwark log init`.
    struct Create: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "init",
            abstract: "Create a log without entries."
        )

        @Argument(help: "A folder that is empty or not there.")
        var log: String

        @Option(help: "What the log calls itself, best an address without its scheme: example.com/evidence.")
        var origin: String

        @OptionGroup var signing: SigningOptions

        func run() throws {
            let origin = try judging(log) { try LogOrigin(self.origin) }
            let key = try signing.key()
            try EvidenceLog.create(log, origin: origin, key: key)
            let name = try judging(log) {
                try NoteVerifierKey(name: NoteKeyName(origin.description), key.publicKey).text
            }
            try StandardOutput.write("created \(log)\nlog key: \(name)")
        }
    }

    /// `bulwark log append`.
    struct Append: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "append",
            abstract: "Append files as entries.",
            discussion: "When the command ends with exit code 0, the entries are on the disk."
        )

        @Argument(help: "The log.")
        var log: String

        @Argument(help: "Files, each of which becomes an entry of at most 16 MiB.")
        var entries: [String]

        @OptionGroup var signing: SigningOptions

        func run() throws {
            let maximum = LogAppender.maximumEntryBytes
            let contents = try entries.map { try LimitedFile.read($0, maximumBytes: maximum) }
            let numbers = try EvidenceLog(log, key: signing.key()).append(contents)
            for (number, path) in zip(numbers, entries) {
                try StandardOutput.write("entry \(number): \(path)")
            }
        }
    }

    /// `bulwark log show`.
    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show",
            abstract: "List entries, or print one as it was appended.",
            discussion: """
                If there is an index (see log index), it says which entries are looked at. Each of them is checked \
                against the log, but an index can leave entries out; with --no-index every entry is read.
                """
        )

        @Argument(help: "The log.")
        var log: String

        @Option(help: "Print only this entry, byte for byte.")
        var index: UInt64?

        @Option(help: "The file of the index. (default: \(LogIndex.defaultName) in the log's folder)")
        var indexFile: String?

        @Flag(name: .customLong("no-index"), help: "Read every entry, whatever an index says.")
        var readsEveryEntry = false

        @OptionGroup var wanted: EntryQueryOptions
        @OptionGroup var options: LogTrustOptions

        @Flag(help: "Print the list as JSON on standard output.")
        var json = false

        func validate() throws {
            guard indexFile == nil || !readsEveryEntry else {
                throw ValidationError("either --index-file or --no-index")
            }
        }

        func run() throws {
            let trust = try options.trust(log)
            let reader = try judging(log) { try LogReader(log, trust: trust) }
            if let index {
                return try StandardOutput.write(try judging(log) { try reader.entry(at: index) })
            }
            let query = try wanted.query()
            let path = readsEveryEntry ? nil : indexFile ?? "\(log)/\(LogIndex.defaultName)"
            let rows = try judging(log) {
                try LogSearch(in: reader).entries(query, indexedIn: path).map { EntryRow($0.card) }
            }
            if json { return try StandardOutput.write(json: rows) }
            for row in rows { try StandardOutput.write(row.text) }
        }
    }

    /// `bulwark log prove`.
    struct Prove: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "prove",
            abstract: "Write a receipt: a proof that an entry is in the log, which needs nothing else.",
            discussion: "The receipt is a file in the format of C2SP tlog-proof; log check verifies it."
        )

        @Argument(help: "The log.")
        var log: String

        @Option(help: "The number of the entry.")
        var index: UInt64

        @Option(help: "The file to write, best ending in .tlog-proof.")
        var output: String

        @OptionGroup var options: LogTrustOptions

        func run() throws {
            let trust = try options.trust(log)
            let receipt = try judging(log) { try LogReader(log, trust: trust).receipt(at: index) }
            try OutputWriter.write(receipt.data, to: output)
        }
    }

    /// `bulwark log check`.
    struct Check: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "check",
            abstract: "Check a receipt without the log.",
            discussion: "Exit code 77 if the receipt does not show that the entry is in the log."
        )

        @Argument(help: "The receipt.")
        var receipt: String

        @Option(help: "The file with the entry.")
        var entry: String

        @OptionGroup var options: LogTrustOptions

        func run() throws {
            let proof: LogReceipt = try judging(receipt) {
                try LogReceipt(LimitedFile.read(receipt, maximumBytes: LogReceipt.maximumBytes))
            }
            let trust = try options.trust(receipt) { try Checkpoint(proof.note.text).origin }
            let bytes = try LimitedFile.read(entry, maximumBytes: LogAppender.maximumEntryBytes)
            let verified = try judging(receipt) { try proof.verify(entry: bytes, trust: trust) }
            try StandardOutput.write(
                "\(entry) is entry \(proof.proof.index) of the \(verified.checkpoint.size) that "
                    + "\(verified.checkpoint.origin) states"
            )
        }
    }

    /// `bulwark log verify`.
    struct Verify: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "verify",
            abstract: "Verify every entry, hash and checkpoint from the files alone.",
            discussion: """
                Exit code 77 if anything was changed, removed, reordered or put back. Receipts that were kept \
                elsewhere show a log that was replaced as a whole.
                """
        )

        @Argument(help: "The log.")
        var log: String

        @Option(help: "A receipt or checkpoint of the log that was kept elsewhere; may be repeated.")
        var kept: [String] = []

        @OptionGroup var options: LogTrustOptions

        @Flag(help: "Print the result as JSON on standard output.")
        var json = false

        func run() throws {
            let trust = try options.trust(log)
            let verification = LogVerification(log, trust: trust, kept: try trust.kept(kept))
            let result = Outcome(verification)
            if json {
                try StandardOutput.write(json: result)
            } else {
                for finding in result.findings { try StandardOutput.write(finding) }
                if verification.unlisted > 0 {
                    try StandardOutput.write("and \(verification.unlisted) findings more")
                }
            }
            guard verification.isIntact else {
                throw verification.failure(of: log)
            }
            if !json {
                try StandardOutput.write("\(log): all \(result.size ?? 0) entries are those that were signed")
            }
        }

        private struct Outcome: Encodable {
            let isIntact: Bool
            let size: UInt64?
            let root: String?
            let findings: [String]

            init(_ verification: LogVerification) {
                isIntact = verification.isIntact
                size = verification.checkpoint?.checkpoint.size
                root = verification.checkpoint?.checkpoint.root.description
                findings = verification.findings.map(\.description)
            }
        }
    }

    /// `bulwark log cosign`.
    struct Cosign: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "cosign",
            abstract: "Sign a log's checkpoint as a witness.",
            discussion: """
                A witness remembers in a folder of its own what it has signed of each log, and signs only what \
                contains that. The log's owner adds the signature with log add-cosignature, before anything else \
                is appended.
                """
        )

        @Argument(help: "The log.")
        var log: String

        @OptionGroup var witness: WitnessOptions

        @Option(help: "The file to write the witness's signature to.")
        var signature: String

        @OptionGroup var options: LogTrustOptions

        func run() throws {
            let trust = try options.trust(log)
            let (folder, key) = try witness.folder(watching: [trust.origin: trust.logKeys])
            let lines = try judging(log) {
                try WitnessDialogue(with: key).signatures(of: LogReader(log, trust: trust)) { request in
                    let answer = try folder.answer(request)
                    return .init(status: answer.status, contentType: answer.contentType, body: answer.body)
                }
            }
            try OutputWriter.write(Data(lines.map(\.line).joined().utf8), to: signature)
        }
    }

    /// `bulwark log add-cosignature`.
    struct AddCosignature: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "add-cosignature",
            abstract: "Add a witness's signature to the log's checkpoint."
        )

        @Argument(help: "The log.")
        var log: String

        @Option(help: "What log cosign wrote.")
        var signature: String

        @Option(help: "The public key of the witness, as NAME+ID+KEY; see key show --witness.")
        var witness: String

        @OptionGroup var signing: SigningOptions

        func run() throws {
            let bytes = try LimitedFile.read(signature, maximumBytes: SignedNote.maximumBytes)
            let log = try EvidenceLog(log, key: signing.key())
            try judging(signature) {
                let lines = try NoteSignature.lines(bytes)
                try log.add(lines, of: NoteVerifierKey(witness))
            }
        }
    }
}

/// An entry as `log show` lists it.
private struct EntryRow: Encodable {
    let index: UInt64
    let bytes: Int
    let claim: String?
    let about: [String]

    init(_ card: EntryCard) {
        // What is listed is what the entry says of itself; nobody's signature is checked here.
        (index, bytes) = (card.index, card.byteCount)
        claim = card.claimType?.name
        about = card.subjects.map(\.name)
    }

    var text: String {
        let what = claim.map { "\($0.printable) about \(about.map(\.printable).joined(separator: ", "))" }
        return "\(index)\t\(what ?? "\(bytes) bytes")"
    }
}
