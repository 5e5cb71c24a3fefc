/// International bank account numbers (ISO 13616-1): the remainder by 97 is 1, and the length is that of the country.
package struct IBANDetector: Detector {
    package let kind = PersonalInformation.iban

    package init() {}

    package func matches(in text: FoldedText) -> [TextMatch] {
        (0..<text.count).compactMap { start in
            guard text[start].isLetter, text[start + 1].isLetter, text[start + 2].isDigit,
                text[start + 3].isDigit, !text[start - 1].isWordCharacter,
                let length = Self.lengths[Self.country(text[start], text[start + 1])]
            else { return nil }
            return number(in: text, at: start, length: length)
        }
    }

    private func number(in text: FoldedText, at start: Int, length: Int) -> TextMatch? {
        var characters: [UInt8] = []
        var place = start
        while characters.count < length {
            let character = text[place]
            if character.isAlphanumeric {
                characters.append(character.uppercased)
            } else if !" -".utf8.contains(character) || !text[place + 1].isAlphanumeric {
                return nil
            }
            place += 1
        }
        guard text.stands(start..<place),
            Checksums.modulo97(characters.dropFirst(4) + characters.prefix(4)) == 1
        else { return nil }
        return TextMatch(kind, start..<place, .certain)
    }

    private static func country(_ first: UInt8, _ second: UInt8) -> String {
        String(decoding: [first.uppercased, second.uppercased], as: UTF8.self)
    }

    /// The lengths by country (SWIFT, IBAN Registry, release 99, 2024).
    private static let lengths: [String: Int] = [
        "AD": 24, "AE": 23, "AL": 28, "AT": 20, "AZ": 28, "BA": 20, "BE": 16, "BG": 22, "BH": 22, "BI": 27,
        "BR": 29, "BY": 28, "CH": 21, "CR": 22, "CY": 28, "CZ": 24, "DE": 22, "DJ": 27, "DK": 18, "DO": 28,
        "EE": 20, "EG": 29, "ES": 24, "FI": 18, "FK": 18, "FO": 18, "FR": 27, "GB": 22, "GE": 22, "GI": 23,
        "GL": 18, "GR": 27, "GT": 28, "HN": 28, "HR": 21, "HU": 28, "IE": 22, "IL": 23, "IQ": 23, "IS": 26,
        "IT": 27, "JO": 30, "KW": 30, "KZ": 20, "LB": 28, "LC": 32, "LI": 21, "LT": 20, "LU": 20, "LV": 21,
        "LY": 25, "MC": 27, "MD": 24, "ME": 22, "MK": 19, "MN": 20, "MR": 27, "MT": 31, "MU": 30, "NI": 28,
        "NL": 18, "NO": 15, "OM": 23, "PK": 24, "PL": 28, "PS": 29, "PT": 25, "QA": 29, "RO": 24, "RS": 22,
        "RU": 33, "SA": 24, "SC": 31, "SD": 18, "SE": 24, "SI": 19, "SK": 24, "SM": 27, "SO": 23, "ST": 25,
        "SV": 28, "TL": 23, "TN": 24, "TR": 26, "UA": 29, "VA": 22, "VG": 24, "XK": 20, "YE": 30,
    ]
}
