/// What is wrong with a key or with the file it is in.
public enum KeyError: Error, Hashable, Sendable {
    /// The text is no PEM (RFC 7468), or not one block.
    case notPEM(problem: String)
    /// The block holds something else than a key of the kind asked for.
    case unexpectedLabel(found: String, expected: String)
    /// The structure inside is not DER, or not that of a key.
    case malformed(problem: String)
    /// The key is of a kind that is not used here.
    case unsupportedAlgorithm(identifier: String)
    /// The numbers do not make a key of its kind.
    case invalidKey
    /// The key is encrypted and no passphrase was given.
    case passphraseNeeded
    /// The passphrase is wrong, or the file was changed.
    case wrongPassphrase
    /// A passphrase to encrypt with is empty.
    case emptyPassphrase
    /// The key is encrypted in a way that is not read here.
    case unsupportedEncryption(identifier: String)
    /// Opening the key would take more work or memory than allowed.
    case excessiveCost(problem: String)
    /// The file cannot be read or written.
    case unreadable(path: String, reason: String)
    /// Others than the owner may read or write the file.
    case exposed(path: String, mode: UInt16)
    /// The file belongs to another user.
    case foreignOwner(path: String)
    /// There is a file already, and keys are not replaced.
    case exists(path: String)
}

extension KeyError: CustomStringConvertible {
    /// The error in words, without anything of the key.
    public var description: String {
        switch self {
        case .notPEM(let problem): "this is no key in PEM form: \(problem)"
        case .unexpectedLabel(let found, let expected):
            "the file holds '\(found.printable)' where '\(expected)' is expected"
        case .malformed(let problem): "the key is broken: \(problem)"
        case .unsupportedAlgorithm(let identifier):
            "keys of kind \(identifier) are not used here; ECDSA on P-256, P-384 and P-521 and Ed25519 are"
        case .invalidKey: "the numbers in it are no key"
        case .passphraseNeeded: "the key is encrypted and needs its passphrase"
        case .wrongPassphrase: "the passphrase is wrong, or the file was changed"
        case .emptyPassphrase: "an empty passphrase protects nothing"
        case .unsupportedEncryption(let identifier):
            "the key is encrypted with \(identifier), which is not read here (scrypt with AES-256-GCM is)"
        case .excessiveCost(let problem): "the key is not opened: \(problem)"
        case .unreadable(let path, let reason): "\(path): \(reason)"
        case .exposed(let path, let mode):
            "\(path): others may use this key (mode 0\(String(mode, radix: 8))); chmod 600 closes it"
        case .foreignOwner(let path): "\(path): the file belongs to another user"
        case .exists(let path): "\(path): there is a file already, and keys are not replaced"
        }
    }
}
