import Foundation

/// Files with identities, in the form of age-keygen: one a line, between empty lines and comments; as a whole they may
/// be sealed with a passphrase.
public enum IdentityFile {
    /// The identities in a file that nobody but its owner may read or write.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - passphrase: Opens a file that is sealed; asked only for one.
    /// - Returns: At least one.
    /// - Throws: `KeyError` if the file cannot be read or others may use it, `SealingError` if there is no identity
    ///   in it or the passphrase does not open it.
    public static func read(
        _ path: String,
        passphrase: () throws -> Passphrase?
    ) throws -> [SealingIdentity] {
        var bytes = try KeyFile.readPrivateBytes(path)
        if SealedFile.isSealed(bytes) {
            guard let passphrase = try passphrase() else { throw KeyError.passphraseNeeded }
            bytes = try SealedFile.open(bytes, Opener(with: passphrase))
        }
        guard let text = String(validating: bytes, as: UTF8.self) else { throw SealingError.noIdentity }
        guard !text.hasPrefix("-----BEGIN AGE ENCRYPTED FILE") else { throw SealingError.armored }
        return try identities(text)
    }

    /// The identities in a text.
    ///
    /// - Throws: `SealingError` if a line is something else, or there is none.
    package static func identities(_ text: String) throws(SealingError) -> [SealingIdentity] {
        var found: [SealingIdentity] = []
        for (number, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
            .enumerated()
        {
            let line = line.trimmingCharacters(in: .whitespaces)
            if line.isEmpty || line.hasPrefix("#") { continue }
            guard let identity = SealingIdentity(line) else { throw .malformedIdentity(line: number + 1) }
            found.append(identity)
        }
        guard !found.isEmpty else { throw .noIdentity }
        return found
    }

    /// The text of a file for an identity.
    package static func text(_ identity: SealingIdentity, created: Timestamp) -> String {
        "# created: \(created)\n# public key: \(identity.recipient)\n\(identity.secretText)\n"
    }

    /// Writes an identity to a file that only its owner may read.
    ///
    /// - Parameters:
    ///   - identity: The identity.
    ///   - path: The file, which must not exist.
    ///   - created: What the file's comment says.
    ///   - passphrase: Seals the file; nil leaves the identity readable to everyone who gets hold of it.
    /// - Throws: `KeyError` if there is one of that name or it cannot be written, or what the library throws where
    ///   it has no randomness.
    public static func write(
        _ identity: SealingIdentity,
        to path: String,
        created: Timestamp,
        protectedBy passphrase: Passphrase?
    ) throws {
        var bytes = Data(text(identity, created: created).utf8)
        if let passphrase { bytes = try SealedFile.seal(bytes, Sealer(with: passphrase)) }
        try KeyFile.writePrivate(bytes, to: path)
    }
}
