import BulwarkEvidence
import BulwarkProvenance
import Foundation

/// Whose word counts about a release, and which log it stands in.
struct ReleaseSource {
    /// What has to be shown; nil where evidence is only looked at.
    let policy: Policy?
    let trust: TrustRoot
    let checkpoints: CheckpointTrust
    /// The key that signs the log.
    let key: PublicKey
    /// What the file of that key is called.
    let keyFile: String

    /// What a policy names, by paths from its folder on.
    ///
    /// - Throws: `CommandFailure`.
    init(policy path: String) throws {
        let bytes = try LimitedFile.read(path, maximumBytes: Policy.maximumBytes)
        func blaming<Result>(_ body: () throws(PolicyError) -> Result) throws -> Result {
            do throws(PolicyError) {
                return try body()
            } catch {
                throw CommandFailure(.badInput, "\(path):\(error.line == nil ? " " : "")\(error)")
            }
        }
        let policy = try blaming { () throws(PolicyError) in try Policy(yaml: bytes) }
        func beside(_ file: String) -> String {
            guard !file.hasPrefix("/") else { return file }
            return URL(fileURLWithPath: path).deletingLastPathComponent().appendingPathComponent(file).path
        }
        let stated = policy.log
        self.policy = policy
        let trust = try Self.trustRoot(beside(policy.trustRoot), named: policy.trustRoot)
        try blaming { () throws(PolicyError) in try policy.requireKeys(of: trust) }
        self.trust = trust
        let key = try readPublicKey(beside(stated.publicKey))
        self.key = key
        keyFile = URL(fileURLWithPath: stated.publicKey).lastPathComponent
        checkpoints = try judging(path) {
            try Self.checkpoints(LogOrigin(stated.origin), key, witnesses: stated.witnesses)
        }
    }

    /// A log by its key, and a trust root, without a policy.
    ///
    /// - Throws: `CommandFailure`.
    init(log: String, options: LogTrustOptions, trust: String) throws {
        policy = nil
        self.trust = try Self.trustRoot(trust, named: trust)
        key = try readPublicKey(options.publicKey)
        keyFile = URL(fileURLWithPath: options.publicKey).lastPathComponent
        checkpoints = try options.trust(log)
    }

    private static func trustRoot(_ path: String, named name: String) throws -> TrustRoot {
        try judging(name) { try TrustRoot(json: LimitedFile.read(path, maximumBytes: 1 << 24)) }
    }

    private static func checkpoints(
        _ origin: LogOrigin,
        _ key: PublicKey,
        witnesses: [String]
    ) throws -> CheckpointTrust {
        let keys = try witnesses.map { text in
            do {
                return try NoteVerifierKey(text)
            } catch {
                throw CommandFailure(
                    .badInput,
                    "witness '\(text.printable)': \(error)",
                    hint: "key show KEY.pub.pem --witness NAME prints the key of a witness"
                )
            }
        }
        return CheckpointTrust(
            origin: origin,
            logKeys: try EvidenceLog.trust(origin, key).logKeys,
            witnesses: keys,
            requiredWitnesses: keys.count
        )
    }

    /// The log, every entry and hash of which is as it was signed.
    ///
    /// - Parameters:
    ///   - log: The log.
    ///   - kept: Receipts or checkpoints of the log that were kept elsewhere.
    ///   - now: The moment at which is decided.
    /// - Returns: The log at the checkpoint that was verified.
    /// - Throws: `CommandFailure`.
    func reader(_ log: String, kept: [String] = [], at now: Timestamp) throws -> LogReader {
        let verification = LogVerification(log, trust: checkpoints, kept: try checkpoints.kept(kept))
        guard let checkpoint = verification.checkpoint, verification.isIntact else {
            throw verification.failure(of: log)
        }
        if let fault = policy?.log.fault(of: checkpoint, now: now) {
            throw CommandFailure(
                .notAllowed,
                "\(log): the checkpoint may not be the newest: \(fault)",
                hint: "log cosign-with asks a witness to sign it"
            )
        }
        return LogReader(log, at: checkpoint)
    }

    /// What a log holds about a model.
    ///
    /// - Throws: `CommandFailure`.
    func evidence(
        about model: ModelSubjects,
        in reader: LogReader,
        _ log: String,
        at now: Timestamp
    ) throws -> ReleaseEvidence {
        try judging(log) {
            try ReleaseEvidence(
                about: model.model.sha256,
                weights: model.weights,
                in: reader,
                trusting: trust,
                now: now
            )
        }
    }
}
