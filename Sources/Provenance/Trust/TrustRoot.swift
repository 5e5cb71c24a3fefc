import Foundation

/// Whose word counts: which keys may state which claims, from when to when, and how many have to agree.
///
/// The file is trusted because of where it lies; it holds no secret.
public struct TrustRoot: Sendable {
    /// The name of the format, in the file's `schema`.
    public static let schema = "bulwark.trust-root/1"

    /// The keys, in the order of the file.
    public let keys: [TrustedKey]
    private let rules: [ClaimType: Rule]

    /// Who may state a claim, and how many of them have to.
    private struct Rule: Sendable {
        let names: Set<ExactString>
        let threshold: Int
    }

    /// Reads a trust root.
    ///
    /// - Throws: `TrustError` if it is broken or could never be fulfilled.
    public init(json: Data) throws(TrustError) {
        try self.init(File(json: json))
    }

    private init(_ file: File) throws(TrustError) {
        guard file.schema == Self.schema else { throw .unknownSchema(found: file.schema) }
        var keys: [TrustedKey] = []
        for entry in file.keys {
            let key = try TrustedKey(entry)
            for other in keys {
                guard ExactString(other.name) != ExactString(key.name) else {
                    throw .duplicateName(key.name)
                }
                guard other.publicKey != key.publicKey else { throw .duplicateKey(other.name, key.name) }
            }
            keys.append(key)
        }
        let names = Set(keys.map { ExactString($0.name) })
        var rules: [ClaimType: Rule] = [:]
        for entry in file.claims {
            guard let type = ClaimType(named: entry.type) else { throw .unknownClaimType(entry.type) }
            let allowed = Set(entry.keys.map { ExactString($0) })
            for (place, name) in entry.keys.enumerated() {
                let isRepeated = entry.keys[..<place].contains { ExactString($0) == ExactString(name) }
                guard names.contains(ExactString(name)), !isRepeated else {
                    throw .unknownKey(name: name, claim: entry.type)
                }
            }
            guard (1...max(1, allowed.count)).contains(entry.threshold), !allowed.isEmpty else {
                throw .impossibleThreshold(
                    claim: entry.type,
                    threshold: entry.threshold,
                    keys: allowed.count
                )
            }
            // A signature file carries exactly one signature, so that such a rule could never be fulfilled.
            guard type != .modelSignature || entry.threshold == 1 else {
                throw .severalModelSignatures(threshold: entry.threshold)
            }
            guard rules.updateValue(Rule(names: allowed, threshold: entry.threshold), forKey: type) == nil
            else {
                throw .duplicateRule(entry.type)
            }
        }
        (self.keys, self.rules) = (keys, rules)
    }

    /// Whether a key may state a claim, its validity aside.
    public func mayState(_ type: ClaimType, key: TrustedKey) -> Bool {
        rules[type]?.names.contains(ExactString(key.name)) ?? false
    }

    /// The same keys as if none of them had ended.
    ///
    /// What somebody stated against something outlives their key. Keys that were revoked speak for nothing and against
    /// nothing.
    package var withoutEnds: TrustRoot { TrustRoot(keys: keys.map(\.withoutEnd), rules: rules) }

    private init(keys: [TrustedKey], rules: [ClaimType: Rule]) { (self.keys, self.rules) = (keys, rules) }

    /// How many keys have to state a claim together; nil if nobody may.
    public func threshold(for type: ClaimType) -> Int? { rules[type]?.threshold }

    /// The file, as it is written.
    struct File: Codable {
        let schema: String
        let keys: [TrustedKey.Entry]
        let claims: [RuleEntry]
    }

    /// A rule, as it is written.
    struct RuleEntry: Codable {
        let type: String
        let keys: [String]
        let threshold: Int
    }
}
