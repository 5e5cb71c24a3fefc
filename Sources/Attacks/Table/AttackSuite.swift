import BulwarkModels

/// A named list of attacks to run together.
public enum AttackSuite: String, Sendable, Codable, CaseIterable {
    /// A first look: every preset is weak, so nothing is proved robust.
    case quick
    /// AutoAttack with its published parameters, a decision-based attack and a transfer on what it leaves, and
    /// the controls.
    case standard
    /// The larger ensemble, decision-based attacks at full effort, transfers, and the controls.
    case thorough
    /// AutoAttack as published: Croce and Hein (ICML 2020).
    case autoAttackStandard = "autoattack-standard"
    /// AutoAttack's larger ensemble.
    case autoAttackPlus = "autoattack-plus"
    /// AutoAttack for models whose answers are random.
    case autoAttackRand = "autoattack-rand"

    /// One line of a suite.
    public struct Entry: Sendable {
        /// The name of a row of the attack table.
        public let attack: String
        /// The name of one of its presets.
        public let preset: String
        /// Whether it is spared what earlier attacks of this kind in the suite have broken.
        public let attacksSurvivors: Bool
    }

    private static func on(_ attack: String, _ preset: String) -> Entry {
        Entry(attack: attack, preset: preset, attacksSurvivors: false)
    }

    private static func rest(_ attack: String, _ preset: String) -> Entry {
        Entry(attack: attack, preset: preset, attacksSurvivors: true)
    }

    /// The attacks by name, each with the name of its preset.
    ///
    /// Where a loss needs more classes than there are, the margin is followed in its place.
    public var entries: [Entry] {
        switch self {
        case .quick: [Self.on("fgsm", "standard"), Self.on("pgd", "fast"), Self.on("noise", "fast")]
        case .standard:
            [Self.on("fgsm", "standard")] + Self.autoAttackStandard.entries + [
                Self.rest("apgd-margin", "standard"), Self.rest("hop-skip-jump", "fast"),
                Self.rest("transfer", "standard"), Self.on("noise", "standard"),
            ]
        case .thorough:
            [Self.on("fgsm", "standard")] + Self.autoAttackPlus.entries + [
                Self.rest("apgd-margin", "plus"), Self.rest("hop-skip-jump", "standard"),
                Self.rest("transfer", "standard"), Self.rest("transfer-answers", "standard"),
                Self.on("noise", "standard"),
            ]
        case .autoAttackStandard:
            [
                Self.rest("apgd-ce", "standard"), Self.rest("apgd-t", "standard"),
                Self.rest("fab-t", "standard"), Self.rest("square", "standard"),
            ]
        case .autoAttackPlus:
            [
                Self.rest("apgd-ce", "plus"), Self.rest("apgd-dlr", "plus"), Self.rest("fab", "standard"),
                Self.rest("square", "standard"), Self.rest("apgd-t", "standard"),
                Self.rest("fab-t", "standard"),
            ]
        case .autoAttackRand: [Self.rest("apgd-ce", "rand"), Self.rest("apgd-dlr", "rand")]
        }
    }

    /// The attacks of the suite that apply, in the order they run.
    ///
    /// What is left out can be seen by comparing with `entries`: PGD for the norms L1 and L0, the difference
    /// of logits ratio for fewer than three classes (four with a targeted goal), everything that follows
    /// gradients if the adversary has none, and transfers for which there are no surrogates.
    ///
    /// - Parameters:
    ///   - threat: Decides by norm, goal and knowledge which attacks apply.
    ///   - classCount: The number of classes of the model.
    ///   - transfers: The transfer attacks of `transfers(for:)` that are ready to run.
    /// - Returns: The attacks with their presets; empty if none applies.
    /// - Throws: `AttackError` if an entry names no row of the attack table.
    public func attacks(
        for threat: ThreatModel,
        classCount: Int,
        transfers: [AttackTable.Row] = []
    ) throws(AttackError) -> [PlannedAttack] {
        var planned: [PlannedAttack] = []
        for entry in entries(for: threat) {
            let isTransfer = AttackTable.transferRows.contains { $0.name == entry.attack }
            let ready = transfers.first { $0.name == entry.attack }
            if isTransfer, ready == nil { continue }
            let row = if let ready { ready } else { try AttackTable.row(named: entry.attack) }
            guard row.isDefined(for: threat, classCount: classCount), row.isOpen(to: threat.knowledge) else {
                continue
            }
            planned.append(
                PlannedAttack(
                    row: row,
                    preset: try row.preset(named: entry.preset),
                    attacksSurvivors: entry.attacksSurvivors
                )
            )
        }
        return planned
    }

    /// The transfer attacks of the suite that apply, whose surrogates have to be trained before it runs.
    ///
    /// - Parameter threat: Decides by norm and knowledge which attacks apply.
    /// - Returns: The attacks with their presets.
    /// - Throws: `AttackError` if an entry names no preset.
    public func transfers(for threat: ThreatModel) throws(AttackError) -> [TransferPlan] {
        var plans: [TransferPlan] = []
        for entry in entries(for: threat) {
            let row = AttackTable.transferRows.first { $0.name == entry.attack }
            guard let row, row.norms.contains(threat.norm), row.isOpen(to: threat.knowledge) else { continue }
            plans.append(try TransferPlan.named(entry.attack, preset: entry.preset))
        }
        return plans
    }

    /// The entries as they suit an adversary: one who has neither labelled data nor the architecture makes
    /// surrogates from answers instead.
    private func entries(for threat: ThreatModel) -> [Entry] {
        guard threat.knowledge == .blackBox else { return entries }
        let hasAnswers = entries.contains { $0.attack == "transfer-answers" }
        return entries.compactMap { entry in
            guard entry.attack == "transfer" else { return entry }
            return hasAnswers ? nil : Self.rest("transfer-answers", "fast")
        }
    }
}

/// An attack with the preset it is to run with.
public struct PlannedAttack: Sendable {
    /// The attack.
    public let row: AttackTable.Row
    /// Its knobs.
    public let preset: Preset
    /// Whether it is spared the samples that earlier attacks of the run with the same flag have broken.
    public let attacksSurvivors: Bool

    /// An attack with one of its presets.
    public init(row: AttackTable.Row, preset: Preset, attacksSurvivors: Bool = false) {
        self.row = row
        self.preset = preset
        self.attacksSurvivors = attacksSurvivors
    }

    /// The attack, ready to run.
    ///
    /// - Throws: `AttackError` if it is not defined for the threat or for so few classes.
    public func make(threat: ThreatModel, classCount: Int) throws(AttackError) -> AnyAttack {
        try row.make(threat: threat, preset: preset, classCount: classCount)
    }
}
