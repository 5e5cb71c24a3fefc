import ArgumentParser
import BulwarkProvenance
import Foundation

extension KeyCommand {
    /// `bulwark key rotate`.
    struct Rotate: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "rotate",
            abstract: "Put a new key in the place of an old one.",
            discussion: """
                Makes a key, as `key create` does. With --trust the new key may state from now on what the old one \
                might, the old one ends, and as many as before have to agree. All of it is written or nothing, \
                unless the disk fails while the log is written: then the keys are kept, as the entry may be there.

                The gate asks how keys stand now. Evidence that only the old key stands behind counts until its end: \
                --until leaves time to state it anew. That is refused where several keys have to agree, and where \
                the old key approves, as the old key and the new one would count as two. A policy names keys: put \
                the new name into its roles and waivers.

                With --revoke the old key signs, as its last word, that the new one takes its place, and the claim \
                goes into a log. Whoever knows the old key can then tell that its owner chose the new one.

                The key of a log is not rotated this way. Its readers and witnesses know the log by its origin and \
                its key, and a checkpoint by another key is to them that of another log. Begin a new log with the \
                new key, put the old log's last checkpoint into it, and tell those who read it.
                """
        )

        @Option(help: "The old key: its private half, in PEM. Without --revoke the public half is enough.")
        var key: String

        @Option(help: "The file of the new private key; files are never replaced.")
        var output: String

        @Option(help: "The kind of the new key. (default: that of the old one)")
        var algorithm: SignatureAlgorithm?

        @Option(help: "A trust root to change.")
        var trust: String?

        @Option(help: "What the trust root is to call the new key. (default: the old name with a number)")
        var name: String?

        @Option(help: "When the old key ends, as in 2026-01-31T23:59:59Z. (default: now)")
        var until: String?

        @Flag(help: "Let the old key state in a log that the new one takes its place.")
        var revoke = false

        @Option(help: "Why, with --revoke.")
        var reason: String?

        @Option(help: "The log, with --revoke.")
        var log: String?

        @Option(help: "The private key of the log (Ed25519) in PEM, with --revoke.")
        var logKey: String?

        @Flag(help: "Leave the new private key readable to everyone who gets hold of the file.")
        var noPassphrase = false

        @OptionGroup var passphrase: PassphraseOptions

        @Flag(help: "Print the result as JSON on standard output.")
        var json = false

        func validate() throws {
            let given = [reason, log, logKey].filter { $0 != nil }.count
            guard given == (revoke ? 3 : 0) else {
                throw ValidationError("--revoke, --reason, --log and --log-key belong together")
            }
            guard trust != nil || revoke else {
                throw ValidationError("--trust or --revoke is needed, or the old key does not end")
            }
            guard trust != nil || name == nil else { throw ValidationError("--name belongs to --trust") }
        }

        func run() throws {
            let now = Timestamp.now
            let end = try Timestamp.typed(until, "--until") ?? now
            guard end >= now else {
                throw CommandFailure(
                    .usage,
                    "--until \(end): is past; what a key has stated since is taken back by `claim revoke`"
                )
            }
            let old = try oldKey()
            let new = PrivateKey(algorithm ?? old.publicKey.algorithm)
            let publicPath = NewKeyFiles.publicPath(of: output)
            try NewKeyFiles.requireAbsent([output, publicPath])
            let rotation = TrustRoot.Rotation(
                old: old.publicKey,
                new: new.publicKey,
                name: name,
                from: now,
                until: end
            )
            let change = try trust.map { try TrustChange($0, rotation) }
            let farewell = try old.privateKey.map { try Farewell(from: $0, to: new.publicKey, at: end, self) }
            let pem =
                noPassphrase ? new.unprotectedPEM : try new.pem(protectedBy: passphrase.new(for: .privateKey))

            var steps: [(path: String, write: () throws -> Void, undo: () -> Void)] = [
                (output, { try KeyFile.writePrivate(pem, to: output) }, { remove(output) }),
                (
                    publicPath, { try KeyFile.writePublic(new.publicKey.pem, to: publicPath) },
                    { remove(publicPath) }
                ),
            ]
            if let change { steps.append((change.path, change.write, change.undo)) }
            var entry: UInt64?
            // Last, because a log takes nothing back.
            if let farewell { steps.append((farewell.log.path, { entry = try farewell.append() }, {})) }
            // A request to stop waits until all of them are taken.
            Interruption.watch(isQuiet: true)
            try NewKeyFiles.write(steps)

            change?.warn(isNow: end == now, revokes: revoke)
            let card = KeyCard(new.publicKey)
            let result = Rotated(
                algorithm: card.algorithm,
                fingerprint: card.fingerprint,
                replaces: old.publicKey.fingerprint.hexadecimal,
                until: end.description,
                name: change?.name,
                entry: entry
            )
            if json { return try StandardOutput.write(json: result) }
            let protection = noPassphrase ? "not encrypted" : "encrypted with the passphrase"
            try StandardOutput.write(
                "private key: \(output) (\(protection))\npublic key:  \(publicPath)\n" + card.text
                    + "\nreplaces:    \(result.replaces), which ends at \(result.until)"
                    + (change.map(Self.text) ?? "")
                    + (entry.map { "\nrevocation:  entry \($0) of \(log ?? "")" } ?? "")
            )
        }

        /// What became of a trust root.
        private static func text(_ change: TrustChange) -> String {
            let name = change.name.printable
            let policy =
                "\npolicy:      name '\(name)' in its roles and waivers, or its approvals do not count"
            return "\ntrust root:  \(change.path), where it is called '\(name)'"
                + (change.mayApprove ? policy : "")
        }

        /// The old key; its private half only if it has to sign.
        private func oldKey() throws -> (publicKey: PublicKey, privateKey: PrivateKey?) {
            let bytes = try judging(key) { try KeyFile.readPublicBytes(key) }
            guard SealingKeyKind(bytes) == nil else {
                throw CommandFailure(
                    .usage,
                    "\(key): is for sealed files, which only the old identity opens",
                    hint:
                        "make a new one with key create --algorithm x25519, open the files and seal them anew"
                )
            }
            let isPublic = String(decoding: bytes, as: UTF8.self).contains("-----BEGIN PUBLIC KEY-----")
            if isPublic, !revoke { return (try readPublicKey(key), nil) }
            let old = try passphrase.privateKey(key)
            return (old.publicKey, revoke ? old : nil)
        }

        private func remove(_ path: String) { try? FileManager.default.removeItem(atPath: path) }

        private struct Rotated: Encodable {
            let algorithm: String
            let fingerprint: String
            let replaces: String
            let until: String
            let name: String?
            let entry: UInt64?
        }
    }
}
