import BulwarkAttacks
import BulwarkTensors

/// Turns evidence into *robust*, *vulnerable* or *inconclusive*, with reasons.
///
/// What was broken is broken whatever the checks say; that something could not be broken needs strong attacks
/// and passing checks before it counts.
package struct VerdictRule {
    let worstCase: Estimate
    let required: Double
    let checks: [Assessment.SanityCheck]
    let attacks: [PlannedAttack]
    let knowledge: ThreatModel.Knowledge
    let norm: Norm
    let epsilon: Float
    /// What is missing of a run that ended early; nil if it did not.
    let partial: Assessment.Partial?
    /// What is certified; nil without certificates.
    let certificates: Assessment.Certificates?
    /// Whether the adversary sees scores; labels are all there is otherwise.
    let showsScores: Bool

    package init(
        worstCase: Estimate,
        required: Double,
        checks: [Assessment.SanityCheck],
        attacks: [PlannedAttack],
        knowledge: ThreatModel.Knowledge,
        norm: Norm,
        epsilon: Float,
        partial: Assessment.Partial? = nil,
        certificates: Assessment.Certificates? = nil,
        showsScores: Bool = true
    ) {
        self.worstCase = worstCase
        self.required = required
        self.checks = checks
        self.attacks = attacks
        self.knowledge = knowledge
        self.norm = norm
        self.epsilon = epsilon
        self.partial = partial
        self.certificates = certificates
        self.showsScores = showsScores
    }

    /// The verdict and its reasons, as sentences.
    package var decision: (Assessment.Verdict, [String]) {
        guard worstCase.samples > 0, let value = worstCase.value else {
            return (.inconclusive, ["No sample was assessed, so nothing is known."])
        }
        let measured =
            (partial.map { "The run ended early: \($0.reason), when \($0.summary). " } ?? "")
            + "Under the worst attack on each sample \(percent(value)) of \(worstCase.samples) samples stay correct "
            + "(95 % interval \(percent(worstCase.lower)) to \(percent(worstCase.upper))) within \(norm.symbol) \(epsilon)."
        let bar = "the required \(percent(required))"
        if let contradiction { return (.inconclusive, [contradiction, measured]) }
        if worstCase.upper < required {
            let reason =
                attacks.isEmpty
                ? "Even without an attack the upper end of the interval is below \(bar)."
                : "The upper end of the interval is below \(bar). An attack that worked needs no further proof."
            return (.vulnerable, [measured, reason])
        }
        if let proof { return (.robust, [measured] + proof) }
        var missing: [String] = []
        if partial != nil {
            missing.append("What was not attacked counts as withstanding; the rest of the run may lower it.")
        }
        if worstCase.lower < required {
            missing.append(
                "The interval reaches below \(bar): more samples, or a more robust model, would settle it."
            )
        }
        missing += isExact ? openQuestions : coverage.gaps
        for check in checks where check.status == .fail || check.status == .warn {
            missing.append("The check \(check.id) did not pass: \(check.evidence).")
        }
        guard missing.isEmpty else { return (.inconclusive, [measured] + missing) }
        return (
            .robust,
            [
                measured,
                "The lower end of the interval reaches \(bar), strong presets were run, and every sanity check passed.",
                "This holds against the attacks that were run; a certificate would hold against all.",
            ] + (showsScores ? [] : limitsOfLabels)
        )
    }

    /// What *robust* leaves open if the adversary was shown labels only.
    private var limitsOfLabels: [String] {
        let hasTransfer = attacks.contains { $0.row.kind == .transfer }
        let others =
            hasTransfer
            ? "scores, or at the model" : "scores, at the model, or at a model much like it to try attacks on"
        return [
            "The adversary here sees labels and nothing else of the model: no attack that needs its scores or gradients was run.",
            "Whoever gets at \(others), is another adversary, against whom nothing is shown. Hiding scores makes "
                + "attacks dearer, and the model no more robust.",
        ]
    }

    private var coverage: AttackCoverage {
        AttackCoverage(
            attacks: attacks.map { ($0.row.kind, $0.preset.isStrong) },
            knowledge: knowledge,
            norm: norm,
            showsScores: showsScores
        )
    }

    func percent(_ value: Double) -> String { "\(value.inPercent) %" }
}

extension Norm {
    /// The norm in the usual notation, as in `L∞`.
    fileprivate var symbol: String {
        switch self {
        case .linf: "L∞"
        case .l2: "L2"
        case .l1: "L1"
        case .l0: "L0"
        }
    }
}
