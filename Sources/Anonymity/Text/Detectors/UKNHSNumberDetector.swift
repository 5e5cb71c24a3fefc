/// Numbers of the National Health Service (NHS Data Dictionary, "NHS Number"): weights 10 to 2 modulo 11.
package struct UKNHSNumberDetector: NumberDetector {
    package let kind = PersonalInformation.ukNHSNumber
    package let shapes = [NumberShape("999?999?9999", separators: " -")]

    package init() {}

    package func isValid(_ content: [UInt8]) -> Bool {
        let digits = content.map(\.digit)
        let check = 11 - Checksums.weighted(digits, stride(from: 10, to: 1, by: -1)) % 11
        return check != 10 && check % 11 == digits[9] && Set(digits).count > 1
    }

    package func certainty(of found: NumberShape.Found, in text: FoldedText) -> Certainty {
        if text.isLabelled(["nhs"], before: found.range.lowerBound) { return .certain }
        return found.isSeparated ? .likely : .possible
    }
}
