/// Social security numbers of the United States, without the areas, groups and serials that are never given out (SSA, "Social
/// Security Number Randomization", 2011).
package struct USSocialSecurityNumberDetector: NumberDetector {
    package let kind = PersonalInformation.usSocialSecurityNumber
    package let shapes = [NumberShape("999?99?9999")]

    package init() {}

    package func isValid(_ content: [UInt8]) -> Bool {
        let digits = content.map(\.digit)
        let area = digits[0] * 100 + digits[1] * 10 + digits[2]
        let group = digits[3] * 10 + digits[4]
        return area != 0 && area != 666 && area < 900 && group != 0
            && digits[5...].contains { $0 != 0 } && Set(digits).count > 1
            // Numbers that were printed in advertisements.
            && digits != [0, 7, 8, 0, 5, 1, 1, 2, 0] && digits != [2, 1, 9, 0, 9, 9, 9, 9, 9]
    }

    package func certainty(of found: NumberShape.Found, in text: FoldedText) -> Certainty {
        let words = ["ssn", "social security"]
        if text.isLabelled(words, before: found.range.lowerBound) { return .certain }
        // Nine digits alone have no checksum that would tell them from any others.
        return found.isSeparated ? .likely : .possible
    }
}
