import ArgumentParser
import BulwarkEvidence
import BulwarkProvenance
import Foundation

/// A log that claims are appended to.
///
/// The log's key has the log's origin as its name, as C2SP tlog-checkpoint recommends.
struct EvidenceLog {
    let path: String
    let origin: LogOrigin
    let key: PrivateKey

    /// A log that exists, to be written with a key.
    ///
    /// - Throws: `CommandFailure`, also if the key did not sign its checkpoint.
    init(_ path: String, key: PrivateKey) throws {
        self.path = path
        self.key = key
        origin = try judging(path) { try LogReader.statedOrigin(of: path) }
        try judging(path) { _ = try LogReader(path, trust: try Self.trust(origin, key.publicKey)) }
    }

    /// Whom to believe about a log that one key signs.
    ///
    /// - Throws: `NoteError` if the key is not one for logs.
    static func trust(_ origin: LogOrigin, _ key: PublicKey) throws(NoteError) -> CheckpointTrust {
        CheckpointTrust(
            origin: origin,
            logKeys: [try NoteVerifierKey(name: NoteKeyName(origin.description), key)]
        )
    }

    /// Creates a log.
    ///
    /// - Throws: `CommandFailure`.
    static func create(_ path: String, origin: LogOrigin, key: PrivateKey) throws {
        try judging(path) {
            let signer = try NoteKey(key, name: NoteKeyName(origin.description))
            try LogAppender.create(path, origin: origin, signer: signer, key: signer.verifierKey)
        }
    }

    /// Appends entries; when this returns they are on the disk.
    ///
    /// - Returns: Their numbers.
    /// - Throws: `CommandFailure`.
    func append(_ entries: [Data]) throws -> Range<UInt64> {
        try warnOfClockSetBack()
        return try writing { try $0.append(entries).indices }
    }

    /// Adds signatures of a witness to the checkpoint.
    ///
    /// - Throws: `CommandFailure`.
    func add(_ signatures: [NoteSignature], of witness: NoteVerifierKey) throws {
        try writing { _ = try $0.add(signatures, of: [witness]) }
    }

    private func writing<Result>(_ body: (LogAppender) throws -> Result) throws -> Result {
        // A limit on the size of files is a full disk like any other, and does not end the process.
        signal(SIGXFSZ, SIG_IGN)
        return try judging(path) {
            let signer = try NoteKey(key, name: NoteKeyName(origin.description))
            let appender = try LogAppender(path, origin: origin, signer: signer, key: signer.verifierKey)
            defer { appender.close() }
            return try body(appender)
        }
    }
}

extension CheckpointTrust {
    /// Checkpoints out of files that were kept: receipts, or checkpoints themselves.
    ///
    /// - Throws: `CommandFailure`, also if one may not be believed.
    func kept(_ paths: [String]) throws -> [(source: String, checkpoint: VerifiedCheckpoint)] {
        // Witnesses may have signed later than what was kept.
        let trust = CheckpointTrust(origin: origin, logKeys: logKeys, witnesses: witnesses)
        return try paths.map { path in
            let bytes = try LimitedFile.read(path, maximumBytes: LogReceipt.maximumBytes)
            return (path, try judging(path) { try trust.verify((try? LogReceipt(bytes).note.data) ?? bytes) })
        }
    }
}

extension LogVerification {
    /// Why a log is not believed: its checkpoint is not, or its files are not those of the checkpoint.
    func failure(of log: String) -> CommandFailure {
        let first = findings.first { $0.isFault }.map { ": \($0)" } ?? ""
        guard checkpoint == nil else {
            return CommandFailure(.notAllowed, "\(log): the log is not what was signed\(first)")
        }
        return CommandFailure(
            .notAllowed,
            "\(log): the log cannot be believed\(first)",
            hint: "is this the log that is meant, and its key? Has each witness signed its last state?"
        )
    }
}

/// Options of the commands that read a log.
struct LogTrustOptions: ParsableArguments {
    @Option(help: "The public key of the log, in PEM.")
    var publicKey: String

    @Option(help: "The origin the log has to have. (default: the one it states)")
    var origin: String?

    @Option(
        help:
            "The public key of a witness who has to have signed the checkpoint, as NAME+ID+KEY; may be repeated."
    )
    var witness: [String] = []

    /// Whom to believe about the log in a folder.
    ///
    /// - Throws: `CommandFailure`.
    func trust(_ path: String) throws -> CheckpointTrust {
        try trust(path) { try LogReader.statedOrigin(of: path) }
    }

    /// Whom to believe about a log, of which a file says how it is called.
    ///
    /// - Throws: `CommandFailure`.
    func trust(_ path: String, stated: () throws -> LogOrigin) throws -> CheckpointTrust {
        let key = try readPublicKey(publicKey)
        return try judging(path) {
            let origin = try self.origin.map { try LogOrigin($0) } ?? stated()
            let witnesses = try witness.map { try NoteVerifierKey($0) }
            let own = try EvidenceLog.trust(origin, key)
            return CheckpointTrust(
                origin: origin,
                logKeys: own.logKeys,
                witnesses: witnesses,
                requiredWitnesses: witnesses.count
            )
        }
    }
}
