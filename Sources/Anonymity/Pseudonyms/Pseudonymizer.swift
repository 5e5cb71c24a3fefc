import BulwarkProvenance
import Foundation

/// Gives values names that nobody can compute without the key: HMAC-SHA-256, shortened.
///
/// The same value has the same pseudonym, so that rows can still be joined. That is not anonymity: whoever has
/// the key can try values, and whoever knows how often a value occurs may recognise it without.
package struct Pseudonymizer: Sendable {
    private let digest: KeyedDigest
    private let rule: PseudonymRule

    /// Pseudonyms of a column's values.
    ///
    /// - Parameters:
    ///   - column: The name of the column.
    ///   - rule: How pseudonyms are made.
    ///   - digest: Digests under the key; each domain gets a key of its own from it.
    package init(column: String, _ rule: PseudonymRule, _ digest: KeyedDigest) {
        self.init("", column, rule, digest)
    }

    /// Pseudonyms of one kind of personal information in a column's texts, which are never those of a
    /// column's values.
    package init(
        column: String,
        _ kind: PersonalInformation,
        _ rule: PseudonymRule,
        _ digest: KeyedDigest
    ) {
        self.init("text \(kind.rawValue) ", column, rule, digest)
    }

    private init(_ what: String, _ column: String, _ rule: PseudonymRule, _ digest: KeyedDigest) {
        // The kind of name comes first, so that no column can be called like a domain, or like a text.
        let domain = rule.domain.map { "domain \($0)" } ?? "column \(column)"
        self.digest = digest.derived(for: "bulwark.anonymization/1 \(what)\(domain)")
        self.rule = rule
    }

    /// The pseudonym of a value; a missing value stays missing.
    package func pseudonym(of value: String) -> String {
        guard !value.isEmpty else { return "" }
        let bytes = digest.digest(of: Data(value.utf8)).prefix(rule.bits / 8)
        return switch rule.encoding {
        case .base32: Base32.encode(bytes)
        case .hexadecimal: Hexadecimal.encode(bytes)
        }
    }
}
