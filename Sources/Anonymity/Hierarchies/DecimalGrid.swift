/// Decimal numbers as whole multiples of a power of ten, so that no bound of a range is rounded.
struct DecimalGrid: Sendable {
    /// How many digits behind the point count.
    let fractionDigits: Int

    /// The largest multiple of the grid that is not above a number; nil if the text is no decimal number or has
    /// too many digits.
    func floor(_ text: String) -> Int? {
        guard let number = DecimalNumber(text) else { return nil }
        var units = 0
        let kept = number.fraction.prefix(fractionDigits)
        let padding = repeatElement(UInt8(0), count: fractionDigits - kept.count)
        for digit in Array(number.whole) + Array(kept) + Array(padding) {
            let (scaled, overflow) = units.multipliedReportingOverflow(by: 10)
            let (sum, carry) = scaled.addingReportingOverflow(Int(digit))
            // A quarter of the range is left for what is added to it later.
            guard !overflow, !carry, sum < 1 << 61 else { return nil }
            units = sum
        }
        guard number.isNegative else { return units }
        let isExact = number.fraction.dropFirst(fractionDigits).allSatisfy { $0 == 0 }
        return isExact ? -units : -units - 1
    }

    /// A multiple in decimal digits.
    func text(_ units: Int) -> String {
        let digits = String(units.magnitude)
        let padded = String(repeating: "0", count: max(0, fractionDigits + 1 - digits.count)) + digits
        let sign = units < 0 ? "-" : ""
        guard fractionDigits > 0 else { return sign + padded }
        return sign + padded.dropLast(fractionDigits) + "." + padded.suffix(fractionDigits)
    }

    /// How many digits behind the point a number has; nil if the text is none.
    static func fractionDigits(of text: String) -> Int? { DecimalNumber(text)?.fraction.count }
}
