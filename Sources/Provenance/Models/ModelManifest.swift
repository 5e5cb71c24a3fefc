import Crypto
import Foundation

/// The files of a model with their digests, and which were left out (OpenSSF Model Signing 1.0, predicate).
public struct ModelManifest: SignedContent, Hashable {
    /// What an envelope calls it: it is a statement.
    public static let payloadType = Statement.payloadType
    /// What is left out of every model's signature: what version control keeps beside the files.
    public static let defaultIgnoredPaths = [".git", ".gitattributes", ".github", ".gitignore"]
        .compactMap { RelativePath($0) }

    /// What the signer called the model.
    public let modelName: String
    /// The files, in the order in which they were signed.
    public let files: [File]
    /// What the signer left out.
    public let ignoredPaths: [RelativePath]
    /// Whether the signer followed symbolic links.
    public let allowsSymbolicLinks: Bool
    /// Whether the model is a single file, which has no name in the signature.
    public var isSingleFile: Bool { files.count == 1 && files.first?.path == nil }

    /// The claim that a manifest makes.
    public var claimType: ClaimType { .modelSignature }

    /// A file of the model.
    public struct File: Sendable, Hashable {
        /// Where it is in the model's folder; nil for a model that is a single file.
        public let path: RelativePath?
        /// The digest of its content.
        public let digest: ContentDigest
    }

    init(
        modelName: String,
        files: [File],
        ignoredPaths: [RelativePath],
        allowsSymbolicLinks: Bool = false
    ) {
        self.modelName = modelName
        self.files = files
        self.ignoredPaths = ignoredPaths
        self.allowsSymbolicLinks = allowsSymbolicLinks
    }

    /// The digest over the files' digests, by which other documents refer to the model (section 5.2).
    ///
    /// It does not hold the names: two files that change places can leave it as it was.
    public var rootDigest: ContentDigest {
        ContentDigest(of: files.reduce(into: Data()) { $0 += $1.digest.bytes })
    }

    /// The model as the subject of other claims.
    public var subject: Subject { Subject(name: modelName, sha256: rootDigest) }
}
