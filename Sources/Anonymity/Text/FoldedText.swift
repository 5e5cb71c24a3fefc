/// A text in which digits, letters, hyphens and spaces of all kinds are those of ASCII, for scanners.
///
/// Digits of every script become `0` to `9`, fullwidth forms their narrow ones, all dashes `-`, all spaces a
/// space. Characters that are not seen are left out. What else there is becomes `letter` or `other`.
package struct FoldedText: Sendable {
    /// Stands for a letter outside of ASCII.
    package static let letter: UInt8 = 0x80
    /// Stands for any other character outside of ASCII.
    package static let other: UInt8 = 0x81

    /// The characters.
    package let characters: [UInt8]
    /// Where each begins in the UTF-8 of the text, and the end; empty if all of the text is ASCII.
    private let places: [Int]

    package init(_ text: String) {
        let bytes = Array(text.utf8)
        guard !bytes.allSatisfy({ $0 < 0x80 }) else {
            (characters, places) = (bytes, [])
            return
        }
        var (characters, places): ([UInt8], [Int]) = ([], [])
        var place = 0
        for scalar in text.unicodeScalars {
            if let folded = Self.fold(scalar) {
                characters.append(folded)
                places.append(place)
            }
            place += UTF8.width(scalar)
        }
        (self.characters, self.places) = (characters, places + [place])
    }

    /// Where some characters are in the UTF-8 of the text.
    package func bytes(_ range: Range<Int>) -> Range<Int> {
        places.isEmpty ? range : places[range.lowerBound]..<places[range.upperBound]
    }

    private static func fold(_ scalar: Unicode.Scalar) -> UInt8? {
        switch scalar.value {
        case 0..<0x80: return UInt8(scalar.value)
        case 0xFF01...0xFF5E: return UInt8(scalar.value - 0xFEE0)
        // The minus sign is mathematics and no dash.
        case 0x2212: return UInt8(ascii: "-")
        default: break
        }
        let properties = scalar.properties
        // Also letters and marks that are not seen, such as fillers and the selectors of variants.
        if properties.isDefaultIgnorableCodePoint { return nil }
        switch properties.generalCategory {
        case .decimalNumber: return properties.numericValue.map { 0x30 + UInt8($0) } ?? other
        case .dashPunctuation: return UInt8(ascii: "-")
        case .spaceSeparator, .lineSeparator, .paragraphSeparator: return 0x20
        case .format: return nil
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter,
            .nonspacingMark, .spacingMark:
            return letter
        default: return other
        }
    }
}

extension FoldedText {
    /// How many characters there are.
    package var count: Int { characters.count }

    /// A character; `other` outside of the text.
    package subscript(place: Int) -> UInt8 {
        place >= 0 && place < characters.count ? characters[place] : Self.other
    }

    /// Whether neither side of a range goes on with a letter or digit.
    package func stands(_ range: Range<Int>) -> Bool {
        !self[range.lowerBound - 1].isWordCharacter && !self[range.upperBound].isWordCharacter
    }

    /// Whether neither side of a range goes on with a letter or digit, or with a digit behind a separator, as when
    /// the range is a part of a longer number.
    package func standsAsNumber(_ range: Range<Int>) -> Bool {
        guard stands(range) else { return false }
        let (before, after) = (range.lowerBound - 1, range.upperBound)
        let continuesBefore = Self.joints.contains(self[before]) && self[before - 1].isDigit
        let continuesAfter = Self.joints.contains(self[after]) && self[after + 1].isDigit
        return !continuesBefore && !continuesAfter
    }

    private static let joints: [UInt8] = [UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "/")]

    /// Whether one of some words, in lowercase, is among the 40 characters before a place.
    package func isLabelled(_ words: [String], before place: Int) -> Bool {
        let start = max(0, place - 40)
        let window = characters[start..<place].map(\.lowercased)
        for word in words {
            let letters = Array(word.utf8)
            guard letters.count <= window.count else { continue }
            for offset in 0...window.count - letters.count {
                guard window[offset..<offset + letters.count].elementsEqual(letters) else { continue }
                let end = start + offset + letters.count
                if stands(start + offset..<end) { return true }
            }
        }
        return false
    }
}

extension UInt8 {
    package var isDigit: Bool { (0x30...0x39).contains(self) }
    package var isLetter: Bool { (0x41...0x5A).contains(self) || (0x61...0x7A).contains(self) }
    package var isAlphanumeric: Bool { isDigit || isLetter }
    /// Whether it can be a part of a word: also letters outside of ASCII, and the underscore.
    package var isWordCharacter: Bool { isAlphanumeric || self == FoldedText.letter || self == 0x5F }
    package var isHexadecimalDigit: Bool {
        isDigit || (0x41...0x46).contains(self) || (0x61...0x66).contains(self)
    }
    package var lowercased: UInt8 { (0x41...0x5A).contains(self) ? self + 0x20 : self }
    package var uppercased: UInt8 { (0x61...0x7A).contains(self) ? self - 0x20 : self }
    /// The value of a digit.
    package var digit: Int { Int(self) - 0x30 }
}
