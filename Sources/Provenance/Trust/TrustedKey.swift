/// A key with a name, and the time in which it is believed.
public struct TrustedKey: Sendable, Hashable {
    /// What the trust root calls the key.
    public let name: String
    /// The key.
    public let publicKey: PublicKey
    /// The first moment in which it is believed.
    public let validFrom: Timestamp
    /// The first moment in which it is no longer believed; nil if no end is set.
    public let validUntil: Timestamp?
    /// From when on it is not to be believed, whatever else is said; nil if it is not revoked.
    public let revocation: Revocation?

    /// That a key is no longer to be believed.
    public struct Revocation: Sendable, Hashable, Codable {
        /// From when on: the moment of the loss where it is known, else the beginning of its validity.
        public let from: Timestamp
        /// Why.
        public let reason: String

        /// A revocation.
        public init(from: Timestamp, reason: String) {
            self.from = from
            self.reason = reason
        }
    }

    /// How a key stands at a moment.
    public enum Standing: Sendable, Hashable {
        case valid
        case notYetValid(from: Timestamp)
        case expired(at: Timestamp)
        case revoked(from: Timestamp, reason: String)
    }

    /// How the key stands at the moment a signature is known to have existed.
    public func standing(at time: Timestamp) -> Standing {
        if let revocation, time >= revocation.from {
            return .revoked(from: revocation.from, reason: revocation.reason)
        }
        if time < validFrom { return .notYetValid(from: validFrom) }
        if let validUntil, time >= validUntil { return .expired(at: validUntil) }
        return .valid
    }

    /// A key, as it is written in a trust root.
    struct Entry: Codable {
        let name: String
        let publicKey: String
        let validFrom: Timestamp
        let validUntil: Timestamp?
        let revoked: Revocation?
    }

    /// The key as if no end were set.
    var withoutEnd: TrustedKey {
        TrustedKey(name: name, publicKey: publicKey, validFrom: validFrom, revocation: revocation)
    }

    private init(name: String, publicKey: PublicKey, validFrom: Timestamp, revocation: Revocation?) {
        (self.name, self.publicKey) = (name, publicKey)
        (self.validFrom, validUntil, self.revocation) = (validFrom, nil, revocation)
    }

    init(_ entry: Entry) throws(TrustError) {
        guard !entry.name.isEmpty else { throw .namelessKey }
        do {
            publicKey = try PublicKey(pem: entry.publicKey)
        } catch {
            throw .key(name: entry.name, error)
        }
        if let end = entry.validUntil, end <= entry.validFrom { throw .emptyValidity(name: entry.name) }
        name = entry.name
        validFrom = entry.validFrom
        validUntil = entry.validUntil
        revocation = entry.revoked
    }
}

extension TrustedKey.Standing: CustomStringConvertible {
    /// The standing in words.
    public var description: String {
        switch self {
        case .valid: "valid"
        case .notYetValid(let from): "not valid before \(from)"
        case .expired(let end): "expired at \(end)"
        case .revoked(let from, let reason): "revoked from \(from) on: \(reason.printable)"
        }
    }
}
