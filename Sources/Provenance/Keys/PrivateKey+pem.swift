import Foundation

extension PrivateKey {
    /// Reads a private key in PEM: `PRIVATE KEY` (RFC 5958), `EC PRIVATE KEY` (RFC 5915) or `ENCRYPTED
    /// PRIVATE KEY`.
    ///
    /// - Parameters:
    ///   - pem: The text; what stands around the block is a comment.
    ///   - passphrase: Opens an encrypted key; asked only for one.
    /// - Throws: `KeyError` if there is no key of the kinds here, or it is not opened by the passphrase.
    public init(pem: String, passphrase: () throws(KeyError) -> Passphrase?) throws(KeyError) {
        // OpenSSL writes the curve in front of a key, where nobody needs it.
        let blocks = try PEM.blocks(pem).filter { $0.label != "EC PARAMETERS" }
        guard blocks.count == 1, let block = blocks.first else {
            throw .notPEM(problem: "one key is expected, \(blocks.count) blocks found")
        }
        switch block.label {
        case "PRIVATE KEY": try self.init(pkcs8: block.content)
        case "EC PRIVATE KEY": try self.init(sec1: block.content, nil)
        case "ENCRYPTED PRIVATE KEY":
            guard let passphrase = try passphrase() else { throw .passphraseNeeded }
            try self.init(pkcs8: KeyEncryption.open(block.content, with: passphrase.bytes))
        default: throw .unexpectedLabel(found: block.label, expected: "PRIVATE KEY")
        }
    }

    /// The key in PEM, readable by everyone who has it.
    public var unprotectedPEM: String { PEM(label: "PRIVATE KEY", content: pkcs8).text }

    /// The key in PEM, encrypted with scrypt and AES-256-GCM.
    ///
    /// - Throws: What the library throws where it has no randomness.
    public func pem(protectedBy passphrase: Passphrase) throws -> String {
        PEM(
            label: "ENCRYPTED PRIVATE KEY",
            content: try KeyEncryption.seal(pkcs8, with: passphrase.bytes)
        ).text
    }
}
