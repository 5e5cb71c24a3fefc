/// French social security numbers (INSEE, NIR): sex, year, month, place, serial, and a key, 97 less the remainder by 97.
package struct FrenchNIRDetector: NumberDetector {
    package let kind = PersonalInformation.frenchNIR
    package let shapes = [NumberShape("9?99?99?9X?999?999?99")]

    package init() {}

    package func isValid(_ content: [UInt8]) -> Bool {
        var content = content
        var correction = 0
        // Corsica has letters where the others have digits; so much is taken off the number.
        if content[5] == UInt8(ascii: "2"), content[6].isLetter {
            guard content[6] == UInt8(ascii: "A") || content[6] == UInt8(ascii: "B") else { return false }
            correction = content[6] == UInt8(ascii: "A") ? 1_000_000 : 2_000_000
            content[6] = UInt8(ascii: "0")
        }
        guard content.allSatisfy(\.isDigit) else { return false }
        let digits = content.map(\.digit)
        let month = digits[3] * 10 + digits[4]
        // Months beyond twelve stand for dates that are not known.
        let isMonth = (1...12).contains(month) || (20...42).contains(month) || (50...99).contains(month)
        guard [1, 2, 3, 4, 7, 8].contains(digits[0]), isMonth else { return false }
        let number = digits.prefix(13).reduce(0) { $0 * 10 + $1 } - correction
        return 97 - number % 97 == digits[13] * 10 + digits[14]
    }

    package func certainty(of found: NumberShape.Found, in text: FoldedText) -> Certainty { .certain }
}
