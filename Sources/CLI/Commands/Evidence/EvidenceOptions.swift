import ArgumentParser
import BulwarkEvidence
import BulwarkProvenance
import Foundation

/// Options of the commands whose results become evidence.
struct EvidenceOptions: ParsableArguments {
    @OptionGroup var options: LogOptions
    @OptionGroup var passphrase: PassphraseOptions

    /// The log's folder; nil if there is to be no evidence.
    var evidence: String? { options.evidence }

    /// The files that a run reads, looked at before it; nil if there is to be no evidence.
    ///
    /// - Throws: `CommandFailure`, also if a model names the log, its key or the file of the passphrase as its own.
    func inputs(model: String? = nil, data: DataOptions) throws -> RunInputs? {
        guard options.evidence != nil else { return nil }
        let secrets = [options.evidence, options.evidenceKey].compactMap(\.self) + passphrase.passphraseFile
        return try RunInputs(model: model, data: data, apartFrom: secrets)
    }

    /// The log, opened before the work whose result goes into it; nil if there is to be no evidence.
    ///
    /// What comes from elsewhere is read beforehand as far as possible: from here on the key is in memory.
    ///
    /// - Throws: `CommandFailure`.
    func log() throws -> EvidenceLog? { try options.log(passphrase) }
}

/// Options that say which log the result goes into.
struct LogOptions: ParsableArguments {
    @Option(help: "Append what is signed here to this log.")
    var evidence: String?

    @Option(
        help: "The private key of the log (Ed25519, in PEM); needed with --evidence. It signs claims, too."
    )
    var evidenceKey: String?

    func validate() throws {
        guard (evidence == nil) == (evidenceKey == nil) else {
            throw ValidationError("--evidence and --evidence-key belong together")
        }
    }

    /// The log; nil if there is to be no evidence.
    ///
    /// - Throws: `CommandFailure`.
    func log(_ passphrase: PassphraseOptions) throws -> EvidenceLog? {
        guard let evidence, let evidenceKey else { return nil }
        return try EvidenceLog(evidence, key: passphrase.privateKey(evidenceKey))
    }
}

extension EvidenceLog {
    /// Signs a claim and appends it; when this returns it is on the disk.
    ///
    /// - Returns: The number of the entry.
    /// - Throws: `CommandFailure`.
    func append(_ predicate: some ClaimPredicate, about subjects: [Subject]) throws -> UInt64 {
        let envelope = try judging(path) { try Claim(about: subjects, predicate).signed(by: [key]) }
        let numbers = try append([envelope.json])
        return numbers.lowerBound
    }

    /// Signs a claim, appends it, and says so.
    ///
    /// - Throws: `CommandFailure`.
    func state(_ predicate: some ClaimPredicate, about subjects: [Subject]) throws {
        let entry = try append(predicate, about: subjects)
        StandardError.write("bulwark: \(note(of: entry))\n")
    }

    /// Appends what somebody has signed, and says so.
    ///
    /// - Throws: `CommandFailure`.
    func append(_ envelope: Envelope) throws {
        let entry = try append([envelope.json]).lowerBound
        StandardError.write("bulwark: \(note(of: entry))\n")
    }

    /// What to tell whoever ran the command.
    func note(of entry: UInt64) -> String { "Evidence: entry \(entry) of \(path)" }
}

extension ContentReference {
    /// A file by its name and digest.
    ///
    /// - Throws: `CommandFailure` if it cannot be read.
    init(file path: String) throws {
        self.init(
            name: URL(fileURLWithPath: path).lastPathComponent,
            sha256: try judging(path) { try FileTree(path).digest(of: nil) }
        )
    }
}

extension Subject {
    /// What a claim is about, by its reference.
    init(_ reference: ContentReference) { self.init(name: reference.name, sha256: reference.sha256) }
}

extension ClaimedEnvironment {
    /// This program on this machine.
    ///
    /// - Parameters:
    ///   - backend: The backend that computed, with the version of its library: `onednn 2.6.3`.
    ///   - threads: How many threads computed.
    /// - Returns: What can be known from inside.
    static func current(backend: String, threads: Int) -> ClaimedEnvironment {
        let words = backend.split(separator: " ", maxSplits: 1).map(String.init)
        return ClaimedEnvironment(
            program: "bulwark \(BulwarkCommand.version)",
            toolchain: toolchain,
            packages: words.count == 2 ? [words[0]: words[1]] : [:],
            operatingSystem: ProcessInfo.processInfo.operatingSystemVersionString,
            processor: RunConditions.processor,
            cores: threads
        )
    }

    /// The compiler's version, as far as a program knows of its own.
    private static var toolchain: String {
        #if compiler(>=6.4)
        "Swift 6.4 or later"
        #elseif compiler(>=6.3)
        "Swift 6.3"
        #elseif compiler(>=6.2)
        "Swift 6.2"
        #else
        "Swift 6.1"
        #endif
    }
}
