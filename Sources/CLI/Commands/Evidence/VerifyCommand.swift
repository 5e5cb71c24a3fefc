import ArgumentParser
import BulwarkProvenance
import Foundation

/// `bulwark verify`: compares a model's files with their signature.
struct VerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Verify a model's signature.",
        discussion: """
            Exit code 0: every file is the one that was signed by this key, none is missing and none was added. \
            Exit code 77: not so; every file that differs is named. Paths that the signer left out beyond the \
            usual ones (.git, .gitignore, .gitattributes, .github) are refused unless --ignore names them.

            With --certificate-chain the signer is whoever has a certificate that leads to one of those roots and \
            is valid now. Whether it was revoked is not looked at.
            """
    )

    @Argument(help: "The model's folder or file.")
    var path: String

    @OptionGroup var trust: SignerOptions
    @OptionGroup var place: SignaturePlace

    @Flag(help: "Print the result as JSON on standard output.")
    var json = false

    func run() throws {
        let signer = try trust.signer()
        let tree = try judging(path) { try FileTree(path) }
        let signature = place.path(for: tree)
        let bundle = try reading(signature) {
            try judging(signature) {
                try ModelBundle(json: LimitedFile.read(signature, maximumBytes: 1 << 28))
            }
        }
        let verifier = ModelVerifier(ignoring: try place.ignored())
        let manifest = try judging(signature) { try signer.manifest(of: bundle, verifier) }
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
            key: manifest.signers.first?.publicKey.fingerprint.hexadecimal ?? "",
            subject: Self.subject(of: bundle),
            leftOut: result.ignoredPaths.map(\.text)
        )
        if json { return try StandardOutput.write(json: outcome) }
        let paths = result.ignoredPaths.map { "\($0)" }.joined(separator: ", ")
        let leftOut = paths.isEmpty ? "" : "\nleft out: \(paths)"
        let subject = outcome.subject.map { "\nsigner:   \($0.printable)" } ?? ""
        try StandardOutput.write(
            "verified: \(outcome.files) \(outcome.files == 1 ? "file is" : "files are") as signed by "
                + "\(outcome.key)" + subject + "\ndigest:   \(outcome.sha256)" + leftOut
        )
    }

    /// Who the signer is, as the certificate says; nil where a key was given by itself.
    private static func subject(of bundle: ModelBundle) -> String? {
        guard case .certificates(let chain) = bundle.material else { return nil }
        return chain.first.flatMap { CertificateChain.subject(of: $0) }
    }

    private struct Outcome: Encodable {
        let files: Int
        let sha256: String
        let key: String
        let subject: String?
        let leftOut: [String]
    }
}
