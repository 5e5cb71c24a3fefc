import BulwarkAttacks

/// Checks on the choice of attacks and on what is reported of them.
///
/// Carlini et al., "On evaluating adversarial robustness", arXiv 1902.06705, sections 3 to 5; Croce and Hein's
/// published code warns of too few classes.
enum SuiteChecks {
    static let rows: [SanityCheckRule] = [
        SanityCheckRule(
            id: "losses-fit-the-classes",
            meaning: "With few classes some losses are not defined; another that is has to take their place.",
            judge: lossesFitTheClasses
        ),
        SanityCheckRule(
            id: "attacks-differ-from-training",
            meaning: "A model trained against one attack is not judged by that attack alone.",
            judge: attacksDifferFromTraining
        ),
        SanityCheckRule(
            id: "gradients-reach-the-input",
            meaning:
                "The model is differentiable from scores to input; where it is not, gradients miss a part.",
            judge: gradientsReachTheInput
        ),
        SanityCheckRule(
            id: "worst-case-is-per-sample",
            meaning: "Robust accuracy counts a sample as lost if any attack broke it, not attack by attack.",
            judge: worstCaseIsPerSample
        ),
    ]

    @Sendable private static func lossesFitTheClasses(
        _ evidence: CheckEvidence
    ) -> (Assessment.SanityCheck.Status, String) {
        let losses = evidence.runs.compactMap(\.planned.row.loss)
        guard !losses.isEmpty else { return (.skipped, "no attack follows a loss") }
        let classes = evidence.classCount
        guard classes < 4 else { return (.pass, "\(classes) classes are enough for every loss") }
        let followed = losses.contains { $0 == .margin || $0 == .logitDifference }
        let text =
            "with \(classes) classes ratios of logits are not defined for every goal, and "
            + (followed ? "the margin is followed in their place" : "no attack follows the margin")
        return (followed ? .pass : .warn, text)
    }

    @Sendable private static func attacksDifferFromTraining(
        _ evidence: CheckEvidence
    ) -> (Assessment.SanityCheck.Status, String) {
        guard let training = evidence.trainedAgainst else {
            return (.skipped, "nobody said what the model was trained against (--trained-against)")
        }
        let others = evidence.runs.map(\.run.name).filter { $0 != training && $0 != "noise" && $0 != "fgsm" }
        let text =
            others.isEmpty
            ? "trained against \(training), and no other serious attack was run"
            : "trained against \(training), judged by \(others.joined(separator: ", ")) as well"
        return (others.isEmpty ? .fail : .pass, text)
    }

    @Sendable private static func gradientsReachTheInput(
        _ evidence: CheckEvidence
    ) -> (Assessment.SanityCheck.Status, String) {
        let shortcomings = evidence.shortcomings
        if let obstacle = shortcomings.obstacle { return (.skipped, "not applicable: \(obstacle)") }
        if evidence.threat.knowledge != .whiteBox { return (.skipped, "no gradients with this knowledge") }
        if !shortcomings.stepped.isEmpty {
            return (.warn, "gradients stop at \(shortcomings.stepped.joined(separator: ", "))")
        }
        if !shortcomings.straightThrough.isEmpty {
            let names = shortcomings.straightThrough.joined(separator: ", ")
            return (.pass, "gradients pass \(names) as straight-through estimates (BPDA)")
        }
        return (.pass, "every operator of the model is differentiable")
    }

    /// Counts anew from the records, and says what averaging over attacks would have said.
    @Sendable private static func worstCaseIsPerSample(
        _ evidence: CheckEvidence
    ) -> (Assessment.SanityCheck.Status, String) {
        let runs = evidence.runs.map(\.run)
        let attacked = runs.reduce(into: Set<Int>()) { $0.formUnion($1.attacked) }
        guard !attacked.isEmpty else { return (.skipped, "nothing was attacked") }
        let left = attacked.count { position in !runs.contains { $0.isBroken(position) } }
        // Of an attack that was spared what others had broken, its share would flatter.
        let strongest = runs.map { run in attacked.count { !run.isBroken($0) } }.min() ?? 0
        let text =
            "\(left) of \(attacked.count) attacked samples withstand every attack; the strongest attack alone leaves \(strongest)"
        guard let reported = evidence.reportedSurvivors else { return (.pass, text) }
        return (reported == left ? .pass : .fail, text)
    }
}
