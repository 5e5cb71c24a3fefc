/// Dates with the name of a month: `17 May 1984`, `17. Mai 1984`, `17 de mayo de 1984`, `May 17th, 1984`.
enum WrittenDate {
    /// The dates of a text.
    static func ranges(in text: FoldedText) -> [Range<Int>] {
        var ranges: [Range<Int>] = []
        var place = 0
        while place < text.count {
            guard isLetter(text[place]), !text[place - 1].isWordCharacter else {
                place += 1
                continue
            }
            let start = place
            while isLetter(text[place]) { place += 1 }
            guard let month = months[text.characters[start..<place].map(\.lowercased)] else { continue }
            let range = dayFirst(text, start, place, month) ?? monthFirst(text, start, place, month)
            if let range, text.standsAsNumber(range) { ranges.append(range) }
        }
        return ranges
    }

    /// A day before the month, and a year behind it.
    private static func dayFirst(_ text: FoldedText, _ start: Int, _ end: Int, _ month: Int) -> Range<Int>? {
        var place = start
        func skipBack(_ characters: String) {
            while characters.utf8.contains(text[place - 1]), start - place < maximumGap { place -= 1 }
        }
        skipBack(" -")
        let before = text.characters[..<place].suffix(2).map(\.lowercased)
        if before.elementsEqual("of".utf8) || before.elementsEqual("de".utf8) { place -= 2 }
        skipBack(" .")
        for ending in ordinals where text.characters[..<place].suffix(ending.count).elementsEqual(ending) {
            place -= ending.count
        }
        let dayEnd = place
        while text[place - 1].isDigit, dayEnd - place < 2 { place -= 1 }
        guard dayEnd > place, let year = year(text, behind: end),
            isDate(text, place..<dayEnd, month, year)
        else { return nil }
        return place..<year.upperBound
    }

    /// A day and a year behind the month.
    private static func monthFirst(_ text: FoldedText, _ start: Int, _ end: Int, _ month: Int) -> Range<Int>?
    {
        var place = end
        while " .-".utf8.contains(text[place]), place - end < maximumGap { place += 1 }
        let dayStart = place
        while text[place].isDigit, place - dayStart < 2 { place += 1 }
        let day = dayStart..<place
        for ending in ordinals where text.characters[place...].starts(with: ending) { place += ending.count }
        guard !day.isEmpty, let year = year(text, behind: place), isDate(text, day, month, year) else {
            return nil
        }
        return start..<year.upperBound
    }

    /// Where four digits are a little behind a place.
    private static func year(_ text: FoldedText, behind end: Int) -> Range<Int>? {
        var place = end
        func skip() { while " .,-".utf8.contains(text[place]), place - end < maximumGap { place += 1 } }
        skip()
        if text[place].lowercased == UInt8(ascii: "d"), text[place + 1].lowercased == UInt8(ascii: "e"),
            text[place + 2] == 0x20
        {
            place += 3
        }
        let year = place..<place + 4
        return place > end && year.allSatisfy({ text[$0].isDigit }) ? year : nil
    }

    private static func isDate(
        _ text: FoldedText,
        _ day: Range<Int>,
        _ month: Int,
        _ year: Range<Int>
    ) -> Bool {
        func number(_ range: Range<Int>) -> Int { range.reduce(0) { $0 * 10 + text[$1].digit } }
        return number(year) >= CalendarDate.firstYearOfBirth
            && CalendarDate(year: number(year), month: month, day: number(day)) != nil
    }

    private static func isLetter(_ character: UInt8) -> Bool {
        character.isLetter || character == FoldedText.letter
    }

    /// How many characters of punctuation may stand between two parts of a date.
    private static let maximumGap = 4
    private static let ordinals = ["st", "nd", "rd", "th", "er"].map { Array($0.utf8) }

    /// The months of English, German, French, Spanish, Italian and Portuguese as they are written out, and
    /// shortened in the first two, by their folded letters.
    private static let months: [[UInt8]: Int] = {
        let names = [
            "january jan januar jänner janvier enero gennaio janeiro",
            "february feb februar février febrero febbraio fevereiro",
            "march mar märz mär mars marzo março", "april apr avril abril aprile", "may mai mayo maggio maio",
            "june jun juni juin junio giugno junho", "july jul juli juillet julio luglio julho",
            "august aug août agosto", "september sep sept septembre septiembre settembre setembro",
            "october oct oktober okt octobre octubre ottobre outubro",
            "november nov novembre noviembre novembro",
            "december dec dezember dez décembre diciembre dicembre dezembro",
        ]
        let pairs = names.enumerated().flatMap { place, line in
            line.split(separator: " ").map { (FoldedText(String($0)).characters, place + 1) }
        }
        return Dictionary(pairs, uniquingKeysWith: { first, _ in first })
    }()
}
