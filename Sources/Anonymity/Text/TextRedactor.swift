import BulwarkProvenance

/// Takes personal information out of texts, and counts it.
package struct TextRedactor {
    private let inspection: TextInspection
    private let treatment: TextRule.Treatment
    private var pseudonymizers: [PersonalInformation: Pseudonymizer] = [:]

    /// - Parameters:
    ///   - column: The name of the column.
    ///   - rule: What is done.
    ///   - digest: Digests under a key, which only pseudonyms need.
    /// - Throws: `AnonymityError.keyNeeded`.
    package init(column: String, _ rule: TextRule, _ digest: KeyedDigest?) throws(AnonymityError) {
        inspection = TextInspection(rule.kinds, minimumCertainty: rule.minimumCertainty)
        treatment = rule.treatment
        guard case .pseudonymize(let pseudonyms) = rule.treatment else { return }
        guard let digest else { throw .keyNeeded(column: column) }
        for kind in rule.kinds {
            pseudonymizers[kind] = Pseudonymizer(column: column, kind, pseudonyms, digest)
        }
    }

    /// The text without what was found, and what that was.
    package func redacted(_ text: String) -> (text: String, found: [PersonalInformation]) {
        let folded = FoldedText(text)
        let matches = inspection.matches(in: folded)
        guard !matches.isEmpty, treatment != .report else { return (text, matches.map(\.kind)) }
        let bytes = Array(text.utf8)
        var result: [UInt8] = []
        var place = 0
        for match in matches {
            let range = folded.bytes(match.range)
            result += bytes[place..<range.lowerBound]
            result += "<\(match.kind.label)\(pseudonym(match, in: folded, bytes[range]))>".utf8
            place = range.upperBound
        }
        return (String(decoding: result + bytes[place...], as: UTF8.self), matches.map(\.kind))
    }

    private func pseudonym(
        _ match: TextMatch,
        in text: FoldedText,
        _ bytes: ArraySlice<UInt8>
    ) -> String {
        guard let pseudonymizer = pseudonymizers[match.kind] else { return "" }
        return ":" + pseudonymizer.pseudonym(of: Self.normal(match, in: text, bytes))
    }

    /// One spelling for numbers with and without spaces, and for addresses in capitals.
    private static func normal(
        _ match: TextMatch,
        in text: FoldedText,
        _ bytes: ArraySlice<UInt8>
    ) -> String {
        switch match.kind {
        case .credentialURL: String(decoding: bytes, as: UTF8.self)
        case .email: String(decoding: bytes, as: UTF8.self).lowercased()
        case .ipAddress: String(decoding: text.characters[match.range].map(\.lowercased), as: UTF8.self)
        default:
            String(
                decoding: text.characters[match.range].filter(\.isAlphanumeric).map(\.lowercased),
                as: UTF8.self
            )
        }
    }
}
