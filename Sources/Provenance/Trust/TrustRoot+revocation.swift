import Foundation

extension TrustRoot {
    /// The text of a trust root after somebody lost a key, or somebody else has got hold of it.
    ///
    /// - Parameters:
    ///   - json: The trust root.
    ///   - name: What it calls the key.
    ///   - from: From when on the key is not to be believed; nil for the beginning of its validity.
    ///   - reason: Why.
    /// - Returns: Canonical JSON.
    /// - Throws: `TrustError` if no key has the name, it is revoked from that moment on already, or the result
    ///   could not be read again.
    public static func json(
        _ json: Data,
        revoking name: String,
        from: Timestamp?,
        reason: String
    ) throws(TrustError) -> Data {
        _ = try TrustRoot(json: json)
        let file = try File(json: json)
        guard let place = file.keys.firstIndex(where: { ExactString($0.name) == ExactString(name) }) else {
            throw .nameNotListed(name)
        }
        let entry = file.keys[place]
        let revocation = TrustedKey.Revocation(from: from ?? entry.validFrom, reason: reason)
        // A revocation may turn out to be due earlier; it is never put off.
        if let earlier = entry.revoked, earlier.from <= revocation.from {
            throw .alreadyRevoked(name: name, from: earlier.from)
        }
        var keys = file.keys
        keys[place] = TrustedKey.Entry(
            name: entry.name,
            publicKey: entry.publicKey,
            validFrom: entry.validFrom,
            validUntil: entry.validUntil,
            revoked: revocation
        )
        return try File(schema: file.schema, keys: keys, claims: file.claims).json
    }
}
