/// Italian fiscal codes (Decreto Ministeriale 23 dicembre 1976): names, date and place of birth, and a letter of control.
package struct ItalianFiscalCodeDetector: NumberDetector {
    package let kind = PersonalInformation.italianFiscalCode
    package let shapes = [
        NumberShape("AAAAAAXXAXXAXXXA"), NumberShape("AAA AAA XXAXX AXXXA"),
        NumberShape("AAA-AAA-XXAXX-AXXXA"),
    ]
    /// What stands for the digits 0 to 9 where two people would have the same code.
    private static let substitutes = Array("LMNPQRSTUV".utf8)
    private static let months = Array("ABCDEHLMPRST".utf8)
    private static let digitPlaces = [6, 7, 9, 10, 12, 13, 14]
    /// What digits and letters count on odd places, from 0 and from A.
    private static let oddValues = [
        1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23,
    ]

    package init() {}

    package func isValid(_ content: [UInt8]) -> Bool {
        var digits: [Int: Int] = [:]
        for place in Self.digitPlaces {
            let character = content[place]
            guard let digit = character.isDigit ? character.digit : Self.substitutes.firstIndex(of: character)
            else { return false }
            digits[place] = digit
        }
        let day = digits[9, default: 0] * 10 + digits[10, default: 0]
        guard Self.months.contains(content[8]), (1...31).contains(day) || (41...71).contains(day) else {
            return false
        }
        let sum = content.prefix(15).enumerated().reduce(0) { sum, item in
            let value = item.element.isDigit ? item.element.digit : Int(item.element) - 0x41
            return sum + (item.offset.isMultiple(of: 2) ? Self.oddValues[value] : value)
        }
        return Int(content[15]) - 0x41 == sum % 26
    }

    package func certainty(of found: NumberShape.Found, in text: FoldedText) -> Certainty { .certain }
}
