/// German tax identification numbers (§ 139b AO): ISO/IEC 7064 MOD 11,10, and one digit of the first ten occurs twice or
/// three times while the others occur once.
package struct GermanTaxIdentifierDetector: NumberDetector {
    package let kind = PersonalInformation.germanTaxIdentifier
    package let shapes = [NumberShape("99?999?999?999", separators: " -./")]

    package init() {}

    package func isValid(_ content: [UInt8]) -> Bool {
        let digits = content.map(\.digit)
        guard digits[0] != 0, Checksums.modulo11And10(digits) else { return false }
        let first = Array(digits.prefix(10))
        let counts = Dictionary(first.map { ($0, 1) }, uniquingKeysWith: +).values
        let repeated = counts.filter { $0 > 1 }
        let runs = zip(zip(first, first.dropFirst()), first.dropFirst(2)).contains {
            $0.0 == $0.1 && $0.1 == $1
        }
        return repeated.count == 1 && repeated.allSatisfy { $0 <= 3 } && !runs
    }
}
