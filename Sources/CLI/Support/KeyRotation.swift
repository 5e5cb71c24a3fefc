import BulwarkProvenance
import Foundation

/// A trust root before and after something in it changes.
package struct TrustChange {
    private static let maximumBytes = 1 << 24

    let path: String
    let name: String
    private let before: Data
    private let after: Data

    /// A new key takes the place of an old one.
    ///
    /// - Throws: `CommandFailure`; nothing is written yet.
    init(_ path: String, _ rotation: TrustRoot.Rotation) throws {
        try self.init(path) { try TrustRoot.json($0, after: rotation) }
    }

    /// A key is revoked.
    ///
    /// - Throws: `CommandFailure`; nothing is written yet.
    package init(_ path: String, revoking name: String, from: Timestamp?, reason: String) throws {
        try self.init(path) { before in
            (try TrustRoot.json(before, revoking: name, from: from, reason: reason), name)
        }
    }

    private init(_ path: String, _ change: (Data) throws -> (json: Data, name: String)) throws {
        try OutputWriter.requireWritable(path)
        let before = try LimitedFile.read(path, maximumBytes: Self.maximumBytes)
        (after, name) = try judging(path) { try change(before) }
        (self.path, self.before) = (path, before)
    }

    /// Whether the key that the change is about may approve.
    var mayApprove: Bool { mayState(.approval) }

    private func mayState(_ type: ClaimType) -> Bool {
        guard let root = try? TrustRoot(json: after) else { return false }
        return root.keys.contains {
            ExactString($0.name) == ExactString(name) && root.mayState(type, key: $0)
        }
    }

    /// Says what follows from a rotation and is easily missed.
    ///
    /// - Parameters:
    ///   - isNow: Whether the old key ends at once.
    ///   - revokes: Whether the old key has stated that it ends.
    func warn(isNow: Bool, revokes: Bool) {
        let evidence: [ClaimType] = [
            .dataset, .training, .hardening, .assessment, .scan, .modelSignature, .approval, .deployment,
        ]
        let stated = evidence.filter(mayState).map(\.name)
        if isNow, !stated.isEmpty {
            StandardError.write(
                "bulwark: warning: from now on nothing counts that only the old key stands behind: "
                    + "\(stated.joined(separator: ", ")); --until leaves time to state it anew\n"
            )
        }
        let threshold = (try? TrustRoot(json: after))?.threshold(for: .revocation)
        if revokes, !mayState(.revocation) || threshold != 1 {
            StandardError.write(
                "bulwark: warning: this trust root does not believe a revocation by the old key alone; the entry "
                    + "tells people, and the end of the key in the trust root is what counts\n"
            )
        }
    }

    package func write() throws { try replace(before, by: after) }

    package func undo() { try? replace(after, by: before) }

    /// Minutes may pass, at a prompt for a passphrase, in which somebody else changes the root.
    private func replace(_ expected: Data, by new: Data) throws {
        guard try LimitedFile.read(path, maximumBytes: Self.maximumBytes) == expected else {
            throw CommandFailure(
                .cannotWrite,
                "\(path): somebody else has changed it meanwhile",
                hint: "look at what it says now, and begin again"
            )
        }
        try OutputWriter.write(new, to: path)
    }
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
