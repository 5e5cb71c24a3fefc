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
            PATH/model.sig for a folder, PATH.sig for a file, unless --signature says otherwise. With \
            --signing-certificate the signature carries the key's certificate and those that lead on from it, and \
            whoever verifies needs only the root.
            """
    )

    @Argument(help: "The model's folder or file.")
    var path: String

    @OptionGroup var signing: SigningOptions
    @OptionGroup var certificates: SigningCertificateOptions
    @OptionGroup var place: SignaturePlace
    @OptionGroup(title: "Evidence") var evidence: LogOptions

    @Flag(help: "Print the result as JSON on standard output.")
    var json = false

    func run() throws {
        let tree = try judging(path) { try FileTree(path) }
        let signature = place.path(for: tree)
        try OutputWriter.requireWritable(signature)
        try OutputWriter.requireOther(
            signature,
            than: certificates.paths + signing.paths + [path, evidence.evidenceKey]
        )
        try SignaturePlace.requireReplaceable(signature, in: tree) { _ = try ModelBundle(json: $0) }
        let chain = try certificates.chain()
        let log = try evidence.log(signing.passphrase)
        let key = try signing.key()
        // Before the files are read, which can take long.
        try judging(signing.privateKey) {
            guard let chain else { return try ModelSigner.requireUsable(key.publicKey) }
            try ModelSigner.requireUsable(
                key.publicKey,
                certificates: chain.certificates,
                certificateKey: chain.key
            )
        }
        let manifest = try judging(path) {
            try ModelSigner(ignoring: place.ignored())
                .manifest(of: tree, signaturePath: SignaturePlace.inside(tree, signature))
        }
        let bundle = try judging(signing.privateKey) {
            guard let chain else { return try ModelSigner().sign(manifest, with: key) }
            return try ModelSigner().sign(
                manifest,
                with: key,
                certificates: chain.certificates,
                certificateKey: chain.key
            )
        }
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

    /// Refuses to write in the place of a file of the folder that is no earlier result of the same kind: it
    /// would be left out of what is signed, and then be lost.
    ///
    /// - Throws: `CommandFailure` with exit code 73.
    static func requireReplaceable(
        _ output: String,
        in tree: FileTree,
        _ read: (Data) throws -> Void
    ) throws {
        let place = try OutputWriter.destination(of: output)
        guard inside(tree, output) != nil || inside(tree, place) != nil, FileIdentity(place) != nil else {
            return
        }
        do {
            try read(LimitedFile.read(output, maximumBytes: JSONLimits.modelBundle.maximumBytes))
        } catch {
            throw CommandFailure(
                .cannotWrite,
                "\(output): is a file of the folder and would be replaced",
                hint: "choose another name, or remove the file"
            )
        }
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
