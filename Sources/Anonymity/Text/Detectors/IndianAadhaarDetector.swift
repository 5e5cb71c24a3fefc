/// Indian identity numbers (UIDAI, Aadhaar): twelve digits that begin with 2 to 9, with Verhoeff's check digit.
package struct IndianAadhaarDetector: NumberDetector {
    package let kind = PersonalInformation.indianAadhaar
    package let shapes = [NumberShape("9999?9999?9999", separators: " -")]

    package init() {}

    package func isValid(_ content: [UInt8]) -> Bool {
        let digits = content.map(\.digit)
        // Numbers that read the same backwards are not given out.
        return digits[0] >= 2 && Checksums.verhoeff(digits) && digits != digits.reversed()
    }

    package func certainty(of found: NumberShape.Found, in text: FoldedText) -> Certainty {
        let words = ["aadhaar", "aadhar", "uid", "uidai"]
        if text.isLabelled(words, before: found.range.lowerBound) { return .certain }
        return found.isSeparated ? .likely : .possible
    }
}
