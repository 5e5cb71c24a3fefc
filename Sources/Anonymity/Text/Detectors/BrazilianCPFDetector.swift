/// Brazilian personal tax numbers (Receita Federal, CPF): two check digits modulo 11.
package struct BrazilianCPFDetector: NumberDetector {
    package let kind = PersonalInformation.brazilianCPF
    package let shapes = [
        NumberShape("999.999.999-99"), NumberShape("99999999999"), NumberShape("999999999-99"),
        NumberShape("999 999 999 99"),
    ]

    package init() {}

    package func isValid(_ content: [UInt8]) -> Bool {
        let digits = content.map(\.digit)
        guard Set(digits).count > 1 else { return false }
        return [9, 10].allSatisfy { place in
            let sum = Checksums.weighted(digits.prefix(place), stride(from: place + 1, to: 1, by: -1))
            return sum * 10 % 11 % 10 == digits[place]
        }
    }
}
