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
        guard blocks.count <= maximumCount else { throw .chainLength(blocks.count) }
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
        let certificate = try self.certificate(certificate)
        guard SignerPolicy.isForSigning(certificate) else { throw .notForSigning }
        return try key(of: certificate)
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
