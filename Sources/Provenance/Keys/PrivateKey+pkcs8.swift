import Foundation

extension PrivateKey {
    /// The key as a PrivateKeyInfo in DER, not encrypted (RFC 5958; RFC 5915 for the curves, RFC 8410 for
    /// Ed25519).
    var pkcs8: Data {
        // For the curves, the public key is there for readers that do not compute it.
        let inner =
            algorithm.curve == nil
            ? DER.octets(rawBytes)
            : DER.sequence([
                DER.integer(1), DER.octets(rawBytes), DER.element(0xA1, DER.bits(publicPoint)),
            ])
        return DER.sequence([DER.integer(0), algorithm.identifier, DER.octets(inner)])
    }

    /// What a public key is without what is around it, which stands in front.
    private var publicPoint: Data { publicKey.derRepresentation.suffix(algorithm.pointByteCount) }

    /// Reads a PrivateKeyInfo in DER.
    ///
    /// - Throws: `KeyError` if it is none, of another kind, or its parts are not of one key.
    init(pkcs8: Data) throws(KeyError) {
        var outer = DERReader(pkcs8)
        var reader = try outer.sequence()
        try outer.finish()
        guard try reader.integer() <= 1 else { throw .malformed(problem: "its version is not known") }
        let algorithm = try SignatureAlgorithm(&reader)
        let secret = try reader.octets()
        if reader.tag == 0xA0 { _ = try reader.element(0xA0) }
        let stated = reader.tag == 0x81 ? Data(try DERReader.wholeBytes(reader.element(0x81))) : nil
        try reader.finish()
        if algorithm == .ed25519 {
            var inner = DERReader(secret)
            try self.init(.ed25519, rawBytes: inner.octets())
            try inner.finish()
        } else {
            try self.init(sec1: secret, algorithm)
        }
        try check(stated)
    }

    /// Reads an ECPrivateKey in DER (RFC 5915, section 3).
    ///
    /// - Throws: `KeyError` if it is none, of another curve than stated, or its parts are not of one key.
    init(sec1: Data, _ stated: SignatureAlgorithm?) throws(KeyError) {
        var outer = DERReader(sec1)
        var reader = try outer.sequence()
        try outer.finish()
        guard try reader.integer() == 1 else { throw .malformed(problem: "its version is not known") }
        let secret = try reader.octets()
        var algorithm = stated
        if reader.tag == 0xA0 {
            var parameters = DERReader(try reader.element(0xA0))
            let found = try SignatureAlgorithm(curve: parameters.identifier())
            try parameters.finish()
            guard stated == nil || stated == found else {
                throw .malformed(problem: "it names two curves")
            }
            algorithm = found
        }
        guard let algorithm else { throw .malformed(problem: "it does not name its curve") }
        var point: Data?
        if reader.tag == 0xA1 {
            var inner = DERReader(try reader.element(0xA1))
            point = try inner.bits()
            try inner.finish()
        }
        try reader.finish()
        try self.init(algorithm, rawBytes: secret)
        try check(point)
    }

    private func check(_ point: Data?) throws(KeyError) {
        guard point == nil || point == publicPoint else {
            throw .malformed(problem: "the public key in it belongs to another private key")
        }
    }
}

extension SignatureAlgorithm {
    /// How many bytes a public key has without what is around it.
    fileprivate var pointByteCount: Int {
        switch self {
        case .ecdsaP256: 65
        case .ecdsaP384: 97
        case .ecdsaP521: 133
        case .ed25519: 32
        }
    }
}
