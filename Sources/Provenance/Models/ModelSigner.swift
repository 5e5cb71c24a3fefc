import Foundation

/// Signs a model's files so that other tools for OpenSSF Model Signing 1.0 can verify them.
public struct ModelSigner: Sendable {
    /// What is left out beside the defaults and the signature itself.
    public let ignoredPaths: [RelativePath]
    /// How much of a folder is looked at.
    public let limits: FileTree.Limits
    /// How many files are read at once.
    public let threads: Int
    /// How their bytes are looked at.
    public let reading: FileReading

    /// A signer.
    public init(
        ignoring ignoredPaths: [RelativePath] = [],
        limits: FileTree.Limits = FileTree.Limits(),
        threads: Int = ProcessInfo.processInfo.activeProcessorCount,
        reading: FileReading = .mapped
    ) {
        self.ignoredPaths = ignoredPaths
        self.limits = limits
        self.threads = threads
        self.reading = reading
    }

    /// The manifest of a model.
    ///
    /// - Parameters:
    ///   - tree: The model's folder, or its one file.
    ///   - signaturePath: Where the signature will be in that folder; nil if it is elsewhere.
    /// - Returns: The files with their digests, sorted.
    /// - Throws: `ModelSigningError` if there are no files, or they cannot be read.
    public func manifest(
        of tree: FileTree,
        signaturePath: RelativePath? = nil
    ) throws(ModelSigningError) -> ModelManifest {
        do {
            if tree.isFile {
                let digest = try tree.digest(of: nil, reading: reading)
                return ModelManifest(
                    modelName: tree.name,
                    files: [.init(path: nil, digest: digest)],
                    ignoredPaths: ModelManifest.defaultIgnoredPaths
                )
            }
            let ignored = IgnoredPaths(whole: ignoredPaths, files: [signaturePath].compactMap(\.self))
            let paths = try tree.files(limits: limits) { ignored.contains($0, in: tree) }
            guard !paths.isEmpty else { throw ModelSigningError.emptyModel }
            let digests = try tree.digests(of: paths, threads: threads, reading: reading)
            return ModelManifest(
                modelName: tree.name,
                files: zip(paths, digests).map { .init(path: $0, digest: $1) },
                ignoredPaths: ignored.all
            )
        } catch let error as FileTreeError {
            throw .files(error)
        } catch let error as ModelSigningError {
            throw error
        } catch {
            preconditionFailure("files throw these two kinds of errors only")
        }
    }

    /// Refuses a key that no model is signed with, to be asked before the files are read.
    ///
    /// - Throws: `ModelSigningError.unsupportedKey` unless it is for ECDSA.
    public static func requireUsable(_ key: PublicKey) throws(ModelSigningError) {
        guard key.algorithm != .ed25519 else { throw .unsupportedKey(key.algorithm) }
    }

    /// Refuses a key and certificates that no model is signed with, to be asked before the files are read.
    ///
    /// - Throws: `ModelSigningError` if the key is not for ECDSA or not that of the certificate, or there are
    ///   too many certificates.
    public static func requireUsable(
        _ key: PublicKey,
        certificates chain: [Data],
        certificateKey: PublicKey
    ) throws(ModelSigningError) {
        let maximum = ModelBundle.maximumCertificates
        guard (1...maximum).contains(chain.count) else {
            throw .certificate(.chainLength(chain.count, maximum: maximum))
        }
        guard certificateKey == key else { throw .certificateOfOtherKey }
        try requireUsable(key)
    }

    /// Signs a manifest with a key.
    ///
    /// - Throws: `ModelSigningError.unsupportedKey` unless it is for ECDSA, or what the library throws where
    ///   it has no randomness.
    public func sign(_ manifest: ModelManifest, with key: PrivateKey) throws -> ModelBundle {
        try bundle(manifest, key, .publicKey(hint: key.publicKey.modelSigningHint))
    }

    /// Signs a manifest with a key for which there is a certificate.
    ///
    /// - Parameters:
    ///   - manifest: What is signed.
    ///   - key: The key.
    ///   - chain: Certificates in DER, that of the key first.
    ///   - certificateKey: The key that the certificate is for, so that no bundle is made that fails for
    ///     everyone.
    /// - Returns: The signature, as a file.
    /// - Throws: `ModelSigningError` if the key is not for ECDSA or not that of the certificate, or what the
    ///   library throws where it has no randomness.
    public func sign(
        _ manifest: ModelManifest,
        with key: PrivateKey,
        certificates chain: [Data],
        certificateKey: PublicKey
    ) throws -> ModelBundle {
        try Self.requireUsable(key.publicKey, certificates: chain, certificateKey: certificateKey)
        return try bundle(manifest, key, .certificates(chain))
    }

    private func bundle(
        _ manifest: ModelManifest,
        _ key: PrivateKey,
        _ material: ModelBundle.Material
    ) throws -> ModelBundle {
        try Self.requireUsable(key.publicKey)
        return ModelBundle(material: material, envelope: try manifest.statement.signed(by: [key]))
    }
}
