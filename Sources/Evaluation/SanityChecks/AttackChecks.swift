import BulwarkAttacks

/// Checks on the attacks: signs that they failed for reasons other than the model's robustness.
///
/// Athalye, Carlini and Wagner, "Obfuscated gradients give a false sense of security" (ICML 2018), section
/// 3.1, and Carlini et al., "On evaluating adversarial robustness", arXiv 1902.06705, sections 3 to 5.
enum AttackChecks {
    static let rows: [SanityCheckRule] = [
        SanityCheckRule(
            id: "iterative-beats-single-step",
            meaning:
                "An iterative attack breaks every sample that a single step breaks; otherwise gradients mislead.",
            judge: iterativeBeatsSingleStep
        ),
        SanityCheckRule(
            id: "gradient-beats-noise",
            meaning: "Attacks that follow gradients break every sample that random noise breaks.",
            judge: gradientBeatsNoise
        ),
        SanityCheckRule(
            id: "white-box-beats-black-box",
            meaning:
                "Attacks that see only answers break nothing that attacks with gradients leave; otherwise gradients mislead.",
            judge: whiteBoxBeatsBlackBox
        ),
        SanityCheckRule(
            id: "unbounded-attack-succeeds",
            meaning:
                "With no limit on the perturbation an attack must break everything; otherwise the attack is at fault.",
            judge: unboundedAttackSucceeds
        ),
        SanityCheckRule(
            id: "curve-is-monotone",
            meaning: "A larger radius never makes a model more robust, within the noise of the samples.",
            judge: curveIsMonotone
        ),
        SanityCheckRule(
            id: "attack-has-converged",
            meaning: "Twice the steps break less than one percentage point more samples.",
            judge: attackHasConverged
        ),
        SanityCheckRule(
            id: "success-is-returned",
            meaning: "An adversarial input that an attack saw is the one it returned, and the judge agrees.",
            judge: successIsReturned
        ),
        SanityCheckRule(
            id: "threat-model-respected",
            meaning: "No candidate leaves the ball or the box, or holds a NaN.",
            judge: threatModelRespected
        ),
        SanityCheckRule(
            id: "robustness-is-possible",
            meaning:
                "A radius of half the box or more can turn any input into any other's likeness, so nothing is robust there.",
            judge: robustnessIsPossible
        ),
    ]

    /// One sample that strong attacks miss and a single step finds is too many.
    ///
    /// Weak attacks alone miss some on sound models, too: there it has to be more than one in a hundred of what
    /// the single step finds, beyond the chance of few samples.
    @Sendable private static func iterativeBeatsSingleStep(
        _ evidence: CheckEvidence
    ) -> (Assessment.SanityCheck.Status, String) {
        let iterative = evidence.gradientRuns.filter { $0.name != "fgsm" }
        guard let single = evidence.run(named: "fgsm"), !iterative.isEmpty else {
            return (.skipped, "needs fgsm and an iterative attack in the same run")
        }
        let missed = single.attacked.filter { position in
            single.isBroken(position) && !iterative.contains { $0.isBroken(position) }
        }
        let text =
            "\(missed.count) of \(single.success.successes) samples broken by fgsm were not broken by "
            + iterative.map(\.name).joined(separator: ", ")
        let share = Proportion(successes: missed.count, trials: single.success.successes).estimate()
        let isStrong = evidence.runs.contains { planned, run in
            planned.row.kind == .gradient && planned.preset.isStrong && run.name != "fgsm"
        }
        let fails = isStrong ? !missed.isEmpty : share.lower > 0.01
        return (fails ? .fail : .pass, text + listing(missed, single))
    }

    @Sendable private static func gradientBeatsNoise(
        _ evidence: CheckEvidence
    ) -> (Assessment.SanityCheck.Status, String) {
        let gradient = evidence.gradientRuns
        guard let noise = evidence.controlRuns.first, !gradient.isEmpty else {
            return (.skipped, "needs noise and a gradient attack in the same run")
        }
        let missed = noise.attacked.filter { position in
            noise.isBroken(position) && !gradient.contains { $0.isBroken(position) }
        }
        let text =
            "\(missed.count) of \(noise.success.successes) samples broken by noise were not broken by a gradient attack"
        return (missed.isEmpty ? .pass : .fail, text + listing(missed, noise))
    }

    /// The published ensemble warns if its black-box attack lowers robust accuracy by more than 0.2 points;
    /// here that has to be so beyond the chance of few samples.
    @Sendable private static func whiteBoxBeatsBlackBox(
        _ evidence: CheckEvidence
    ) -> (Assessment.SanityCheck.Status, String) {
        let gradient = evidence.gradientRuns
        // Transfers have a check of their own.
        let black = evidence.runs.filter { ![.gradient, .transfer].contains($0.planned.row.kind) }.map(\.run)
        guard !gradient.isEmpty, !black.isEmpty else {
            return (.skipped, "needs attacks with and without gradients in the same run")
        }
        let attacked = (gradient + black).reduce(into: Set<Int>()) { $0.formUnion($1.attacked) }
        let missed = attacked.filter { position in
            black.contains { $0.isBroken(position) } && !gradient.contains { $0.isBroken(position) }
        }
        let share = Proportion(successes: missed.count, trials: attacked.count).estimate()
        let names = black.map(\.name).joined(separator: ", ")
        let text =
            "\(missed.count) of \(attacked.count) samples were broken by \(names) and by no gradient attack"
        return (share.lower > 0.002 ? .fail : .pass, text)
    }

