/// A moment to the second, in universal time.
public struct Timestamp: Sendable, Hashable, Comparable {
    /// Seconds since the beginning of 1970, without leap seconds.
    public let secondsSince1970: Int64

    /// The first moment that can be written, the beginning of the year 1.
    private static let first: Int64 = -62_135_596_800
    /// The last moment that can be written, the end of the year 9999.
    private static let last: Int64 = 253_402_300_799

    /// A moment; one that four digits of a year cannot express becomes the nearest that they can.
    public init(secondsSince1970: Int64) {
        self.secondsSince1970 = min(max(secondsSince1970, Self.first), Self.last)
    }

    /// A moment from its text in RFC 3339, section 5.6, as `2026-01-31T23:59:59Z`; nil for any other form.
    public init?(_ text: String) {
        let characters = Array(text.utf8)
        guard characters.count == 20 else { return nil }
        for (place, mark) in zip([4, 7, 10, 13, 16, 19], "--T::Z".utf8) where characters[place] != mark {
            return nil
        }
        var fields: [Int64] = []
        for range in [0..<4, 5..<7, 8..<10, 11..<13, 14..<16, 17..<19] {
            var value: Int64 = 0
            for character in characters[range] {
                guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(character) else { return nil }
                value = value * 10 + Int64(character - UInt8(ascii: "0"))
            }
            fields.append(value)
        }
        let (year, month, day) = (fields[0], fields[1], fields[2])
        guard year >= 1, (1...12).contains(month), day >= 1, day <= Self.dayCount(month, of: year),
            fields[3] < 24, fields[4] < 60, fields[5] < 60
        else { return nil }
        let days = Self.days(year, month, day)
        secondsSince1970 = days * 86_400 + fields[3] * 3_600 + fields[4] * 60 + fields[5]
    }

    /// By time.
    public static func < (left: Timestamp, right: Timestamp) -> Bool {
        left.secondsSince1970 < right.secondsSince1970
    }

    private static func isLeap(_ year: Int64) -> Bool {
        year.isMultiple(of: 4) && (!year.isMultiple(of: 100) || year.isMultiple(of: 400))
    }

    private static func dayCount(_ month: Int64, of year: Int64) -> Int64 {
        switch month {
        case 2: isLeap(year) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// Days from the beginning of 1970 to a date.
    private static func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let before = year - 1
        let toYear = before * 365 + before / 4 - before / 100 + before / 400
        let toMonth = (1..<month).reduce(0) { $0 + dayCount($1, of: year) }
        return toYear + toMonth + day - 1 - 719_162
    }
}

extension Timestamp: CustomStringConvertible {
    /// The moment in RFC 3339.
    public var description: String {
        var day = (secondsSince1970 - Self.first) / 86_400
        let second = (secondsSince1970 - Self.first) % 86_400
        let first = Self.days(1, 1, 1)
        // 400 years have 146,097 days; the estimate is at most one year too late.
        var year = day * 400 / 146_097 + 1
        while Self.days(year, 1, 1) - first > day { year -= 1 }
        while Self.days(year + 1, 1, 1) - first <= day { year += 1 }
        day -= Self.days(year, 1, 1) - first
        var month: Int64 = 1
        while day >= Self.dayCount(month, of: year) {
            day -= Self.dayCount(month, of: year)
            month += 1
        }
        func padded(_ value: Int64, _ width: Int) -> String {
            String(repeating: "0", count: max(0, width - "\(value)".count)) + "\(value)"
        }
        let date = "\(padded(year, 4))-\(padded(month, 2))-\(padded(day + 1, 2))"
        return date
            + "T\(padded(second / 3_600, 2)):\(padded(second / 60 % 60, 2)):\(padded(second % 60, 2))Z"
    }
}

extension Timestamp: Codable {
    /// Reads the moment from its text.
    ///
    /// - Throws: `DecodingError` unless it is a moment in universal time as RFC 3339 writes it, to the
    ///   second.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let moment = Timestamp(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(
                in: container,
                debugDescription: "a time is written as 2026-01-31T23:59:59Z"
            )
        }
        self = moment
    }

    /// Writes the moment as its text.
    ///
    /// - Throws: What the encoder throws.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
