import BulwarkModels
import BulwarkTensors

/// An attack of any kind of access, ready to run.
public enum AnyAttack: Sendable {
    /// An attack that follows gradients.
    case whiteBox(any WhiteBoxAttack)
    /// An attack that needs scores.
    case scores(any ScoreAttack)
    /// An attack that needs labels only.
    case labelOnly(any LabelOnlyAttack)

    /// What every attack says of itself.
    public var attack: any Attack {
        switch self {
        case .whiteBox(let attack): attack
        case .scores(let attack): attack
        case .labelOnly(let attack): attack
        }
    }

    /// Runs the attack against a model that gives gradients, and so everything that any attack needs.
    ///
    /// - Throws: What the attack and the model throw.
    public func perturb(
        _ batch: Batch,
        against model: some GradientAccess,
        random: RandomSource
    ) throws -> Perturbed {
        switch self {
        case .whiteBox(let attack): try attack.perturb(batch, against: model, random: random)
        case .scores(let attack): try attack.perturb(batch, against: model, random: random)
        case .labelOnly(let attack): try attack.perturb(batch, against: model, random: random)
        }
    }

    /// Runs the attack against a model that answers with labels only.
    ///
    /// - Throws: `AttackError.needsGradients` and `AttackError.needsScores` for attacks that need more, and what
    ///   the attack and the model throw.
    public func perturb(
        _ batch: Batch,
        againstLabelsOf model: some LabelAccess,
        random: RandomSource
    ) throws -> Perturbed {
        switch self {
        case .whiteBox(let attack): throw AttackError.needsGradients(attack: attack.name)
        case .scores(let attack): throw AttackError.needsScores(attack: attack.name)
        case .labelOnly(let attack): try attack.perturb(batch, against: model, random: random)
        }
    }

    /// Runs the attack against a model that answers with scores and gives no gradients.
    ///
    /// - Throws: `AttackError.needsGradients` for an attack that follows them, and what the attack and the
    ///   model throw.
    public func perturb(
        _ batch: Batch,
        againstScoresOf model: some ScoreAccess,
        random: RandomSource
    ) throws -> Perturbed {
        switch self {
        case .whiteBox(let attack): throw AttackError.needsGradients(attack: attack.name)
        case .scores(let attack): try attack.perturb(batch, against: model, random: random)
        case .labelOnly(let attack): try attack.perturb(batch, against: model, random: random)
        }
    }
}

/// What an attack works with.
public enum AttackKind: String, Sendable, Codable, CaseIterable {
    /// Gradients.
    case gradient
    /// Scores.
    case score
    /// Labels only.
    case decision
    /// Networks of the adversary's own, and the target's labels.
    case transfer
    /// The whole model as it is written down: the nearest example is found, or it is proved that there is none.
    case exact
    /// Nothing: it is there to be beaten.
    case control
}
