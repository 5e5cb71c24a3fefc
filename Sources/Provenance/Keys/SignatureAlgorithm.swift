import Foundation

/// How signatures are made and checked.
public enum SignatureAlgorithm: String, Sendable, Hashable, Codable, CaseIterable {
    /// ECDSA on P-256 with SHA-256 (FIPS 186-5).
    case ecdsaP256 = "ecdsa-p256"
    /// ECDSA on P-384 with SHA-384 (FIPS 186-5).
    case ecdsaP384 = "ecdsa-p384"
    /// ECDSA on P-521 with SHA-512 (FIPS 186-5), for signatures made elsewhere.
    case ecdsaP521 = "ecdsa-p521"
    /// Ed25519 (RFC 8032).
    case ed25519

    /// The identifier of the algorithm as a structure (RFC 5480, section 2.1.1; RFC 8410, section 3).
    var identifier: Data {
        guard let curve else { return DER.sequence([DER.identifier(ObjectIdentifiers.ed25519)]) }
        return DER.sequence([DER.identifier(ObjectIdentifiers.ecPublicKey), DER.identifier(curve)])
    }

    /// The curve's identifier; nil where the algorithm says it.
    var curve: [UInt8]? {
        switch self {
        case .ecdsaP256: ObjectIdentifiers.p256
        case .ecdsaP384: ObjectIdentifiers.p384
        case .ecdsaP521: ObjectIdentifiers.p521
        case .ed25519: nil
        }
    }

    /// Reads an identifier.
    ///
    /// - Throws: `KeyError` if it is not one of those here.
    init(_ reader: inout DERReader) throws(KeyError) {
        var reader = try reader.sequence()
        let algorithm = try reader.identifier()
        if algorithm == ObjectIdentifiers.ed25519 {
            self = .ed25519
        } else if algorithm == ObjectIdentifiers.ecPublicKey {
            guard reader.tag == DER.objectIdentifier else {
                throw .malformed(problem: "the curve is spelled out instead of named")
            }
            self = try .init(curve: try reader.identifier())
        } else {
            throw .unsupportedAlgorithm(identifier: ObjectIdentifiers.dotted(algorithm))
        }
        try reader.finish()
    }

    init(curve: [UInt8]) throws(KeyError) {
        guard let found = Self.allCases.first(where: { $0.curve == curve }) else {
            throw .unsupportedAlgorithm(identifier: ObjectIdentifiers.dotted(curve))
        }
        self = found
    }
}
