/// Spanish identity numbers (Real Decreto 1553/2005, Orden INT/2058/2008): DNI and NIE, with the letter of the remainder
/// by 23.
package struct SpanishIdentityNumberDetector: NumberDetector {
    package let kind = PersonalInformation.spanishIdentityNumber
    package let shapes = [
        NumberShape("99999999?A", separators: " -"), NumberShape("99.999.999?A", separators: " -"),
        NumberShape("A9999999?A", separators: " -"), NumberShape("A-9999999?A", separators: "-"),
        NumberShape("A 9999999?A", separators: " "),
    ]

    package init() {}

    package func isValid(_ content: [UInt8]) -> Bool {
        var content = content
        if content[0].isLetter {
            guard let place = Array("XYZ".utf8).firstIndex(of: content[0]) else { return false }
            content[0] = 0x30 + UInt8(place)
        }
        let number = content.prefix(8).reduce(0) { $0 * 10 + $1.digit }
        return content[8] == Array("TRWAGMYFPDXBNJZSQVHLCKE".utf8)[number % 23]
    }

    package func certainty(of found: NumberShape.Found, in text: FoldedText) -> Certainty {
        let words = ["dni", "nie", "nif"]
        if text.isLabelled(words, before: found.range.lowerBound) { return .certain }
        // Without a mark a space may lie between a number and the next word.
        let last = text[found.range.upperBound - 2]
        return last == 0x20 ? .possible : .likely
    }
}
