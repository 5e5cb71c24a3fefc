import BulwarkAttacks
import BulwarkTensors

/// Which attacks an adversary has that would have to have failed at full strength before that shows anything.
struct AttackCoverage {
    /// The attacks of a run: what kind each is of, and whether its preset is a strong one.
    let attacks: [(kind: AttackKind, isStrong: Bool)]
    let knowledge: ThreatModel.Knowledge
    let norm: Norm
    /// Whether the adversary sees scores; labels are all there is otherwise.
    let showsScores: Bool

    /// What was not run, as sentences; empty if nothing is missing.
    var gaps: [String] {
        var gaps = requiredKinds.filter { kind in !attacks.contains { $0.kind == kind && $0.isStrong } }.map {
            "No strong preset of a \($0.rawValue) attack was run; that weak attacks fail proves nothing."
        }
        if showsScores, exists(.decision), !attacks.contains(where: { $0.kind == .decision }) {
            gaps.append("No attack that sees labels only was run; it would show gradients that mislead.")
        }
        return gaps
    }

    /// The kinds of attack that have to have failed at full strength: gradients where the adversary has them,
    /// transfers where it has a surrogate in their place, and scores, as far as this version has any for the norm.
    private var requiredKinds: [AttackKind] {
        let allowed: [AttackKind] =
            switch knowledge {
            case .whiteBox: [.gradient, .score]
            case .grayBox: [.transfer, showsScores ? .score : .decision]
            case .blackBox where !showsScores: [.decision]
            case .blackBox: [.score]
            }
        let existing = allowed.filter(exists)
        // With no attack of an allowed kind at all nothing can be shown robust.
        return existing.isEmpty ? allowed : existing
    }

    private func exists(_ kind: AttackKind) -> Bool {
        (AttackTable.rows + AttackTable.transferRows).contains {
            $0.kind == kind && $0.norms.contains(norm)
        }
    }
}

extension Assessment {
    /// What keeps attacks of the run that failed from showing anything about a model that shows its scores, as sentences;
    /// empty if nothing does.
    public var attackGaps: [String] {
        let kinds = attacks.compactMap { attack in
            AttackKind(rawValue: attack.kind).map { (kind: $0, isStrong: attack.isStrong) }
        }
        guard let knowledge = ThreatModel.Knowledge(rawValue: threat.knowledge),
            let norm = Norm(rawValue: threat.norm)
        else { return ["The attacker is not known."] }
        guard kinds.contains(where: { $0.kind == .exact }) else {
            return AttackCoverage(attacks: kinds, knowledge: knowledge, norm: norm, showsScores: true).gaps
        }
        // What an exact search settled is settled; what it left is not, and no other attack makes up for it.
        guard let gap = certificates?.bracket?.gap, let share = gap.value else {
            return ["The exact search proved nothing."]
        }
        let open = Int((share * Double(gap.samples)).rounded())
        return open == 0 ? [] : ["The exact search came to its limit on \(open) of \(gap.samples) samples."]
    }
}
