/// A decimal number by its digits, of which none is lost: an optional sign, digits, and a point with digits.
///
/// Numbers are the same whatever zeros they begin or end with.
struct DecimalNumber: Hashable {
    /// The longest text that is read.
    static let maximumCharacters = 64

    /// Whether it is less than zero.
    let isNegative: Bool
    /// The digits before the point, without zeros at the beginning.
    let whole: [UInt8]
    /// The digits behind the point, without zeros at the end.
    let fraction: [UInt8]

    /// Reads a number; nil if the text is none.
    init?(_ text: String) {
        var characters = Array(text.utf8)[...]
        guard characters.count <= Self.maximumCharacters else { return nil }
        var hasMinus = false
        if let sign = characters.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") {
            hasMinus = sign == UInt8(ascii: "-")
            characters = characters.dropFirst()
        }
        let parts = characters.split(
            separator: UInt8(ascii: "."),
            maxSplits: 1,
            omittingEmptySubsequences: false
        )
        for part in parts {
            guard !part.isEmpty, part.allSatisfy(\.isDigit) else { return nil }
        }
        guard let first = parts.first else { return nil }
        let digits = parts.map { part in part.map { $0 - 0x30 } }
        whole = Array(digits[0].dropFirst(first.prefix { $0 == 0x30 }.count))
        let behind = digits.count == 2 ? digits[1] : []
        fraction = Array(behind.dropLast(behind.reversed().prefix { $0 == 0 }.count))
        isNegative = hasMinus && !(whole.isEmpty && fraction.isEmpty)
    }
}

extension DecimalNumber: Comparable {
    static func < (left: DecimalNumber, right: DecimalNumber) -> Bool {
        guard left.isNegative == right.isNegative else { return left.isNegative }
        return left.isNegative ? right.isNearerToZero(than: left) : left.isNearerToZero(than: right)
    }

    private func isNearerToZero(than other: DecimalNumber) -> Bool {
        guard whole.count == other.whole.count else { return whole.count < other.whole.count }
        guard whole == other.whole else { return whole.lexicographicallyPrecedes(other.whole) }
        return fraction.lexicographicallyPrecedes(other.fraction)
    }
}
