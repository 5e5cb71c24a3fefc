import ArgumentParser
import BulwarkProvenance
import Foundation

/// Options that say which certificates a signature carries.
struct SigningCertificateOptions: ParsableArguments {
    @Option(help: "The certificate of the private key, in PEM.")
    var signingCertificate: String?

    @Option(
        help: "A file with certificates that lead on from it, in PEM, the next one first; may be repeated."
    )
    var certificateChain: [String] = []

    func validate() throws {
        guard signingCertificate != nil || certificateChain.isEmpty else {
            throw ValidationError("--certificate-chain belongs to --signing-certificate")
        }
    }

    /// The files that are read.
    var paths: [String?] { [signingCertificate] + certificateChain }

    /// The certificates in DER, and the key that the first is for; nil if there are to be none.
    ///
    /// - Throws: `CommandFailure`, also if signatures with them would be refused whatever the root.
    func chain() throws -> (certificates: [Data], key: PublicKey)? {
        guard let signingCertificate else { return nil }
        let own = try readCertificates(signingCertificate)
        guard own.count == 1 else {
            throw CommandFailure(
                .usage,
                "\(signingCertificate): holds \(own.count) certificates; --certificate-chain takes the others"
            )
        }
        let all = own + (try certificateChain.flatMap(readCertificates))
        return try judging(signingCertificate) { try CertificateChain.toSign(with: all, at: .now) }
    }
}

/// Options that say who has to have signed a model.
struct SignerOptions: ParsableArguments {
    @Option(help: "The public key of the signer, in PEM.")
    var publicKey: String?

    @Option(
        help:
            "A file with root certificates in PEM, to one of which the signer's has to lead; may be repeated."
    )
    var certificateChain: [String] = []

    @Flag(
        help: """
            Let certificates be valid when the signer's began to be, as other tools do. Then one that has expired \
            passes for ever, also if somebody got hold of its key later.
            """
    )
    var atSigningTime = false

    func validate() throws {
        guard (publicKey == nil) != certificateChain.isEmpty else {
            throw ValidationError("either --public-key or --certificate-chain says who has to have signed")
        }
        guard !atSigningTime || publicKey == nil else {
            throw ValidationError("--at-signing-time belongs to --certificate-chain")
        }
    }

    /// Who has to have signed.
    enum Signer {
        case key(PublicKey)
        case rooted(RootedCertificateJudge, CertificateTime)

        /// What was signed, if they did.
        func manifest(of bundle: ModelBundle, _ verifier: ModelVerifier) throws -> Verified<ModelManifest> {
            switch self {
            case .key(let key): try verifier.manifest(of: bundle, signedBy: key)
            case .rooted(let judge, let time):
                try Waiting.result { try await verifier.manifest(of: bundle, judgedBy: judge, at: time) }
            }
        }
    }

    /// - Throws: `CommandFailure`.
    func signer() throws -> Signer {
        if let publicKey { return .key(try readPublicKey(publicKey)) }
        let roots = try certificateChain.flatMap(readCertificates)
        let judge = try judging(certificateChain[0]) { try RootedCertificateJudge(roots: roots) }
        return .rooted(judge, atSigningTime ? .signing : .moment(.now))
    }
}

/// The certificates of a file, in DER.
///
/// - Throws: `CommandFailure`.
private func readCertificates(_ path: String) throws -> [Data] {
    try judging(path) { try CertificateChain.read(pem: KeyFile.readPublic(path)) }
}
