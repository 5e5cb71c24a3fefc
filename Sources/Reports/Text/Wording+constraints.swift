import BulwarkEvaluation

extension Wording {
    /// What the rows that attacks made had to satisfy, as a sentence.
    static func constraints(_ constraints: Assessment.Constraints) -> String {
        let stated = constraints.summary.isEmpty ? "nothing" : constraints.summary.joined(separator: "; ")
        let file = "\(constraints.path) (sha256 \(constraints.sha256.prefix(12))…)"
        return "Constraints of \(file), which every row that an attack makes satisfies: \(stated)."
    }

    /// What was left out because of them, in sentences.
    static func leftOut(by constraints: Assessment.Constraints) -> [String] {
        let count = constraints.skippedSamples
        let samples =
            "\(NumberText.grouped(count)) \(count == 1 ? "sample" : "samples") of the data left out for breaking them."
        return (count > 0 ? [samples] : []) + constraints.notes.map { "\($0)." }
    }
}
