import Foundation

/// A model's signature as a file: a Sigstore bundle, version 0.3, in the form that OpenSSF Model Signing 1.0
/// gives it.
public struct ModelBundle: Sendable, Hashable {
    /// The kind and version of the file.
    public static let mediaType = "application/vnd.dev.sigstore.bundle.v0.3+json"
    /// The name of the file in a model's folder.
    public static let defaultName = "model.sig"
    /// The most certificates of one signer.
    public static let maximumCertificates = 16

    /// How the signature is to be verified.
    public let material: Material
    /// The signed manifest.
    public let envelope: Envelope

    /// How a signature is to be verified.
    public enum Material: Sendable, Hashable {
        /// By a key that the verifier has; the hint is the digest of its PEM, nil before version 1.1.
        case publicKey(hint: String?)
        /// By certificates in DER, the signer's first.
        case certificates([Data])
        /// By a certificate and a log entry of Sigstore, which are not looked at here.
        case sigstore

        /// What this is called.
        var name: String {
            switch self {
            case .publicKey: "key"
            case .certificates: "certificate"
            case .sigstore: "Sigstore identity"
            }
        }
    }

    /// Reads a bundle.
    ///
    /// - Throws: `ModelSigningError` if it is larger than the limits, of another version, or has members too
    ///   many, too few or twice.
    public init(json: Data, limits: JSONLimits = .modelBundle) throws(ModelSigningError) {
        do {
            try self.init(JSONReader.read(json, limits: limits))
        } catch let error as JSONError {
            throw .malformedBundle(error)
        } catch let error as EnvelopeError {
            throw .malformedEnvelope(error)
        } catch let error as ModelSigningError {
            throw error
        } catch {
            preconditionFailure("reading throws these three kinds of errors only")
        }
    }

    private init(_ value: JSONValue) throws {
        var members = try JSONMembers(value, path: "")
        let mediaType = try members.string("mediaType")
        let material = try members.take("verificationMaterial")
        envelope = try Envelope(try members.take("dsseEnvelope"), path: "dsseEnvelope")
        try members.finish()
        guard mediaType == Self.mediaType else { throw ModelSigningError.unexpectedMediaType(mediaType) }
        guard envelope.signatures.count == 1 else {
            throw ModelSigningError.signatureCount(envelope.signatures.count)
        }
        self.material = try Self.material(material)
    }

    init(material: Material, envelope: Envelope) {
        self.material = material
        self.envelope = envelope
    }

    private static func material(_ value: JSONValue) throws -> Material {
        var members = try JSONMembers(value, path: "verificationMaterial")
        let key = members.takeIfPresent("publicKey")
        let chain = members.takeIfPresent("x509CertificateChain")
        let identity = members.takeIfPresent("certificate")
        _ = members.takeIfPresent("tlogEntries")
        _ = members.takeIfPresent("timestampVerificationData")
        try members.finish()
        let found = [(key, "publicKey"), (chain, "x509CertificateChain"), (identity, "certificate")]
            .filter { $0.0 != nil }
        guard found.count == 1 else { throw ModelSigningError.unclearMaterial(found: found.map(\.1)) }
        if let key {
            var members = try JSONMembers(key, path: "verificationMaterial.publicKey")
            let hint = try members.stringIfPresent("hint")
            // Versions before 1.1 carry the key itself, which proves nothing.
            _ = members.takeIfPresent("rawBytes")
            _ = members.takeIfPresent("keyDetails")
            try members.finish()
            return .publicKey(hint: hint.flatMap { $0.isEmpty ? nil : $0 })
        }
        guard let chain else { return .sigstore }
        var chainMembers = try JSONMembers(chain, path: "verificationMaterial.x509CertificateChain")
        let elements = try chainMembers.array("certificates")
        try chainMembers.finish()
        guard (1...maximumCertificates).contains(elements.count) else {
            throw ModelSigningError.certificate(
                .chainLength(elements.count, maximum: maximumCertificates)
            )
        }
        return .certificates(
            try elements.enumerated().map { number, element in
                var members = try JSONMembers(element, path: "certificates[\(number)]")
                let text = try members.string("rawBytes")
                try members.finish()
                guard let bytes = Base64.decode(text), !bytes.isEmpty else {
                    throw EnvelopeError.notBase64(member: "certificate")
                }
                return bytes
            }
        )
    }

    /// The bundle as JSON in its canonical form.
    public var json: Data {
        let material: (String, JSONValue)
        switch self.material {
        case .publicKey(let hint): material = ("publicKey", .object([("hint", .string(hint ?? ""))]))
        case .certificates(let chain):
            let certificates = chain.map { JSONValue.object([("rawBytes", .string(Base64.encode($0)))]) }
            material = ("x509CertificateChain", .object([("certificates", .array(certificates))]))
        case .sigstore: preconditionFailure("signatures by Sigstore are not made here")
        }
        let envelope = JSONValue.object([
            ("payload", .string(Base64.encode(envelope.payload))),
            ("payloadType", .string(envelope.payloadType)),
            (
                "signatures",
                .array(
                    envelope.signatures.map {
                        // Other tools expect the member and nothing in it.
                        .object([("sig", .string(Base64.encode($0.bytes))), ("keyid", .string(""))])
                    }
                )
            ),
        ])
        return CanonicalJSON.write(
            .object([
                ("mediaType", .string(Self.mediaType)),
                ("verificationMaterial", .object([material, ("tlogEntries", .array([]))])),
                ("dsseEnvelope", envelope),
            ])
        )
    }
}
