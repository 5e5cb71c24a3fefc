/// The form that a number is written in: digits, letters, and separators that may be left out together.
///
/// A form is a text: `9` stands for a digit, `A` for a letter, `X` for either, and `?` for one separator, which has
/// to be the same character, or absent, in all places of a form; any other character stands for itself.
package struct NumberShape: Sendable {
    private let form: [UInt8]
    private let separators: [UInt8]

    package init(_ form: String, separators: String = " -.") {
        (self.form, self.separators) = (Array(form.utf8), Array(separators.utf8))
    }

    /// What was found.
    package struct Found {
        /// Which characters.
        package let range: Range<Int>
        /// The digits and letters without what is between them, in capitals.
        package let content: [UInt8]
        /// Whether there were separators.
        package let isSeparated: Bool
    }

    /// All places where the form occurs and is no part of a longer number or word.
    ///
    /// The form has a fixed length, so that this takes time in proportion to the text.
    package func matches(in text: FoldedText) -> [Found] {
        var found: [Found] = []
        for place in 0..<text.count where text[place].isAlphanumeric && !text[place - 1].isWordCharacter {
            if let match = match(in: text, at: place), text.standsAsNumber(match.range) {
                found.append(match)
            }
        }
        return found
    }

    private func match(in text: FoldedText, at start: Int) -> Found? {
        var place = start
        var content: [UInt8] = []
        // Outer nil: no separator was looked for; inner nil: it was left out.
        var separator: UInt8??
        for symbol in form {
            let character = text[place]
            switch symbol {
            case UInt8(ascii: "9"): guard character.isDigit else { return nil }
            case UInt8(ascii: "A"): guard character.isLetter else { return nil }
            case UInt8(ascii: "X"): guard character.isAlphanumeric else { return nil }
            case UInt8(ascii: "?"):
                let here: UInt8? = separators.contains(character) ? character : nil
                if let separator, separator != here { return nil }
                separator = .some(here)
                if here != nil { place += 1 }
                continue
            default:
                guard character == symbol else { return nil }
                place += 1
                continue
            }
            content.append(character.uppercased)
            place += 1
        }
        return Found(range: start..<place, content: content, isSeparated: (separator ?? nil) != nil)
    }
}
