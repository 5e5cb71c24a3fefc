import Foundation

/// Verifies a model's files against a signature (OpenSSF Model Signing 1.0).
public struct ModelVerifier: Sendable {
    /// What is left out beside the defaults and the signature itself.
    ///
    /// This is decided here: a signer who left out more is refused.
    public let ignoredPaths: [RelativePath]
    /// How much of a folder is looked at.
    public let limits: FileTree.Limits
    /// How many files are read at once.
    public let threads: Int
    /// How their bytes are looked at.
    public let reading: FileReading

    /// A verifier.
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

    /// What was signed, if a key signed it.
    ///
    /// - Throws: `ModelSigningError` if it did not.
    public func manifest(
        of bundle: ModelBundle,
        signedBy key: PublicKey
    ) throws(ModelSigningError) -> Verified<ModelManifest> {
        guard case .publicKey(let hint) = bundle.material else {
            throw .unexpectedMaterial(found: bundle.material.name, expected: "key")
        }
        guard hint == nil || hint == key.modelSigningHint else {
            throw .otherKey(hint: hint ?? "", given: key.modelSigningHint)
        }
        return try verified(bundle, key)
    }

    /// What was signed, if somebody signed it whose certificate leads to a root.
    ///
    /// - Throws: `ModelSigningError` if nobody did.
    public func manifest(
        of bundle: ModelBundle,
        judgedBy judge: some CertificateJudge,
        at time: CertificateTime
    ) async throws(ModelSigningError) -> Verified<ModelManifest> {
        guard case .certificates(let chain) = bundle.material else {
            throw .unexpectedMaterial(found: bundle.material.name, expected: "certificate")
        }
        let key: PublicKey
        do {
            key = try await judge.signerKey(of: chain, at: time)
        } catch {
            throw .certificate(error)
        }
        return try verified(bundle, key)
    }

    private func verified(
        _ bundle: ModelBundle,
        _ key: PublicKey
    ) throws(ModelSigningError) -> Verified<ModelManifest> {
        guard key.algorithm != .ed25519 else { throw .unsupportedKey(key.algorithm) }
        do {
            return try bundle.envelope.verified(as: ModelManifest.self, by: key)
        } catch {
            throw .verification(error)
        }
    }

    /// What a signature leaves open about a model that passed.
    public struct Result: Sendable, Hashable {
        /// How many files were compared.
        public let fileCount: Int
        /// What was left out on both sides, beyond the defaults.
        public let ignoredPaths: [RelativePath]
    }

    /// Compares a model's files with what was signed.
    ///
    /// - Parameters:
    ///   - tree: The model's folder, or its one file.
    ///   - manifest: What was signed.
    ///   - signaturePath: Where the signature is in that folder; nil if it is elsewhere.
    /// - Returns: How much was compared, and what was not.
    /// - Throws: `ModelSigningError` naming every file that changed, is missing or was added, or what else
    ///   keeps the model from being believed.
    @discardableResult
    public func verify(
        _ tree: FileTree,
        against manifest: Verified<ModelManifest>,
        signaturePath: RelativePath? = nil
    ) throws(ModelSigningError) -> Result {
        let signed = manifest.content
        let usual = Set(ModelManifest.defaultIgnoredPaths + [signaturePath].compactMap(\.self))
        let unusual = Set(signed.ignoredPaths).subtracting(usual).sorted()
        let refused = unusual.filter { path in
            // A signature in its usual place is what this was signed with, or another one that proves nothing.
            path.text != ModelBundle.defaultName && !ignoredPaths.contains { path.isInside($0) }
        }
        guard refused.isEmpty else { throw .ignoredPathsRefused(refused) }
        do {
            let signature = unusual.filter { $0.text == ModelBundle.defaultName }
            let ignored = IgnoredPaths(
                whole: ignoredPaths + unusual.filter { !signature.contains($0) },
                files: signature + [signaturePath].compactMap(\.self)
            )
            let differences = try differences(tree, signed, ignored)
            guard differences.isEmpty else { throw ModelSigningError.different(differences) }
        } catch let error as FileTreeError {
            throw .files(error)
        } catch let error as ModelSigningError {
            throw error
        } catch {
            preconditionFailure("files throw these two kinds of errors only")
        }
        return Result(fileCount: signed.files.count, ignoredPaths: unusual)
    }

    private func differences(
        _ tree: FileTree,
        _ signed: ModelManifest,
        _ ignored: IgnoredPaths
    ) throws -> FileDifferences {
        if tree.isFile {
            // Single files are signed as "." by other tools, by their name according to the specification.
            guard signed.files.count == 1, let file = signed.files.first,
                file.path == nil || file.path == RelativePath(tree.name)
            else { throw ModelSigningError.otherShape(signedSingleFile: false) }
            let isSame = try tree.digest(of: nil, reading: reading) == file.digest
            let changed = isSame ? [] : [RelativePath(tree.name) ?? .root]
            return FileDifferences(changed: changed, missing: [], added: [])
        }
        guard !signed.isSingleFile else { throw ModelSigningError.otherShape(signedSingleFile: true) }
        let expected = Dictionary(
            signed.files.compactMap { file in file.path.map { ($0, file.digest) } },
            uniquingKeysWith: { first, _ in first }
        )
        // What was signed is compared even where things are left out.
        let signedFolders = Set(expected.keys.flatMap(\.folders))
        let isIgnored = { (path: RelativePath) in
            expected[path] == nil && ignored.contains(path, in: tree)
        }
        let found = try tree.files(limits: limits) { isIgnored($0) && !signedFolders.contains($0) }
            .filter { !isIgnored($0) }
        return try tree.differences(from: expected, found: found, threads: threads, reading: reading)
    }
}
