import ArgumentParser
import BulwarkModels
import BulwarkProvenance
import BulwarkReports
import Foundation

/// `bulwark scan`: looks for what is dangerous in model files.
struct ScanCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "scan",
        abstract: "Look for what is dangerous in model files, without loading any.",
        discussion: """
            Reads pickles, PyTorch, joblib and NumPy files, Keras, SavedModel, safetensors, GGUF and ONNX, and \
            archives of these, told by their content. Exit code 0: nothing dangerous was found by these rules; 1: \
            something dangerous or suspicious; 65: a file could not be read.
            """
    )

    @Argument(help: "Files, and folders whose files are scanned.")
    var paths: [String]

    @Option(help: "Write the findings here for code-scanning tools (SARIF).")
    var sarif: String?

    @Option(help: "Write the result here as JSON; the claim of --evidence refers to it.")
    var output: String?

    @OptionGroup(title: "Evidence") var evidence: EvidenceOptions

    @Flag(help: "Print the result as JSON on standard output.")
    var json = false

    func run() throws {
        for path in [sarif, output].compactMap(\.self) { try OutputWriter.requireWritable(path) }
        let log = try evidence.log()
        let files = try paths.flatMap(Self.files)
        guard !files.isEmpty else {
            throw CommandFailure(.notFound, "\(paths.joined(separator: ", ")): there are no files")
        }
        let scanner = ModelScanner { compressed, limit in
            let content: Data?
            do { content = try Inflater.inflate(compressed, upTo: limit) } catch {
                throw InflateError.damaged
            }
            guard let content else { throw InflateError.tooLong }
            return content
        }
        var (reports, subjects): ([ScanReport], [ContentReference]) = ([], [])
        for path in files {
            let bytes = try reading(path) {
                try Data(contentsOf: URL(fileURLWithPath: path), options: .mappedIfSafe)
            }
            reports.append(scanner.scan(bytes, named: path))
            if log != nil {
                subjects.append(ContentReference(name: path, sha256: ContentDigest(of: bytes)))
            }
        }
        let result = ScanReports(files: reports)
        if let sarif {
            try OutputWriter.write(ScanSARIF.render(result, version: BulwarkCommand.version), to: sarif)
        }
        let text = try StandardOutput.encoded(result)
        if let output { try OutputWriter.write(text, to: output) }
        if json {
            try StandardOutput.write(text)
        } else {
            for report in reports { try StandardOutput.write(Self.lines(report)) }
        }
        if let log { try state(result, about: subjects, in: log) }
        switch result.verdict {
        case .nothingFound: break
        case .unreadable: throw ExitCode(ExitStatus.badInput.rawValue)
        case .suspicious, .dangerous: throw ExitCode(ExitStatus.differs.rawValue)
        }
    }

    private func state(
        _ result: ScanReports,
        about subjects: [ContentReference],
        in log: EvidenceLog
    ) throws {
        let entry = try log.append(
            ScanPredicate(
                verdict: result.verdict,
                rules: "bulwark \(BulwarkCommand.version)",
                fileCount: result.files.count,
                findings: result.files.flatMap { file in
                    file.findings.filter { $0.severity != .note }.map {
                        ScanPredicate.Finding(
                            path: file.path,
                            rule: $0.rule.rawValue,
                            verdict: $0.severity.verdict
                        )
                    }
                },
                report: try output.map { try ContentReference(file: $0) },
                finished: .now
            ),
            about: subjects.map { Subject($0) }
        )
        StandardError.write("bulwark: \(log.note(of: entry))\n")
    }

    /// The files to scan, sorted; links to files are followed, as the caches of model hubs are made of them.
    private static func files(_ path: String) throws -> [String] {
        try judging(path) {
            let tree = try FileTree(path)
            guard !tree.isFile else { return [path] }
            let folder = path.hasSuffix("/") ? path : path + "/"
            return try tree.files(links: .toFiles) { _ in false }.map { folder + $0.text }
        }
    }

    /// A file's verdict, and what was found.
    private static func lines(_ report: ScanReport) -> String {
        let findings = report.findings.map { finding in
            "  \(finding.severity.rawValue)  \(finding.rule.rawValue)"
                + (finding.location.isEmpty ? "" : "  at \(finding.location)")
                + "\n    \(finding.what)\n    \(finding.why)"
        }
        return (["\(report.path): \(report.summary) (\(report.format))"] + findings).joined(separator: "\n")
    }
}
