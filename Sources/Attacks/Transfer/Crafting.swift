import BulwarkModels
import BulwarkTensors

/// An attack on a surrogate that goes on after the surrogate is fooled: what is only just on its other side
/// rarely fools another model.
struct Crafting<Base: GradientSearch>: GradientSearch {
    let base: Base
    let keeping: Keeping

    var name: String { base.name }
    var threat: ThreatModel { base.threat }
    var minimumClassCount: Int { base.minimumClassCount }

    func search(_ oracle: some GradientOracle) async throws { try await base.search(oracle) }
}

/// How candidates for a transfer are made on a surrogate.
public enum TransferRecipe: Sendable, Equatable {
    /// MI-FGSM: the point where all steps end.
    case momentum(Loss, steps: Int)
    /// Steps with momentum and diverse inputs, M-DI²-FGSM: the point where they end.
    case diverse(Loss, steps: Int)
    /// Auto-PGD: the point with the highest loss.
    case ascent(Loss, steps: Int, restarts: Int)

    /// Whether the recipe is defined for a norm.
    func isDefined(for norm: Norm) -> Bool {
        switch self {
        case .momentum, .diverse: norm == .linf || norm == .l2
        case .ascent: norm != .l0
        }
    }

    /// One candidate for each sample, in the ball and in the box, whatever the surrogate says of it.
    ///
    /// - Throws: `AttackError.unsupportedNorm`, and what the surrogate throws.
    func candidates(
        _ batch: Batch,
        _ threat: ThreatModel,
        on surrogate: some GradientAccess,
        constraints: FeatureConstraints?,
        random: RandomSource
    ) throws -> Tensor {
        func craft(_ attack: some GradientSearch, _ keeping: Keeping) throws -> Tensor {
            let crafting = Crafting(base: attack, keeping: keeping)
            guard let constraints else {
                return try crafting.perturb(batch, against: surrogate, random: random).candidates
            }
            return try Constrained(crafting, constraints)
                .perturb(batch, against: surrogate, random: random).candidates
        }
        switch self {
        case .momentum(let loss, let steps):
            return try craft(MIFGSM(threat: threat, loss: loss, steps: steps), .last)
        case .diverse(let loss, let steps):
            return try craft(DI2FGSM(threat: threat, loss: loss, steps: steps, decay: 1), .last)
        case .ascent(let loss, let steps, let restarts):
            return try craft(
                APGD(threat: threat, loss: loss, steps: steps, restarts: restarts),
                .highestLoss
            )
        }
    }
}
