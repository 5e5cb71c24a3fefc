/// Routing numbers of banks of the United States (ANSI X9, "ABA Routing Number"): weights 3, 7, 1 modulo 10.
package struct USRoutingNumberDetector: NumberDetector {
    package let kind = PersonalInformation.usRoutingNumber
    package let shapes = [NumberShape("999999999"), NumberShape("9999-9999-9")]

    package init() {}

    package func isValid(_ content: [UInt8]) -> Bool {
        let digits = content.map(\.digit)
        let prefix = digits[0] * 10 + digits[1]
        let isAssigned =
            (0...12).contains(prefix) || (21...32).contains(prefix) || (61...72).contains(prefix)
            || prefix == 80
        return isAssigned && Set(digits).count > 1
            && Checksums.weighted(digits, [3, 7, 1, 3, 7, 1, 3, 7, 1]).isMultiple(of: 10)
    }

    package func certainty(of found: NumberShape.Found, in text: FoldedText) -> Certainty {
        let words = ["routing", "aba", "rtn", "transit"]
        // One in twenty-four of any nine digits passes.
        return text.isLabelled(words, before: found.range.lowerBound) ? .certain : .possible
    }
}
