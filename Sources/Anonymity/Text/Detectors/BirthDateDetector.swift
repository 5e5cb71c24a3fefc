/// Dates of the calendar that the text calls a date of birth: `1984-05-17`, `17.05.1984`, `05/17/1984`, `17
/// May 1984`.
package struct BirthDateDetector: Detector {
    package let kind = PersonalInformation.birthDate
    private static let words = [
        "born", "birth", "birthdate", "birthday", "dob", "d.o.b", "geboren", "geburtsdatum", "geb",
        "naissance", "nacimiento", "nacido", "nacida", "nascita", "nascimento",
    ]
    /// Of a date in digits that are not in the order of ISO 8601, any of the first two may be the day.
    private static let shapes = ["-", ".", "/"].flatMap { separator in
        ["99?99?9999", "9?99?9999", "99?9?9999", "9?9?9999"].map {
            NumberShape($0.replacing("?", with: separator))
        }
    }

    package init() {}

    package func matches(in text: FoldedText) -> [TextMatch] {
        let found =
            NumberShape("9999-99-99").matches(in: text).map(\.range).filter { isDate(text.characters[$0]) }
            + Self.shapes.flatMap { $0.matches(in: text) }.map(\.range).filter { isDayAndMonth(text, $0) }
            + WrittenDate.ranges(in: text)
        return found.filter { text.isLabelled(Self.words, before: $0.lowerBound) }
            .map { TextMatch(kind, $0, .certain) }
    }

    private func isDate(_ characters: ArraySlice<UInt8>) -> Bool {
        CalendarDate(characters).map { $0.year >= CalendarDate.firstYearOfBirth } ?? false
    }

    private func isDayAndMonth(_ text: FoldedText, _ range: Range<Int>) -> Bool {
        let numbers = text.characters[range].split { !$0.isDigit }.map { part in
            part.reduce(0) { $0 * 10 + $1.digit }
        }
        guard numbers.count == 3, numbers[2] >= CalendarDate.firstYearOfBirth else { return false }
        return CalendarDate(year: numbers[2], month: numbers[1], day: numbers[0]) != nil
            || CalendarDate(year: numbers[2], month: numbers[0], day: numbers[1]) != nil
    }
}

extension CalendarDate {
    /// Nobody was born before who is written about today.
    static let firstYearOfBirth = 1850
}
