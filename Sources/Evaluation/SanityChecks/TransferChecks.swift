import BulwarkAttacks

/// The check that compares attacks on the model with attacks on a copy of it.
///
/// Carlini et al., "On evaluating adversarial robustness", arXiv 1902.06705, ask for it: examples that transfer
/// from another model must not do better than attacks on the model itself.
enum TransferChecks {
    static let rows: [SanityCheckRule] = [
        SanityCheckRule(
            id: "transfer-does-not-beat-white-box",
            meaning:
                "Examples made on a surrogate break nothing that attacks with the model's own gradients leave; otherwise these mislead.",
            judge: transferDoesNotBeatWhiteBox
        )
    ]

    /// Held to the same measure as attacks without gradients, which is beyond the chance of few samples.
    ///
    /// What transfers break is counted here and not there.
    @Sendable private static func transferDoesNotBeatWhiteBox(
        _ evidence: CheckEvidence
    ) -> (Assessment.SanityCheck.Status, String) {
        let (gradient, transfer) = (evidence.gradientRuns, evidence.transferRuns)
        guard !gradient.isEmpty, !transfer.isEmpty else {
            return (.skipped, "needs an attack with gradients and one from a surrogate in the same run")
        }
        let attacked = (gradient + transfer).reduce(into: Set<Int>()) { $0.formUnion($1.attacked) }
        let missed = attacked.sorted().filter { position in
            transfer.contains { $0.isBroken(position) } && !gradient.contains { $0.isBroken(position) }
        }
        let share = Proportion(successes: missed.count, trials: attacked.count).estimate()
        let names = transfer.map(\.name).joined(separator: ", ")
        let shown = missed.prefix(5).map { "\(transfer[0].records[$0].sample)" }.joined(separator: ", ")
        let listing = missed.isEmpty ? "" : " (samples \(shown)\(missed.count > 5 ? ", …" : ""))"
        let text =
            "\(missed.count) of \(attacked.count) samples were broken by \(names) and by no gradient attack\(listing)"
        return (share.lower > 0.002 ? .fail : .pass, text)
    }
}

extension CheckEvidence {
    /// The attacks of the suite that were made on surrogates.
    var transferRuns: [AttackRun] { runs.filter { $0.planned.row.kind == .transfer }.map(\.run) }
}
