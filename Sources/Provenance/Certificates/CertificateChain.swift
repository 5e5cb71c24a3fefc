import Foundation
import SwiftASN1
import X509

/// Certificates in files, as DER in their order (RFC 5280; in PEM by RFC 7468, section 5).
public enum CertificateChain {
    /// The most certificates of one file.
    public static let maximumCount = 1_000
    /// The most bytes of one certificate.
    package static let maximumBytes = 64 << 10

    /// The certificates of a text.
    ///
    /// - Throws: `SignerCertificateError` if there are none, too many, or one is broken.
    public static func read(pem: String) throws(SignerCertificateError) -> [Data] {
        let blocks: [PEM]
        do {
            blocks = try PEM.blocks(pem)
        } catch {
            throw .malformed(problem: error.description)
        }
        guard blocks.count <= maximumCount else { throw .chainLength(blocks.count, maximum: maximumCount) }
        for block in blocks {
            guard block.label == "CERTIFICATE" else {
                throw .malformed(problem: "a block holds '\(block.label.printable)' instead of one")
            }
            _ = try certificate(block.content)
        }
        return blocks.map(\.content)
    }

    /// The key that a signer's certificate is for.
    ///
    /// - Throws: `SignerCertificateError` if it is for no signatures, or its key of a kind that is not used here.
    public static func signerKey(of certificate: Data) throws(SignerCertificateError) -> PublicKey {
        try SignerChain([certificate]).key
    }

    /// Certificates as a signature carries them: each once.
    ///
    /// - Parameters:
    ///   - chain: Certificates in DER, the signer's first.
    ///   - now: When a signature is made.
    /// - Returns: The certificates, and the key that the first is for.
    /// - Throws: `SignerCertificateError` if such a signature would be refused whatever the root.
    public static func toSign(
        with chain: [Data],
        at now: Timestamp
    ) throws(SignerCertificateError) -> (certificates: [Data], key: PublicKey) {
        let chain = try SignerChain(chain)
        try chain.requireValid(at: now)
        return (chain.bytes, chain.key)
    }

    /// Whom a certificate is for, as it says itself (RFC 4514); nil if it cannot be read.
    public static func subject(of certificate: Data) -> String? {
        (try? self.certificate(certificate)).map { "\($0.subject)" }
    }

    static func key(of certificate: Certificate) throws(SignerCertificateError) -> PublicKey {
        var serializer = SwiftASN1.DER.Serializer()
        do {
            try serializer.serialize(certificate.publicKey)
        } catch {
            throw .malformed(problem: "its key is not read")
        }
        do {
            return try PublicKey(derRepresentation: Data(serializer.serializedBytes))
        } catch {
            throw .key(error)
        }
    }

    static func certificate(_ bytes: Data) throws(SignerCertificateError) -> Certificate {
        guard bytes.count <= maximumBytes else { throw .malformed(problem: "it has \(bytes.count) bytes") }
        do {
            try requireWholeBytes(bytes)
            return try Certificate(derEncoded: Array(bytes))
        } catch {
            throw .malformed(problem: "it is not as RFC 5280 has it")
        }
    }

    /// The signature is a string of whole bytes; the library passes over how many bits are said to be unused, which
    /// nobody has signed.
    private static func requireWholeBytes(_ bytes: Data) throws(KeyError) {
        var reader = DERReader(bytes)
        var certificate = try reader.sequence()
        try reader.finish()
        _ = try certificate.sequence()
        _ = try certificate.sequence()
        _ = try certificate.bits()
        try certificate.finish()
    }
}
