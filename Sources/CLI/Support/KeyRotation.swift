import BulwarkProvenance
import Foundation

/// A trust root before and after a rotation.
struct TrustChange {
    let path: String
    let name: String
    private let before: Data
    private let after: Data

    /// - Throws: `CommandFailure`; nothing is written yet.
    init(_ path: String, _ rotation: TrustRoot.Rotation) throws {
        try OutputWriter.requireWritable(path)
        let before = try LimitedFile.read(path, maximumBytes: 1 << 24)
        (after, name) = try judging(path) { try TrustRoot.json(before, after: rotation) }
        (self.path, self.before) = (path, before)
    }

    func write() throws { try OutputWriter.write(after, to: path) }

    func undo() { try? OutputWriter.write(before, to: path) }
}

/// What the old key signs last: that it is no longer to be believed, and which key takes its place.
struct Farewell {
    let log: EvidenceLog
    private let envelope: Envelope

    init(from old: PrivateKey, to new: PublicKey, at end: Timestamp, _ options: KeyCommand.Rotate) throws {
        let path = options.log ?? ""
        let logKey = try options.passphrase.privateKey(options.logKey ?? "")
        guard logKey.publicKey != old.publicKey else {
            throw CommandFailure(
                .usage,
                "\(options.key): is the key of the log \(path), which goes on under it",
                hint: "begin a new log with the new key; see bulwark key rotate --help"
            )
        }
        log = try EvidenceLog(path, key: logKey)
        envelope = try judging(path) {
            let replacement = ContentReference(name: "key", sha256: new.fingerprint)
            let predicate = RevocationPredicate(
                target: .key,
                reason: options.reason ?? "",
                from: end,
                replacement: replacement
            )
            return try Claim(about: [Subject(name: "key", sha256: old.publicKey.fingerprint)], predicate)
                .signed(by: [old])
        }
    }

    func append() throws -> UInt64 { try log.append([envelope.json]).lowerBound }
}
