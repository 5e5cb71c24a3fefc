/// Numbers of payment cards: Luhn's check digit, and a length that the issuer uses (ISO/IEC 7812-1).
package struct CreditCardDetector: NumberDetector {
    package let kind = PersonalInformation.creditCard
    package let shapes = [
        NumberShape("9999?9999?9999?9999"), NumberShape("9999?9999?9999?9999?999"),
        NumberShape("9999?999999?99999"), NumberShape("9999?999999?9999"), NumberShape("9999999999999"),
        NumberShape("99999999999999999"), NumberShape("999999999999999999"),
    ]

    package init() {}

    package func isValid(_ content: [UInt8]) -> Bool {
        let digits = content.map(\.digit)
        return Self.isIssued(digits) && Checksums.luhn(digits) && Set(digits).count > 1
    }

    /// Whether an issuer with these first digits uses this length, by the networks' public rules.
    private static func isIssued(_ digits: [Int]) -> Bool {
        func prefix(_ length: Int) -> Int { digits.prefix(length).reduce(0) { $0 * 10 + $1 } }
        return switch digits.count {
        case 13: prefix(1) == 4
        case 14: prefix(2) == 36 || prefix(2) == 38 || prefix(2) == 39 || (300...305).contains(prefix(3))
        case 15: prefix(2) == 34 || prefix(2) == 37
        case 16:
            prefix(1) == 4 || (51...55).contains(prefix(2)) || (2221...2720).contains(prefix(4))
                || isLong(prefix)
        case 19: prefix(1) == 4 || isLong(prefix)
        case 17, 18: isLong(prefix)
        default: false
        }
    }

    /// Discover, JCB, UnionPay, Maestro and RuPay, whose numbers have 16 to 19 digits.
    private static func isLong(_ prefix: (Int) -> Int) -> Bool {
        prefix(4) == 6011 || prefix(2) == 65 || (644...649).contains(prefix(3))
            || (3528...3589).contains(prefix(4)) || prefix(2) == 62 || prefix(2) == 81
            || [5018, 5020, 5038, 5893, 6304, 6759, 6761, 6762, 6763].contains(prefix(4)) || prefix(2) == 60
            || prefix(2) == 82 || prefix(3) == 508
    }
}
