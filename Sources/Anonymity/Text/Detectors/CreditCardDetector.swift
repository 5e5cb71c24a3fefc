/// Numbers of payment cards: Luhn's check digit, and a length that the issuer uses (ISO/IEC 7812-1); any
/// other number with that digit is a possible one.
package struct CreditCardDetector: NumberDetector {
    package let kind = PersonalInformation.creditCard
    package let shapes = [
        NumberShape("9999?9999?9999"), NumberShape("9999?9999?9999?9"), NumberShape("9999?999999?9999"),
        NumberShape("9999?999999?99999"), NumberShape("9999?9999?9999?9999"),
        NumberShape("9999?9999?9999?9999?9"), NumberShape("9999?9999?9999?9999?99"),
        NumberShape("9999?9999?9999?9999?999"),
    ]
    /// The shortest number that is taken for one without knowing its issuer.
    private static let minimumUnknownLength = 13

    package init() {}

    package func isValid(_ content: [UInt8]) -> Bool {
        let digits = content.map(\.digit)
        return Checksums.luhn(digits) && Set(digits).count > 1
            && (digits.count >= Self.minimumUnknownLength || Self.isIssued(digits))
    }

    package func certainty(of found: NumberShape.Found, in text: FoldedText) -> Certainty {
        Self.isIssued(found.content.map(\.digit)) ? .likely : .possible
    }

    /// Whether an issuer with these first digits uses this length, by the networks' public rules.
    private static func isIssued(_ digits: [Int]) -> Bool {
        func prefix(_ length: Int) -> Int { digits.prefix(length).reduce(0) { $0 * 10 + $1 } }
        return switch digits.count {
        case 12: isMaestro(prefix)
        case 13: prefix(1) == 4 || isMaestro(prefix)
        case 14: isDiners(prefix) || isMaestro(prefix)
        case 15: prefix(2) == 34 || prefix(2) == 37 || isDiners(prefix) || isMaestro(prefix)
        case 16:
            prefix(1) == 4 || (51...55).contains(prefix(2)) || (2221...2720).contains(prefix(4))
                || isDomestic(prefix) || isLong(prefix)
        case 17, 18: isLong(prefix)
        case 19: prefix(1) == 4 || isLong(prefix)
        default: false
        }
    }

    /// Networks whose numbers have 16 to 19 digits: Discover, JCB, UnionPay, RuPay, Mir, and those with more
    /// lengths.
    private static func isLong(_ prefix: (Int) -> Int) -> Bool {
        prefix(4) == 6011 || prefix(2) == 65 || (644...649).contains(prefix(3))
            || (3528...3589).contains(prefix(4)) || prefix(2) == 62 || prefix(2) == 81
            || prefix(2) == 60 || prefix(2) == 82 || prefix(3) == 508 || (2200...2204).contains(prefix(4))
            || isDiners(prefix) || isMaestro(prefix)
    }

    /// Dankort, Troy, Uzcard and Humo, whose numbers have 16 digits.
    private static func isDomestic(_ prefix: (Int) -> Int) -> Bool {
        [5019, 9792, 8600, 9860].contains(prefix(4))
    }

    /// Diners Club, whose numbers have 14 to 19 digits.
    private static func isDiners(_ prefix: (Int) -> Int) -> Bool {
        (300...305).contains(prefix(3)) || prefix(4) == 3095 || [36, 38, 39].contains(prefix(2))
    }

    /// Maestro, whose numbers have 12 to 19 digits.
    private static func isMaestro(_ prefix: (Int) -> Int) -> Bool {
        [5018, 5020, 5038, 5893, 6304, 6759, 6761, 6762, 6763].contains(prefix(4))
    }
}
