import Foundation

extension TrustRoot {
    /// A new key that takes the place of an old one.
    public struct Rotation: Sendable {
        /// The key that ends.
        public let old: PublicKey
        /// The key that begins.
        public let new: PublicKey
        /// What the trust root is to call the new key; nil for the old name with a number.
        public let name: String?
        /// From when on the new key is believed.
        public let from: Timestamp
        /// From when on the old one no longer is.
        public let until: Timestamp

        /// A rotation.
        public init(old: PublicKey, new: PublicKey, name: String?, from: Timestamp, until: Timestamp) {
            (self.old, self.new, self.name, self.from, self.until) = (old, new, name, from, until)
        }
    }

    /// The text of a trust root after a rotation: the new key may state what the old one might, the old one ends,
    /// and as many as before have to agree.
    ///
    /// An old key that ends earlier than the rotation says keeps its end.
    ///
    /// - Returns: Canonical JSON, and what the new key is called in it.
    /// - Throws: `TrustError` if the old key is not listed, one person would count as two while both keys are
    ///   valid, or the result could not be read again.
    public static func json(
        _ json: Data,
        after rotation: Rotation
    ) throws(TrustError) -> (json: Data, name: String) {
        let root = try TrustRoot(json: json)
        guard let old = root.keys.first(where: { $0.publicKey == rotation.old }) else {
            throw .keyNotListed(fingerprint: rotation.old.fingerprint)
        }
        let file = try File(json: json)
        let name = rotation.name ?? freeName(after: old.name, among: root.keys.map(\.name))
        let end = min(old.validUntil ?? rotation.until, rotation.until)
        var rules: [RuleEntry] = []
        for rule in file.claims {
            guard rule.keys.contains(where: { ExactString($0) == ExactString(old.name) }) else {
                rules.append(rule)
                continue
            }
            // While both are valid, whoever has both would count as two.
            guard rule.threshold == 1 || end <= rotation.from else {
                throw .countedTwice(claim: rule.type, until: end)
            }
            guard ClaimType(named: rule.type) != .approval || end <= rotation.from else {
                throw .twoRoles(until: end)
            }
            rules.append(RuleEntry(type: rule.type, keys: rule.keys + [name], threshold: rule.threshold))
        }
        let keys = file.keys.map { ExactString($0.name) == ExactString(old.name) ? $0.ending(at: end) : $0 }
        let added = TrustedKey.Entry(
            name: name,
            publicKey: rotation.new.pem,
            validFrom: rotation.from,
            validUntil: nil,
            revoked: nil
        )
        return (try File(schema: file.schema, keys: keys + [added], claims: rules).json, name)
    }

    /// The old name with the next number that is free: `ci`, `ci-2`, `ci-3`.
    private static func freeName(after name: String, among names: [String]) -> String {
        let parts = name.split(separator: "-")
        let number = parts.count > 1 ? parts.last.flatMap { Int($0) } : nil
        let stem = number == nil ? name : parts.dropLast().joined(separator: "-")
        var next = (number ?? 1) &+ 1
        while names.contains("\(stem)-\(next)") { next &+= 1 }
        return "\(stem)-\(next)"
    }
}

extension TrustedKey.Entry {
    fileprivate func ending(at end: Timestamp) -> TrustedKey.Entry {
        .init(name: name, publicKey: publicKey, validFrom: validFrom, validUntil: end, revoked: revoked)
    }
}
