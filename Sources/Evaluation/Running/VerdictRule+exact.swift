import BulwarkAttacks

/// What an exact attack says of the verdict.
extension VerdictRule {
    /// Whether the adversary knows the model so well that only a proof tells what it cannot do.
    ///
    /// An exact search that finds nothing within the radius has proved that there is nothing, which is more than
    /// any strong preset of another attack shows; `proof` counts what was proved. One that came to its limit
    /// proves nothing, and no other attack makes up for that: the adversary could search on.
    var isExact: Bool { attacks.contains { $0.row.kind == .exact } }

    /// Why what is proved does not count although it reaches the requirement; nil if the run just ended early.
    private var untrustedProof: String? {
        guard partial == nil else { return nil }
        return
            "What is proved reaches \(percent(required)), but holds only for a model that is one function, which "
            + "\(Self.checksOfTheModel.joined(separator: " and ")) would have to show."
    }

    /// Why an exact attack does not suffice.
    var openQuestions: [String] {
        let name = attacks.first { $0.row.kind == .exact }?.row.name ?? ""
        guard let bracket = certificates?.bracket, let gap = bracket.gap.value else {
            return [
                "Nothing that \(name) proved is among the certificates, so what it left is not known to be safe."
            ]
        }
        let open = Int((gap * Double(bracket.gap.samples)).rounded())
        guard open > 0 else {
            if bracket.certified.lower >= required { return [untrustedProof].compactMap(\.self) }
            return [
                "What is proved does not reach \(percent(required)): more samples, or a more robust model, would settle it."
            ]
        }
        return [
            "On \(open) of \(bracket.gap.samples) samples \(name) came to its limit: it found nothing there, and proved "
                + "nothing either. A higher --tree-limit would settle more of them."
        ]
    }
}
