import Foundation

extension TrustRoot {
    /// The text of a trust root.
    ///
    /// - Parameters:
    ///   - keys: The keys with their names and validity.
    ///   - rules: For each claim type, the names of those who may state it and how many have to.
    /// - Returns: Canonical JSON.
    /// - Throws: `TrustError` if it could not be read again.
    public static func json(
        keys: [(
            name: String, key: PublicKey, from: Timestamp, until: Timestamp?,
            revocation: TrustedKey.Revocation?
        )],
        rules: [(type: ClaimType, keys: [String], threshold: Int)]
    ) throws(TrustError) -> Data {
        try File(
            schema: schema,
            keys: keys.map {
                TrustedKey.Entry(
                    name: $0.name,
                    publicKey: $0.key.pem,
                    validFrom: $0.from,
                    validUntil: $0.until,
                    revoked: $0.revocation
                )
            },
            claims: rules.map { RuleEntry(type: $0.type.name, keys: $0.keys, threshold: $0.threshold) }
        ).json
    }
}

extension TrustRoot.File {
    /// The file of a text.
    init(json: Data) throws(TrustError) {
        do {
            self = try CanonicalJSON.decode(Self.self, from: JSONReader.read(json))
        } catch {
            throw .malformed(error)
        }
    }

    /// Canonical JSON, which can be read again.
    var json: Data {
        get throws(TrustError) {
            let text: Data
            do {
                text = CanonicalJSON.write(try CanonicalJSON.value(of: self))
            } catch {
                throw .malformed(error)
            }
            _ = try TrustRoot(json: text)
            return text
        }
    }
}
