import ArgumentParser
import BulwarkEvidence
import BulwarkProvenance
import BulwarkReports
import Foundation

/// `bulwark report`: what a log holds about a model, as documents for people and programs.
struct ReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Write the documents of a release: page, bill of materials, model card, receipts.",
        discussion: """
            Reads what the gate reads, and writes release.html, bom.cdx.json (CycloneDX 1.6), model-card.md and, in \
            receipts/, each entry with a receipt that log check verifies without the log. Without --policy nothing is \
            decided and the evidence is shown; --public-key and --trust are needed then. Exit code 0 whatever the \
            decision; to act on it, run gate.
            """
    )

    @Option(help: "The policy.")
    var policy: String?

    @Option(help: "The log.")
    var log: String

    @Option(help: "The model's file.")
    var model: String

    @Option(help: "The folder to write.")
    var output: String

    @Option(help: "Without a policy: the public key of the log, in PEM.")
    var publicKey: String?

    @Option(help: "Without a policy: the trust root.")
    var trust: String?

    @Option(help: "Without a policy: the origin the log has to have. (default: the one it states)")
    var origin: String?

    @Option(help: "Without a policy: a witness who has to have signed, as NAME+ID+KEY; may be repeated.")
    var witness: [String] = []

    @Option(help: "The moment to judge at, as in 2026-01-31T23:59:59Z. (default: now)")
    var at: String?

    @Flag(help: "Print what was written as JSON on standard output.")
    var json = false

    func validate() throws {
        let isAlone = publicKey == nil && trust == nil && origin == nil && witness.isEmpty
        guard policy == nil || isAlone else {
            throw ValidationError("the policy names the log's key, its witnesses and the trust root")
        }
        guard policy != nil || (publicKey != nil && trust != nil) else {
            throw ValidationError("either --policy, or --public-key and --trust")
        }
    }

    func run() throws {
        let now = try Timestamp.typed(at, "--at") ?? .now
        let output = ReleaseOutput(folder: output)
        try output.requireWritable()
        let source = try source()
        let reader = try source.reader(log, at: now)
        let evidence = try source.evidence(about: ModelSubjects(file: model), in: reader, log, at: now)
        let decision = source.policy.map { GateDecision($0, on: evidence) }
        let files = try receipts(of: evidence.entries(and: decision?.citedEntries ?? []), in: reader)
        let checkpoint = reader.checkpoint.checkpoint
        let report = ReleaseReport(
            model: URL(fileURLWithPath: model).lastPathComponent,
            evidence: evidence,
            decision: decision,
            items: files.map(\.item),
            log: ReleaseReport.Log(
                origin: checkpoint.origin.description,
                size: checkpoint.size,
                root: checkpoint.root.description,
                key: source.key.fingerprint,
                keyFile: source.keyFile,
                witnesses: source.checkpoints.witnesses.map(\.text)
            ),
            version: BulwarkCommand.version
        )
        let written = try output.write(report, files)
        if json { return try StandardOutput.write(json: written) }
        try StandardOutput.write(written.text)
    }

    private func source() throws -> ReleaseSource {
        if let policy { return try ReleaseSource(policy: policy) }
        guard let publicKey, let trust else { preconditionFailure("arguments were validated") }
        var options = LogTrustOptions()
        (options.publicKey, options.origin, options.witness) = (publicKey, origin, witness)
        return try ReleaseSource(log: log, options: options, trust: trust)
    }

    private func receipts(
        of entries: [EvidenceEntry],
        in reader: LogReader
    ) throws -> [ReleaseOutput.EntryFiles] {
        try judging(log) {
            try entries.map { entry in
                ReleaseOutput.EntryFiles(
                    entry,
                    bytes: try reader.entry(at: entry.index),
                    receipt: try reader.receipt(at: entry.index).data
                )
            }
        }
    }
}
