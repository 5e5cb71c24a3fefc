import BulwarkModels

/// A named list of attacks to run together.
public enum AttackSuite: String, Sendable, Codable, CaseIterable {
    /// A first look: every preset is weak, so nothing is proved robust.
    case quick
    /// Gradient attacks with three losses at full strength, and the control.
    case standard

    /// The attacks by name, each with the name of its preset.
    public var entries: [(attack: String, preset: String)] {
        switch self {
        case .quick: [("fgsm", "standard"), ("pgd", "fast"), ("noise", "standard")]
        case .standard:
            [
                ("fgsm", "standard"), ("pgd", "standard"), ("pgd-margin", "standard"),
                ("pgd-dlr", "standard"),
                ("noise", "standard"),
            ]
        }
    }

    /// The attacks of the suite that are defined for a threat and a number of classes, each with its preset.
    ///
    /// What is left out can be seen by comparing with `entries`: PGD for the norms L1 and L0, the difference
    /// of logits ratio for fewer than three classes (four with a targeted goal).
    public func attacks(
        threat: ThreatModel,
        classCount: Int
    ) throws(AttackError) -> [(preset: Preset, attack: AnyAttack)] {
        var attacks: [(preset: Preset, attack: AnyAttack)] = []
        for entry in entries {
            let row = try AttackTable.row(named: entry.attack)
            guard row.isDefined(for: threat, classCount: classCount) else { continue }
            let preset = try row.preset(named: entry.preset)
            attacks.append((preset, try row.make(threat: threat, preset: preset, classCount: classCount)))
        }
        return attacks
    }
}
