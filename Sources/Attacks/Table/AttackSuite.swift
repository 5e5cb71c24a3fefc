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
        case .quick: [("fgsm", "standard"), ("pgd", "fast"), ("noise", "fast")]
        case .standard:
            [
                ("fgsm", "standard"), ("pgd", "standard"), ("pgd-margin", "standard"),
                ("pgd-dlr", "standard"),
                ("noise", "standard"),
            ]
        }
    }

    /// The attacks of the suite that apply, in the order they run.
    ///
    /// What is left out can be seen by comparing with `entries`: PGD for the norms L1 and L0, the difference
    /// of logits ratio for fewer than three classes (four with a targeted goal), and everything that follows
    /// gradients if the adversary has none.
    ///
    /// - Parameters:
    ///   - threat: Decides by norm, goal and knowledge which attacks apply.
    ///   - classCount: The number of classes of the model.
    /// - Returns: The attacks with their presets; empty if none applies.
    /// - Throws: `AttackError` if an entry names no row of the attack table.
    public func attacks(for threat: ThreatModel, classCount: Int) throws(AttackError) -> [PlannedAttack] {
        var planned: [PlannedAttack] = []
        for entry in entries {
            let row = try AttackTable.row(named: entry.attack)
            guard row.isDefined(for: threat, classCount: classCount) else { continue }
            if row.kind == .gradient && threat.knowledge != .whiteBox { continue }
            planned.append(PlannedAttack(row: row, preset: try row.preset(named: entry.preset)))
        }
        return planned
    }
}

/// An attack with the preset it is to run with.
public struct PlannedAttack: Sendable {
    /// The attack.
    public let row: AttackTable.Row
    /// Its knobs.
    public let preset: Preset

    /// An attack with one of its presets.
    public init(row: AttackTable.Row, preset: Preset) {
        self.row = row
        self.preset = preset
    }

    /// The attack, ready to run.
    ///
    /// - Throws: `AttackError` if it is not defined for the threat or for so few classes.
    public func make(threat: ThreatModel, classCount: Int) throws(AttackError) -> AnyAttack {
        try row.make(threat: threat, preset: preset, classCount: classCount)
    }
}
