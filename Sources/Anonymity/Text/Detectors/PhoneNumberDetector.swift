/// Telephone numbers with their country code: a plus and up to 15 digits (ITU-T E.164, section 6).
package struct PhoneNumberDetector: Detector {
    package let kind = PersonalInformation.phoneNumber
    private static let minimumDigits = 8
    private static let maximumDigits = 15

    package init() {}

    package func matches(in text: FoldedText) -> [TextMatch] {
        (0..<text.count).compactMap { plus in
            guard text[plus] == UInt8(ascii: "+"), !text[plus - 1].isWordCharacter,
                text[plus - 1] != UInt8(ascii: "+")
            else { return nil }
            return number(in: text, at: plus)
        }
    }

    private func number(in text: FoldedText, at plus: Int) -> TextMatch? {
        var digits: [Int] = []
        var place = plus + 1
        var end = place
        // The last group of digits with which the number may end, if what comes behind it is none of it.
        var lastEnd: Int?
        var gap = 0
        while gap <= 2, digits.count <= Self.maximumDigits {
            let character = text[place]
            if character.isDigit {
                digits.append(character.digit)
                gap = 0
                end = place + 1
            } else if !digits.isEmpty, " -./()".utf8.contains(character) {
                if digits.count >= Self.minimumDigits { lastEnd = end }
                gap += 1
            } else {
                break
            }
            place += 1
        }
        if digits.count < Self.minimumDigits || digits.count > Self.maximumDigits || text[end].isWordCharacter
        {
            guard let lastEnd else { return nil }
            end = lastEnd
        }
        guard
            (1...3).contains(where: { Self.countryCodes.contains(Self.number(digits.prefix($0))) })
        else { return nil }
        return TextMatch(kind, plus..<end, .likely)
    }

    private static func number(_ digits: ArraySlice<Int>) -> Int { digits.reduce(0) { $0 * 10 + $1 } }

    /// The assigned country codes (ITU, "List of ITU-T Recommendation E.164 assigned country codes", 2016), without
    /// those of networks and services.
    private static let countryCodes: Set<Int> = Set(
        [
            1, 7, 20, 27, 30, 31, 32, 33, 34, 36, 39, 40, 41, 43, 44, 45, 46, 47, 48, 49, 51, 52, 53, 54,
            55, 56, 57, 58, 60, 61, 62, 63, 64, 65, 66, 81, 82, 84, 86, 90, 91, 92, 93, 94, 95, 98, 211,
            212, 213, 216, 218, 297, 298, 299, 500, 501, 502, 503, 504, 505, 506, 507, 508, 509, 590, 591,
            592, 593, 594, 595, 596, 597, 598, 599, 670, 672, 673, 674, 675, 676, 677, 678, 679, 680, 681,
            682, 683, 685, 686, 687, 688, 689, 690, 691, 692, 850, 852, 853, 855, 856, 880, 886, 960, 961,
            962, 963, 964, 965, 966, 967, 968, 970, 971, 972, 973, 974, 975, 976, 977, 992, 993, 994, 995,
            996, 998, 290, 291, 383,
        ] + Array(220...258) + Array(260...269) + Array(350...359) + Array(370...382) + Array(385...387)
            + [389, 420, 421, 423]
    )
}