    @Sendable private static func unboundedAttackSucceeds(
        _ evidence: CheckEvidence
    ) -> (Assessment.SanityCheck.Status, String) {
        guard let (success, text) = evidence.unboundedSuccess else {
            return (.skipped, evidence.withoutGradientAttack)
        }
        guard success.trials > 0 else { return (.skipped, "no sample is classified correctly") }
        return (success.successes == success.trials ? .pass : .fail, text)
    }

    @Sendable private static func curveIsMonotone(
        _ evidence: CheckEvidence
    ) -> (Assessment.SanityCheck.Status, String) {
        guard evidence.curve.count >= 2 else {
            return (.skipped, "the curve has fewer than two radii, or no attack of its own")
        }
        var worst: (text: String, probability: Double)?
        var recovered = 0
        for (smaller, larger) in zip(evidence.curve, evidence.curve.dropFirst()) {
            let pairs = zip(smaller.broken, larger.broken)
            let back = pairs.count { $0 && !$1 }
            let forth = pairs.count { !$0 && $1 }
            recovered += back
            // One-sided sign test on the samples that changed: is recovering likelier than breaking?
            let probability =
                back == 0 ? 1 : 1 - BinomialTail.below(successes: back, trials: back + forth)
            if back > forth, probability < worst?.probability ?? 1 {
                worst = (
                    "from \(smaller.epsilon) to \(larger.epsilon), \(back) samples recovered and \(forth) broke",
                    probability
                )
            }
        }
        if let worst, worst.probability < 0.01 { return (.fail, worst.text) }
        return (.pass, "\(recovered) samples broken at one radius were missed at the next, over all radii")
    }

    @Sendable private static func attackHasConverged(
        _ evidence: CheckEvidence
    ) -> (Assessment.SanityCheck.Status, String) {
        guard let doubled = evidence.doubled, doubled.trials > 0 else {
            return (.skipped, evidence.withoutGradientAttack)
        }
        let text =
            "\(doubled.attack) with \(doubled.steps) steps broke \(doubled.newlyBroken) of \(doubled.retried) samples "
            + "that half the steps had left, out of \(doubled.trials) tried"
        return (Double(doubled.newlyBroken) < 0.01 * Double(doubled.trials) ? .pass : .fail, text)
    }

    @Sendable private static func successIsReturned(
        _ evidence: CheckEvidence
    ) -> (Assessment.SanityCheck.Status, String) {
        let disagreements = evidence.runs.map { _, run in
            (run.name, run.attacked.count { run.records[$0].claimed != run.records[$0].isBroken })
        }.filter { $0.1 > 0 }
        if disagreements.isEmpty { return (.pass, "attacks and judge agree on every sample") }
        let text = disagreements.map { "\($0.0): \($0.1) samples" }.joined(separator: ", ")
        return (.fail, "attack and judge disagree: \(text)")
    }

    @Sendable private static func threatModelRespected(
        _ evidence: CheckEvidence
    ) -> (Assessment.SanityCheck.Status, String) {
        let violations = evidence.runs.map { _, run in
            (run.name, run.attacked.compactMap { run.records[$0].violation })
        }.filter { !$0.1.isEmpty }
        if violations.isEmpty {
            return (.pass, "every candidate was inside the ball and the box before the judge looked")
        }
        let text = violations.map { "\($0.0): \($0.1.count) candidates (\($0.1[0]))" }.joined(separator: ", ")
        return (.fail, text)
    }

    @Sendable private static func robustnessIsPossible(
        _ evidence: CheckEvidence
    ) -> (Assessment.SanityCheck.Status, String) {
        guard evidence.threat.norm == .linf else { return (.skipped, "the bound is known for linf only") }
        if evidence.isConstrained {
            return (.skipped, "under constraints an input need not be able to become any other")
        }
        let half = evidence.threat.bounds.extent / 2
        guard evidence.threat.epsilon >= half else {
            return (.pass, "the radius \(evidence.threat.epsilon) is less than half the box (\(half))")
        }
        let attacked = evidence.runs.reduce(into: Set<Int>()) { $0.formUnion($1.run.attacked) }
        let survivors = attacked.count { position in !evidence.runs.contains { $0.run.isBroken(position) } }
        let share = Double(survivors) / Double(max(evidence.sampleCount, 1))
        let text =
            "the radius \(evidence.threat.epsilon) is half the box or more, and \(survivors) samples survive"
        return (share > 1 / Double(evidence.classCount) ? .fail : .pass, text)
    }

    private static func listing(_ positions: [Int], _ run: AttackRun) -> String {
        guard !positions.isEmpty else { return "" }
        let shown = positions.prefix(5).map { "\(run.records[$0].sample)" }.joined(separator: ", ")
        return " (samples \(shown)\(positions.count > 5 ? ", …" : ""))"
    }
}

extension CheckEvidence {
    /// Why a check of gradient attacks has nothing to look at.
    fileprivate var withoutGradientAttack: String {
        shortcomings.obstacle.map { "not applicable: \($0)" }
            ?? "no iterative gradient attack runs with this knowledge"
    }
}

/// Tails of the binomial distribution with even odds.
package enum BinomialTail {
    /// The probability of fewer than `successes` in `trials` fair trials.
    ///
    /// - Parameters:
    ///   - successes: The count that is not reached.
    ///   - trials: How many fair coins are tossed.
    /// - Returns: A probability; 0 for no successes.
    package static func below(successes: Int, trials: Int) -> Double {
        guard successes > 0 else { return 0 }
        // P(X < k) for X ~ B(n, 1/2) equals the regularised incomplete beta I_{1/2}(n − k + 1, k).
        return RegularizedBeta(Double(trials - successes + 1), Double(successes)).lowerTail(at: 0.5)
    }
}
