import ArgumentParser
import BulwarkProvenance
import Foundation

/// `bulwark data`: where data come from.
struct DataCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "data",
        abstract: "Sign data with where they come from, verify them, and make tables anonymous.",
        subcommands: [Sign.self, Verify.self, Anonymize.self, NewPseudonymKey.self]
    )

    /// `bulwark data sign`.
    struct Sign: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "sign",
            abstract: "Write a signed manifest of data.",
            discussion: """
                Lists every file with its size, its CRC-32C and its SHA-256 digest, and says where the data come \
                from. Data made of other data name the manifests of these with --parent and what was done with \
                --transformation.
                """
        )

        @Argument(help: "The folder or file of data.")
        var path: String

        @Option(help: "What the data are called. (default: the name of the folder or file)")
        var name: String?

        @Option(help: "Where they come from: an address, a device, an institution.")
        var source: String

        @Option(help: "Who collected them.")
        var collector: String

        @Option(help: "Under which licence, by its SPDX identifier where it has one.")
        var licence: String

        @Option(help: "When they were collected, as in 2026-01-31T23:59:59Z. (default: now)")
        var collected: String?

        @Option(help: "The signed manifest of data that these were made of; may be repeated.")
        var parent: [String] = []

        @Option(help: "The public key that signed the parents, in PEM; needed with --parent.")
        var parentKey: String?

        @Option(
            help: "What was done to the parents: NAME or NAME:KEY=VALUE,KEY=VALUE; may be repeated, in order."
        )
        var transformation: [String] = []

        @Option(help: "A file or folder that does not belong to the data; may be repeated.")
        var ignore: [String] = []

        @Option(help: "The file of the signed manifest. (default: PATH.manifest.json)")
        var output: String?

        @OptionGroup var signing: SigningOptions
        @OptionGroup(title: "Evidence") var evidence: LogOptions

        func run() throws {
            let log = try evidence.log(signing.passphrase)
            let tree = try judging(path) { try FileTree(path) }
            let target = output ?? DataCommand.manifestPath(path)
            try OutputWriter.requireWritable(target)
            try OutputWriter.requireOther(
                target,
                than: signing.paths + parent + [path, parentKey, evidence.evidenceKey]
            )
            try SignaturePlace.requireReplaceable(target, in: tree) { bytes in
                let envelope = try Envelope(json: bytes, limits: .modelBundle)
                _ = try Claim<DatasetPredicate>(envelope.unverifiedStatement())
            }
            let key = try signing.key()
            var description = DataDescription(
                name: name ?? tree.name,
                source: source,
                collector: collector,
                licence: licence,
                collected: try Timestamp.typed(collected, "--collected") ?? .now
            )
            description.parents = try parents()
            description.transformations = try transformation.map(Self.transformation)
            let manifest = try judging(path) {
                try DataManifest(
                    description,
                    of: tree,
                    ignoring: DataCommand.paths(ignore)
                        + [SignaturePlace.inside(tree, target)].compactMap(\.self)
                )
            }
            let envelope = try judging(path) {
                let reference = try manifest.reference()
                let subject = Subject(name: reference.name, sha256: reference.sha256)
                return try Claim(about: [subject], DatasetPredicate(manifest: manifest)).signed(by: [key])
            }
            try OutputWriter.write(envelope.json, to: target)
            if let log { try log.append(envelope) }
            let count = manifest.files.count
            try StandardOutput.write("signed \(count) \(count == 1 ? "file" : "files"): \(target)")
        }

        private func parents() throws -> [ContentReference] {
            guard !parent.isEmpty else { return [] }
            guard let parentKey else {
                throw CommandFailure(.usage, "--parent needs --parent-key, to check who signed it")
            }
            let key = try readPublicKey(parentKey)
            return try parent.map { path in
                let claim = try DataCommand.manifest(path, signedBy: key)
                return try judging(path) { try claim.content.predicate.manifest.reference() }
            }
        }

        /// `resize` or `resize:width=32,height=32`.
        private static func transformation(_ text: String) throws -> DataManifest.Transformation {
            let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            var parameters: [String: String] = [:]
            for pair in parts.count == 2 ? parts[1].split(separator: ",") : [] {
                let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                guard sides.count == 2, !sides[0].isEmpty,
                    parameters.updateValue(String(sides[1]), forKey: String(sides[0])) == nil
                else {
                    throw CommandFailure(.usage, "--transformation \(text): NAME:KEY=VALUE,… is expected")
                }
            }
            guard let name = parts.first, !name.isEmpty else {
                throw CommandFailure(.usage, "--transformation \(text): there is no name")
            }
            return DataManifest.Transformation(name: String(name), parameters: parameters, tool: nil)
        }
    }

    /// `bulwark data verify`.
    struct Verify: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "verify",
            abstract: "Compare data with their signed manifest.",
            discussion: """
                Names every file that was changed, is missing or was added, and for a changed one whether its \
                checksum changed with it (an accident) or was made to fit (an attack). Exit code 77 if the data \
                are not those that were signed.
                """
        )

        @Argument(help: "The folder or file of data.")
        var path: String

        @Option(help: "The signed manifest. (default: PATH.manifest.json)")
        var manifest: String?

        @Option(help: "The public key, in PEM.")
        var publicKey: String

        @Option(help: "A file or folder that does not belong to the data; may be repeated.")
        var ignore: [String] = []

        @Flag(help: "Print the result as JSON on standard output.")
        var json = false

        func run() throws {
            let place = manifest ?? DataCommand.manifestPath(path)
            let claim = try DataCommand.manifest(place, signedBy: try readPublicKey(publicKey))
            let tree = try judging(path) { try FileTree(path) }
            let verification = try judging(path) {
                try DataVerification(
                    of: tree,
                    against: claim,
                    ignoring: DataCommand.paths(ignore)
                        + [SignaturePlace.inside(tree, place)].compactMap(\.self)
                )
            }
            let outcome = Outcome(verification)
            if json {
                try StandardOutput.write(json: outcome)
            } else {
                for line in outcome.lines { try StandardOutput.write(line) }
            }
            guard verification.isIntact else {
                throw CommandFailure(.notAllowed, "\(path): the data are not those that were signed")
            }
            if !json { try StandardOutput.write("\(path): all \(outcome.intact) files are as signed") }
        }
    }

    /// What `data verify` found.
    private struct Outcome: Encodable {
        let intact: Int
        let missing: [String]
        let added: [String]
        let integrity: [String: String]

        init(_ verification: DataVerification) {
            intact = verification.integrity.values.count { $0.isUsable }
            missing = verification.differences.missing.map(\.text)
            added = verification.differences.added.map(\.text)
            integrity = Dictionary(
                uniqueKeysWithValues: verification.integrity.filter { $1 != .intact }.map {
                    ($0.text, $1.rawValue)
                }
            )
        }

        var lines: [String] {
            integrity.sorted { $0.key < $1.key }.map { path, outcome in
                "\(path.printable): \(Integrity(rawValue: outcome).map { "\($0)" } ?? outcome)"
            } + missing.map { "\($0.printable): is missing" } + added.map { "\($0.printable): was added" }
        }
    }

    /// Where the manifest of data is unless somebody says otherwise.
    static func manifestPath(_ path: String) -> String {
        (path.hasSuffix("/") ? String(path.dropLast()) : path) + ".manifest.json"
    }

    /// A manifest that a key has signed.
    ///
    /// - Throws: `CommandFailure`.
    static func manifest(_ path: String, signedBy key: PublicKey) throws -> Verified<Claim<DatasetPredicate>>
    {
        let bytes = try LimitedFile.read(path, maximumBytes: JSONLimits.modelBundle.maximumBytes)
        return try judging(path) {
            try Envelope(json: bytes, limits: .modelBundle).verified(
                as: Claim<DatasetPredicate>.self,
                by: key
            )
        }
    }

    /// - Throws: `CommandFailure` if a path leads out of the folder.
    static func paths(_ texts: [String]) throws -> [RelativePath] {
        try texts.map { text in
            guard let path = RelativePath(text.hasSuffix("/") ? String(text.dropLast()) : text) else {
                throw CommandFailure(.usage, "--ignore \(text): this is no path inside of the folder")
            }
            return path
        }
    }
}
