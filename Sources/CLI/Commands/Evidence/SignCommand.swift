import ArgumentParser
import BulwarkProvenance
import Foundation

/// `bulwark sign`: signs a model's files.
struct SignCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sign",
        abstract: "Sign a model: a folder or a single file.",
        discussion: """
            Writes a signature in the format of OpenSSF Model Signing 1.0, which other tools verify as well: \
            PATH/model.sig for a folder, PATH.sig for a file, unless --signature says otherwise.
            """
    )

    @Argument(help: "The model's folder or file.")
    var path: String

    @OptionGroup var signing: SigningOptions
    @OptionGroup var place: SignaturePlace
    @OptionGroup(title: "Evidence") var evidence: LogOptions

    @Flag(help: "Print the result as JSON on standard output.")
    var json = false

    func run() throws {
        let tree = try judging(path) { try FileTree(path) }
        let signature = place.path(for: tree)
        try OutputWriter.requireWritable(signature)
        let log = try evidence.log(signing.passphrase)
        let key = try signing.key()
        let manifest = try judging(path) {
            try ModelSigner(ignoring: place.ignored())
                .manifest(of: tree, signaturePath: SignaturePlace.inside(tree, signature))
        }
        let bundle = try judging(signing.privateKey) { try ModelSigner().sign(manifest, with: key) }
        try OutputWriter.write(bundle.json, to: signature)
        if let log { try log.append(bundle.envelope) }
        let result = Signed(
            signature: signature,
            files: manifest.files.count,
            sha256: manifest.rootDigest.hexadecimal,
            key: key.publicKey.fingerprint.hexadecimal
        )
        if json { return try StandardOutput.write(json: result) }
        try StandardOutput.write(
            "signed \(result.files) \(result.files == 1 ? "file" : "files") of \(path)\n"
                + "digest:    \(result.sha256)\nsignature: \(signature)"
        )
    }

    private struct Signed: Encodable {
        let signature: String
        let files: Int
        let sha256: String
        let key: String
    }
}

/// `bulwark verify`: compares a model's files with their signature.
struct VerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Verify a model's signature.",
        discussion: """
            Exit code 0: every file is the one that was signed by this key, none is missing and none was added. \
            Exit code 77: not so; every file that differs is named. Paths that the signer left out beyond the \
            usual ones (.git, .gitignore, .gitattributes, .github) are refused unless --ignore names them.
            """
    )

    @Argument(help: "The model's folder or file.")
    var path: String

    @Option(help: "The public key, in PEM.")
    var publicKey: String

    @OptionGroup var place: SignaturePlace

    @Flag(help: "Print the result as JSON on standard output.")
    var json = false

    func run() throws {
        let key = try readPublicKey(publicKey)
        let tree = try judging(path) { try FileTree(path) }
        let signature = place.path(for: tree)
        let bundle = try reading(signature) {
            try judging(signature) {
                try ModelBundle(json: LimitedFile.read(signature, maximumBytes: 1 << 28))
            }
        }
        let verifier = ModelVerifier(ignoring: try place.ignored())
        let manifest = try judging(signature) { try verifier.manifest(of: bundle, signedBy: key) }
        let result = try judging(path) {
            try verifier.verify(
                tree,
                against: manifest,
                signaturePath: SignaturePlace.inside(tree, signature)
            )
        }
        let outcome = Outcome(
            files: result.fileCount,
            sha256: manifest.content.rootDigest.hexadecimal,
            key: key.fingerprint.hexadecimal,
            leftOut: result.ignoredPaths.map(\.text)
        )
        if json { return try StandardOutput.write(json: outcome) }
        let leftOut = outcome.leftOut.isEmpty ? "" : "\nleft out: \(outcome.leftOut.joined(separator: ", "))"
        try StandardOutput.write(
            "verified: \(outcome.files) \(outcome.files == 1 ? "file is" : "files are") as signed by "
                + "\(outcome.key)\ndigest:   \(outcome.sha256)" + leftOut
        )
    }

    private struct Outcome: Encodable {
        let files: Int
        let sha256: String
        let key: String
        let leftOut: [String]
    }
}

/// Where a model's signature is, and what does not belong to the model.
struct SignaturePlace: ParsableArguments {
    @Option(help: "The file of the signature.")
    var signature: String?

    @Option(help: "A file or folder in the model's folder that is left out; may be repeated.")
    var ignore: [String] = []

    /// The signature's file.
    func path(for tree: FileTree) -> String {
        if let signature { return signature }
        guard !tree.isFile else { return tree.path + ".sig" }
        return (tree.path.hasSuffix("/") ? tree.path : tree.path + "/") + ModelBundle.defaultName
    }

    /// - Throws: `CommandFailure` if a path leads out of the folder.
    func ignored() throws -> [RelativePath] { try DataCommand.paths(ignore) }

    /// Where the signature is in the model's folder; nil if it is elsewhere.
    static func inside(_ tree: FileTree, _ signature: String) -> RelativePath? {
        guard !tree.isFile else { return nil }
        let folder = URL(fileURLWithPath: tree.path).resolvingSymlinksInPath().path
        let file = URL(fileURLWithPath: signature)
        let real = file.deletingLastPathComponent().resolvingSymlinksInPath()
            .appendingPathComponent(file.lastPathComponent).path
        guard real.hasPrefix(folder + "/") else { return nil }
        return RelativePath(String(real.dropFirst(folder.count + 1)))
    }
}
