import Crypto
import Foundation
import SwiftASN1
import X509

/// Makes certificates of fixed moments, right or wrong.
struct CertificateMaker {
    /// What a certificate says.
    struct Content {
        var subject: String
        var issuer: String
        var from = "2026-01-01T00:00:00Z"
        var until = "2027-01-01T00:00:00Z"
        var extensions = Certificate.Extensions()
        var version = Certificate.Version.v3
    }

    let root = P256.Signing.PrivateKey()
    let middle = P384.Signing.PrivateKey()
    let leaf = P256.Signing.PrivateKey()

    static func name(_ text: String) throws -> DistinguishedName {
        try DistinguishedName { CommonName(text) }
    }

    static func authority(
        path: Int? = nil,
        usage: KeyUsage? = KeyUsage(keyCertSign: true),
        purposes: [ExtendedKeyUsage.Usage] = [],
        isCritical: Bool = true
    ) throws
        -> Certificate.Extensions
    {
        var extensions = try Certificate.Extensions {
            Critical(BasicConstraints.isCertificateAuthority(maxPathLength: path))
            if let usage { Critical(usage) }
        }
        if !purposes.isEmpty {
            try extensions.append(Certificate.Extension(ExtendedKeyUsage(purposes), critical: isCritical))
        }
        return extensions
    }

    /// Extensions of which one cannot be read.
    static func broken(
        _ identifier: ASN1ObjectIdentifier,
        besides others: Certificate.Extensions
    ) throws
        -> Certificate.Extensions
    {
        var extensions = others
        try extensions.append(Certificate.Extension(oid: identifier, critical: false, value: [5, 0]))
        return extensions
    }

    static func signer(
        _ usage: KeyUsage? = KeyUsage(digitalSignature: true),
        code: Bool = false,
        purposes: [ExtendedKeyUsage.Usage] = []
    ) throws
        -> Certificate.Extensions
    {
        try Certificate.Extensions {
            Critical(BasicConstraints.notCertificateAuthority)
            if let usage { Critical(usage) }
            if code { Critical(try ExtendedKeyUsage([.codeSigning])) }
            if !purposes.isEmpty { Critical(try ExtendedKeyUsage(purposes)) }
        }
    }

    static func certificate(
        _ content: Content,
        for key: Certificate.PublicKey,
        by issuer: Certificate.PrivateKey,
        _ algorithm: Certificate.SignatureAlgorithm
    ) throws -> Data {
        let certificate = try Certificate(
            version: content.version,
            serialNumber: Certificate.SerialNumber(bytes: [1]),
            publicKey: key,
            notValidBefore: date(content.from),
            notValidAfter: date(content.until),
            issuer: name(content.issuer),
            subject: name(content.subject),
            signatureAlgorithm: algorithm,
            extensions: content.extensions,
            issuerPrivateKey: issuer
        )
        var serializer = DER.Serializer()
        try serializer.serialize(certificate)
        return Data(serializer.serializedBytes)
    }

    static func date(_ text: String) throws -> Date {
        Date(timeIntervalSince1970: Double(try Support.time(text).secondsSince1970))
    }

    func rootCertificate(_ change: (inout Content) throws -> Void = { _ in }) throws -> Data {
        var content = Content(subject: "root", issuer: "root", until: "2036-01-01T00:00:00Z")
        content.extensions = try Self.authority()
        try change(&content)
        return try Self.certificate(content, for: .init(root.publicKey), by: .init(root), .ecdsaWithSHA256)
    }

    func middleCertificate(_ change: (inout Content) throws -> Void = { _ in }) throws -> Data {
        var content = Content(subject: "middle", issuer: "root", until: "2030-01-01T00:00:00Z")
        content.extensions = try Self.authority()
        try change(&content)
        return try Self.certificate(content, for: .init(middle.publicKey), by: .init(root), .ecdsaWithSHA256)
    }

    func leafCertificate(_ change: (inout Content) throws -> Void = { _ in }) throws -> Data {
        var content = Content(subject: "leaf", issuer: "middle")
        content.extensions = try Self.signer()
        try change(&content)
        return try Self.certificate(content, for: .init(leaf.publicKey), by: .init(middle), .ecdsaWithSHA384)
    }
}
