/// Dates of the calendar (ISO 8601) that the text calls a date of birth.
package struct BirthDateDetector: Detector {
    package let kind = PersonalInformation.birthDate
    private static let words = [
        "born", "birth", "birthdate", "birthday", "dob", "d.o.b", "geboren", "geburtsdatum", "geb",
        "naissance", "nacimiento", "nacido", "nacida", "nascita", "nascimento",
    ]

    package init() {}

    package func matches(in text: FoldedText) -> [TextMatch] {
        NumberShape("9999-99-99").matches(in: text).compactMap { found in
            guard let date = CalendarDate(text.characters[found.range]), date.year >= 1850,
                text.isLabelled(Self.words, before: found.range.lowerBound)
            else { return nil }
            return TextMatch(kind, found.range, .certain)
        }
    }
}
