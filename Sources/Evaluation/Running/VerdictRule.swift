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

    package init(
        worstCase: Estimate,
        required: Double,
        checks: [Assessment.SanityCheck],
        attacks: [PlannedAttack],
        knowledge: ThreatModel.Knowledge,
        norm: Norm,
        epsilon: Float
    ) {
        self.worstCase = worstCase
        self.required = required
        self.checks = checks
        self.attacks = attacks
        self.knowledge = knowledge
        self.norm = norm
        self.epsilon = epsilon
    }

    /// The verdict and its reasons, as sentences.
    package var decision: (Assessment.Verdict, [String]) {
        guard worstCase.samples > 0, let value = worstCase.value else {
            return (.inconclusive, ["No sample was assessed, so nothing is known."])
        }
        let measured =
            "Under the worst attack on each sample \(percent(value)) of \(worstCase.samples) samples stay correct "
            + "(95 % interval \(percent(worstCase.lower)) to \(percent(worstCase.upper))) within \(norm.symbol) \(epsilon)."
        let bar = "the required \(percent(required))"
        if worstCase.upper < required {
            let reason =
                attacks.isEmpty
                ? "Even without an attack the upper end of the interval is below \(bar)."
                : "The upper end of the interval is below \(bar). An attack that worked needs no further proof."
            return (.vulnerable, [measured, reason])
        }
        var missing: [String] = []
        if worstCase.lower < required {
            missing.append(
                "The interval reaches below \(bar): more samples, or a more robust model, would settle it."
            )
        }
        for kind in requiredKinds
        where !attacks.contains(where: { $0.row.kind == kind && $0.preset.isStrong }) {
            missing.append(
                "No strong preset of a \(kind.rawValue) attack was run; that weak attacks fail proves nothing."
            )
        }
        if exists(.decision), !attacks.contains(where: { $0.row.kind == .decision }) {
            missing.append("No attack that sees labels only was run; it would show gradients that mislead.")
        }
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
            ]
        )
    }

    /// The kinds of attack that have to have failed at full strength: gradients where the adversary has them,
    /// and scores, as far as this version has any for the norm.
    private var requiredKinds: [AttackKind] {
        let allowed: [AttackKind] =
            switch knowledge {
            case .whiteBox, .grayBox: [.gradient, .score]
            case .blackBox: [.score]
            }
        let existing = allowed.filter(exists)
        // With no attack of an allowed kind at all nothing can be shown robust.
        return existing.isEmpty ? allowed : existing
    }

    private func exists(_ kind: AttackKind) -> Bool {
        AttackTable.rows.contains { $0.kind == kind && $0.norms.contains(norm) }
    }

    private func percent(_ value: Double) -> String {
        let tenths = Int((value * 1000).rounded())
        return "\(tenths / 10).\(tenths % 10) %"
    }
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
