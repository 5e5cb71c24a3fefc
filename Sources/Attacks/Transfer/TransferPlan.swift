import BulwarkModels

/// A preset of a transfer attack, with everything it takes: what surrogates learn from, and what is made on
/// them.
public struct TransferPlan: Sendable {
    /// The attack's name: `transfer` or `transfer-answers`.
    public let attack: String
    /// The preset.
    public let preset: Preset
    /// How many networks are trained, 1 or 2.
    public let networks: Int
    /// How candidates are made on each of them, and on their mean.
    public let recipes: [TransferRecipe]
    /// How the target is asked for labels; nil if surrogates learn from samples that have some.
    public let augmentation: JacobianAugmentation?

    /// All presets, the strongest of each attack last.
    public static let all: [TransferPlan] = [
        TransferPlan(
            attack: "transfer",
            preset: Preset(
                name: "fast",
                provenance: .fast,
                isStrong: false,
                summary: "1 network, MI-FGSM with 10 steps and Auto-PGD with 25"
            ),
            networks: 1,
            recipes: quick,
            augmentation: nil
        ),
        TransferPlan(
            attack: "transfer",
            preset: Preset(
                name: "standard",
                provenance: .paper,
                isStrong: true,
                summary: "2 networks and their mean; on each \(summary)"
            ),
            networks: 2,
            recipes: full,
            augmentation: nil
        ),
        TransferPlan(
            attack: "transfer-answers",
            preset: Preset(
                name: "fast",
                provenance: .fast,
                isStrong: false,
                summary:
                    "up to 2,000 questions from 125 samples; 1 network, MI-FGSM with 10 steps and Auto-PGD with 25"
            ),
            networks: 1,
            recipes: quick,
            augmentation: JacobianAugmentation(seeds: 125, rounds: 4)
        ),
        TransferPlan(
            attack: "transfer-answers",
            preset: Preset(
                name: "standard",
                provenance: .paper,
                isStrong: true,
                summary:
                    "up to 9,600 questions from 150 samples (Papernot et al., ASIA CCS 2017); 2 networks and their mean; "
                    + "on each \(summary)"
            ),
            networks: 2,
            recipes: full,
            augmentation: JacobianAugmentation(seeds: 150, rounds: 6)
        ),
    ]

    private static let quick: [TransferRecipe] = [
        .momentum(.crossEntropy, steps: 10), .ascent(.crossEntropy, steps: 25, restarts: 1),
    ]
    private static let full: [TransferRecipe] = [
        .momentum(.crossEntropy, steps: 10), .momentum(.margin, steps: 10),
        .diverse(.crossEntropy, steps: 20), .ascent(.crossEntropy, steps: 50, restarts: 1),
        .ascent(.margin, steps: 50, restarts: 1),
    ]
    private static let summary =
        "MI-FGSM on two losses (Dong et al., CVPR 2018), with diverse inputs (Xie et al., CVPR 2019), Auto-PGD on two losses"

    /// The preset of a name.
    ///
    /// - Parameters:
    ///   - attack: The attack's name.
    ///   - preset: The preset's name; the strongest if nil.
    /// - Returns: The plan.
    /// - Throws: `AttackError.unknownAttack` or `AttackError.unknownPreset`.
    public static func named(_ attack: String, preset: String?) throws(AttackError) -> TransferPlan {
        let plans = all.filter { $0.attack == attack }
        guard let strongest = plans.last else { throw .unknownAttack(name: attack) }
        guard let preset else { return strongest }
        guard let plan = plans.first(where: { $0.preset.name == preset }) else {
            throw .unknownPreset(attack: attack, preset: preset)
        }
        return plan
    }

    /// The attack as a row of the table, from surrogates that are there.
    ///
    /// - Parameters:
    ///   - surrogates: What candidates are made on.
    ///   - isFaithful: Whether a surrogate resembles the target; if none does, that the attack fails proves
    ///     nothing, and its preset is weak.
    ///   - isCutShort: Whether the surrogates got fewer answers than they wanted; then the preset is weak, too.
    ///   - queryBudget: The most queries for one sample; nil for as many as there are candidates. With fewer
    ///     than these the preset is weak.
    /// - Returns: A row with this preset alone.
    public func row(
        with surrogates: Surrogates,
        isFaithful: Bool,
        isCutShort: Bool = false,
        queryBudget: Int? = nil
    ) -> AttackTable.Row {
        let (attack, recipes) = (attack, recipes)
        let wanted = 1 + surrogates.sources.count * recipes.count
        let isWhole = !isCutShort && queryBudget ?? wanted >= wanted
        let note =
            (isFaithful ? "" : "; weak, because no network resembles the target")
            + (isWhole ? "" : "; weak, because its questions are cut short")
        let own = Preset(
            name: preset.name,
            provenance: preset.provenance,
            isStrong: preset.isStrong && isFaithful && isWhole,
            summary: preset.summary + note
        )
        return AttackTable.transferRow(
            attack,
            queries: surrogates.queries,
            [
                AttackTable.Variant(
                    preset: own,
                    build: { threat throws(AttackError) in
                        .labelOnly(
                            try TransferAttack(
                                name: attack,
                                threat: threat,
                                surrogates: surrogates.sources,
                                recipes: recipes,
                                queryBudget: queryBudget
                            )
                        )
                    }
                )
            ]
        )
    }
}
