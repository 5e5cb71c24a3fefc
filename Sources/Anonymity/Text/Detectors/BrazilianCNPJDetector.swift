/// Brazilian company tax numbers (Receita Federal, CNPJ), also those with letters (Instrução Normativa RFB 2.229/2024).
package struct BrazilianCNPJDetector: NumberDetector {
    package let kind = PersonalInformation.brazilianCNPJ
    package let shapes = [NumberShape("XX.XXX.XXX/XXXX-99"), NumberShape("99999999999999")]
    private static let weights = [6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2]

    package init() {}

    package func isValid(_ content: [UInt8]) -> Bool {
        // A letter counts its place in ASCII less that of zero.
        let values = content.map(\.digit)
        guard Set(values).count > 1 else { return false }
        return [12, 13].allSatisfy { place in
            let remainder =
                Checksums.weighted(values.prefix(place), Self.weights.suffix(place)) % 11
            return (remainder < 2 ? 0 : 11 - remainder) == values[place]
        }
    }
}
