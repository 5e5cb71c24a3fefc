/// The adequacy gates of the vulnerability score, judged on an assessment's evidence.
package struct AdequacyGates {
    /// For each gate the result and what it rests on.
    package let findings: [(gate: AdequacyGate, result: AdequacyResult, evidence: String)]

    /// What the score needs.
    package var report: AdequacyReport {
        AdequacyReport(Dictionary(uniqueKeysWithValues: findings.map { ($0.gate, $0.result) }))
    }

    package init(_ evidence: CheckEvidence) {
        findings = AdequacyGate.allCases.map { gate in
            let (result, text) = Self.judge(gate, evidence)
            return (gate, result, text)
        }
    }

    private static func judge(_ gate: AdequacyGate, _ evidence: CheckEvidence) -> (AdequacyResult, String) {
        if let decided = exactly(evidence) { return decided }
        switch gate {
        case .unboundedAttackSucceeds:
            guard let rate = evidence.unboundedSuccess?.proportion.value else {
                return (.notEvaluated, "no gradient attack was run")
            }
            let free = evidence.lifted == nil ? "" : " and, where that was not enough, without constraints"
            let text = "success rate \(rate.inPercent) % without a limit" + free
            return (rate >= 0.99 ? .passed : .failed, text)
        case .whiteBoxBeatsBlackBox:
            let transfer = check("transfer-does-not-beat-white-box", evidence)
            return transfer.0 == .failed ? transfer : check("white-box-beats-black-box", evidence)
        case .successGrowsWithBudget: return check("curve-is-monotone", evidence)
        case .attackHasConverged: return check("attack-has-converged", evidence)
        case .noiseIsWeaker: return noiseIsWeaker(evidence)
        case .gradientsAreSound: return check("gradients-match-finite-differences", evidence)
        case .attackIsAdaptive:
            // The graph is differentiated from input to logits, with whatever preprocessing or defense is
            // part of it.
            let (passed, stopped) = (evidence.shortcomings.straightThrough, evidence.shortcomings.stepped)
            if evidence.gradientRuns.isEmpty { return (.notEvaluated, "no gradient attack was run") }
            guard stopped.isEmpty else {
                return (
                    .notEvaluated,
                    "gradients do not see what flows through \(stopped.joined(separator: ", "))"
                )
            }
            guard passed.isEmpty else {
                return (
                    .passed,
                    "gradients run through every operator, and pass \(passed.joined(separator: ", ")) as "
                        + "straight-through estimates"
                )
            }
            return (.passed, "gradients run through every operator of the model, defenses inside it included")
        }
    }

    /// What an exact attack makes of every gate: where it decided each sample there is no better attack.
    private static func exactly(_ evidence: CheckEvidence) -> (AdequacyResult, String)? {
        guard let run = evidence.exactRun else { return nil }
        let (total, open) = (run.attacked.count, run.undecided(evidence.threat).count)
        return open == 0
            ? (.passed, "\(run.name) decided all \(total) samples: there is no stronger attack")
            : (.notEvaluated, "\(run.name) left \(open) of \(total) samples undecided at its limit")
    }

    private static func check(_ id: String, _ evidence: CheckEvidence) -> (AdequacyResult, String) {
        guard let rule = SanityCheckTable.rows.first(where: { $0.id == id }) else {
            preconditionFailure("the gates name existing checks")
        }
        let result = rule.result(for: evidence)
        switch result.status {
        case .pass: return (.passed, result.evidence)
        case .skipped: return (.notEvaluated, result.evidence)
        case .warn, .fail: return (.failed, result.evidence)
        }
    }

    private static func best(_ runs: [AttackRun]) -> Proportion? {
        guard !runs.isEmpty else { return nil }
        let attacked = runs.reduce(into: Set<Int>()) { $0.formUnion($1.attacked) }
        let broken = attacked.count { position in runs.contains { $0.isBroken(position) } }
        return Proportion(successes: broken, trials: attacked.count)
    }

    /// At the threat's radius if anything breaks there; otherwise without a limit, where something has to.
    private static func noiseIsWeaker(_ evidence: CheckEvidence) -> (AdequacyResult, String) {
        if let white = best(evidence.gradientRuns), let noise = best(evidence.controlRuns),
            white.successes > 0
        {
            let text =
                "noise broke \(noise.successes) of \(noise.trials), gradient attacks \(white.successes)"
            return (noise.estimate().upper < white.estimate().lower ? .passed : .failed, text)
        }
        guard let white = evidence.unbounded?.success, let noise = evidence.unboundedNoise?.success else {
            return (.notEvaluated, "needs noise and a gradient attack")
        }
        let isUnbroken = best(evidence.gradientRuns)?.successes == 0
        let text =
            "\(isUnbroken ? "nothing breaks" : "noise was not tried") at the radius; without a limit noise broke \(noise.successes) of \(noise.trials), "
            + "gradient attacks \(white.successes)"
        return (noise.estimate().upper < white.estimate().lower ? .passed : .failed, text)
    }
}

extension Assessment.Vulnerability {
    /// The score with the gates it rests on.
    init(_ score: VulnerabilityScore, isDefault: Bool, gates: AdequacyGates) {
        self.init(
            score: score.headline,
            lower: score.low,
            upper: score.headline,
            point: score.point,
            severityVector: score.severity.description,
            severity: score.severity.score,
            severityIsDefault: isDefault,
            breaches: score.breaches.successes,
            trials: score.breaches.trials,
            gates: gates.findings.map {
                .init(name: "\($0.gate)", status: $0.result.name, evidence: $0.evidence)
            },
            record: score.record
        )
    }
}

extension AdequacyResult {
    fileprivate var name: String {
        switch self {
        case .passed: "passed"
        case .failed: "failed"
        case .notEvaluated: "not-evaluated"
        }
    }
}
