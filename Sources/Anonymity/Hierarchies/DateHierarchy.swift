/// Dates lose their day, their month, their year: `2024-05-17`, `2024-05`, `2024`, `2020s`, `*`.
public struct DateHierarchy: GeneralizationHierarchy {
    /// How much of a date is left, from the most.
    public enum Precision: String, Sendable, CaseIterable, Comparable {
        case month, quarter, year, decade, century

        /// By what is lost.
        public static func < (left: Precision, right: Precision) -> Bool {
            guard let first = allCases.firstIndex(of: left), let second = allCases.firstIndex(of: right)
            else { return false }
            return first < second
        }
    }

    private let precisions: [Precision]

    /// A hierarchy; nil unless each level loses more than the one before it.
    public init?(_ precisions: [Precision]) {
        guard zip(precisions, precisions.dropFirst()).allSatisfy({ $0 < $1 }) else { return nil }
        self.precisions = precisions
    }

    /// As many as there are precisions.
    public var innerLevelCount: Int { precisions.count }

    /// What is left of a date.
    ///
    /// - Throws: `UnfitValue` if the text is no date of the calendar as ISO 8601 writes it.
    public func generalized(_ text: String, to level: Int) throws(UnfitValue) -> String {
        guard let date = CalendarDate(Array(text.utf8)) else {
            throw UnfitValue("a date as 2026-01-31 is expected")
        }
        let year = String(text.prefix(4))
        return switch precisions[level - 1] {
        case .month: String(text.prefix(7))
        case .quarter: "\(year)-Q\((date.month + 2) / 3)"
        case .year: year
        case .decade: "\(text.prefix(3))0s"
        case .century: "\(text.prefix(2))00s"
        }
    }
}

/// A day of the Gregorian calendar.
struct CalendarDate {
    let year: Int
    let month: Int
    let day: Int

    /// A date as `2026-01-31`; nil for any other form, and for days that do not exist.
    init?(_ characters: some Collection<UInt8>) {
        let characters = Array(characters)
        guard characters.count == 10, characters[4] == 0x2D, characters[7] == 0x2D else { return nil }
        func number(_ range: Range<Int>) -> Int? {
            var value = 0
            for character in characters[range] {
                guard (0x30...0x39).contains(character) else { return nil }
                value = value * 10 + Int(character - 0x30)
            }
            return value
        }
        guard let year = number(0..<4), let month = number(5..<7), let day = number(8..<10)
        else { return nil }
        self.init(year: year, month: month, day: day)
    }

    /// A date; nil for days that do not exist.
    init?(year: Int, month: Int, day: Int) {
        guard (1...12).contains(month), day >= 1, day <= Self.dayCount(month, of: year) else { return nil }
        (self.year, self.month, self.day) = (year, month, day)
    }

    static func dayCount(_ month: Int, of year: Int) -> Int {
        switch month {
        case 2: year.isMultiple(of: 4) && (!year.isMultiple(of: 100) || year.isMultiple(of: 400)) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
}
