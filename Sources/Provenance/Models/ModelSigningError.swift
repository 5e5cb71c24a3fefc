/// Why a model is not signed, or its signature not believed.
public enum ModelSigningError: Error, Hashable, Sendable {
    /// The bundle is no JSON, or has members too many, too few or twice.
    case malformedBundle(JSONError)
    /// The envelope in the bundle is broken.
    case malformedEnvelope(EnvelopeError)
    /// The bundle is of another version.
    case unexpectedMediaType(String)
    /// The bundle does not say how to verify it, or in more than one way.
    case unclearMaterial(found: [String])
    /// The bundle is to be verified in another way than it was asked to be.
    case unexpectedMaterial(found: String, expected: String)
    /// The bundle names another key than the one given.
    case otherKey(hint: String, given: String)
    /// The certificate to sign with is for another key.
    case certificateOfOtherKey
    /// The model signing format has signatures by ECDSA only.
    case unsupportedKey(SignatureAlgorithm)
    /// The signature is not valid.
    case verification(VerificationError)
    /// The bundle carries another number of signatures than one.
    case signatureCount(Int)
    /// What is signed is no signature of a model.
    case unexpectedPredicate(String)
    /// The statement is about another number of models than one.
    case severalModels(Int)
    /// The files were digested in a way that is not repeated here.
    case unsupportedSerialization(method: String, hash: String)
    /// A path that was left out could lie outside of the model.
    case unusableIgnoredPath
    /// The name of a signed file could lie outside of the model.
    case unusableName(String)
    /// A file was signed twice.
    case duplicateName(RelativePath)
    /// The model has no files.
    case emptyModel
    /// The digest of the model is not that of its files.
    case wrongRootDigest
    /// The signer left out what is not left out by default, and nobody here has allowed it.
    case ignoredPathsRefused([RelativePath])
    /// A folder was signed and a file found, or the other way round.
    case otherShape(signedSingleFile: Bool)
    /// Files differ from what was signed.
    case different(FileDifferences)
    /// The model's files cannot be read.
    case files(FileTreeError)
    /// The certificates are not believed.
    case certificate(SignerCertificateError)
}

extension ModelSigningError: CustomStringConvertible {
    /// The error in words.
    public var description: String {
        switch self {
        case .malformedBundle(let error): "the signature file is broken: \(error)"
        case .malformedEnvelope(let error): "the signature file is broken: \(error)"
        case .unexpectedMediaType(let found): "the signature file is of the kind '\(found.printable)'"
        case .unclearMaterial(let found):
            found.isEmpty
                ? "the signature file does not say how to verify it"
                : "the signature file says in \(found.count) ways how to verify it"
        case .unexpectedMaterial(let found, let expected):
            "the model was signed with a \(found), not with a \(expected)"
        case .otherKey(let hint, let given):
            "the model was signed with the key \(hint.printable), not with the one given (\(given))"
        case .certificateOfOtherKey: "the certificate is for another key than the one that signs"
        case .unsupportedKey(let algorithm):
            "models are signed with ECDSA keys; this one is for \(algorithm.rawValue)"
        case .verification(let error): error.description
        case .signatureCount(let count): "the signature file carries \(count) signatures, not one"
        case .unexpectedPredicate(let found): "what is signed is '\(found.printable)', not a model"
        case .severalModels(let count): "the statement is about \(count) models, not one"
        case .unsupportedSerialization(let method, let hash):
            "the model was signed by '\(method.printable)' and '\(hash.printable)'; whole files by sha256 are read"
        case .unusableIgnoredPath: "the signature leaves out a path that is not inside of the model"
        case .unusableName(let name): "'\(name.printable)' was signed, which is not inside of the model"
        case .duplicateName(let path): "'\(path)' was signed twice"
        case .emptyModel: "a model without files says nothing"
        case .wrongRootDigest: "the digest of the model is not that of its files"
        case .ignoredPathsRefused(let paths):
            "the signer left out \(paths.prefix(20).map { "'\($0)'" }.joined(separator: ", "))"
                + ", and anything could be there; allow it by name if that is intended"
        case .otherShape(let signedSingleFile):
            signedSingleFile
                ? "a single file was signed, this is a folder" : "a folder was signed, this is a single file"
        case .different(let differences): differences.description
        case .files(let error): error.description
        case .certificate(let error): error.description
        }
    }
}
