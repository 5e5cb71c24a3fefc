import BulwarkModels

/// An attack on rows of a table that finds only rows that satisfy constraints.
///
/// It sees as much of the model as the attack inside, at the same price.
public struct Constrained<Base: Search>: Search {
    /// The attack.
    public let base: Base
    /// What rows have to satisfy.
    public let constraints: FeatureConstraints

    /// An attack under constraints.
    public init(_ base: Base, _ constraints: FeatureConstraints) {
        self.base = base
        self.constraints = constraints
    }

    /// The name of the attack inside.
    public var name: String { base.name }
    /// Goal, norm, radius and box.
    public var threat: ThreatModel { base.threat }
    /// Which of the points that reach the aim the attack is after.
    public var keeping: Keeping { base.keeping }
    /// The fewest classes it is defined for.
    public var minimumClassCount: Int { base.minimumClassCount }
    /// The most queries for one sample.
    public var queryBudget: Int? { base.queryBudget }
}

extension Constrained: LabelOnlyAttack, DecisionSearch where Base: DecisionSearch {
    /// Looks for a row that reaches the aim and satisfies the constraints.
    ///
    /// - Throws: `ConstraintError` for a sample of another number of features, and what the oracle throws.
    public func search(_ oracle: some LabelOracle) async throws {
        try await base.search(ConstrainedOracle(oracle, constraints))
    }
}

extension Constrained: ScoreAttack, ScoreSearch where Base: ScoreSearch {
    /// Looks for a row that reaches the aim and satisfies the constraints.
    ///
    /// - Throws: `ConstraintError` for a sample of another number of features, and what the oracle throws.
    public func search(_ oracle: some ScoreOracle) async throws {
        try await base.search(ConstrainedOracle(oracle, constraints))
    }
}

extension Constrained: WhiteBoxAttack, GradientSearch where Base: GradientSearch {
    /// Looks for a row that reaches the aim and satisfies the constraints.
    ///
    /// - Throws: `ConstraintError` for a sample of another number of features, and what the oracle throws.
    public func search(_ oracle: some GradientOracle) async throws {
        try await base.search(ConstrainedOracle(oracle, constraints))
    }
}

extension AnyAttack {
    /// The same attack on rows that have to satisfy constraints; nil for an attack that asks no oracle, which
    /// nothing can be put in front of.
    ///
    /// PGD, FGSM and the control, which have loops of their own, are run as searches. The exact attack on trees
    /// takes the constraints into its search.
    public func constrained(by constraints: FeatureConstraints) -> AnyAttack? {
        func wrap(_ attack: some GradientSearch) -> AnyAttack { .whiteBox(Constrained(attack, constraints)) }
        func wrap(_ attack: some ScoreSearch) -> AnyAttack { .scores(Constrained(attack, constraints)) }
        func wrap(_ attack: some DecisionSearch) -> AnyAttack { .labelOnly(Constrained(attack, constraints)) }
        switch self {
        case .whiteBox(let attack as PGD): return wrap(PGDSearch(attack))
        case .whiteBox(let attack as FGSM): return wrap(FGSMSearch(attack))
        case .whiteBox(let attack): return (attack as? any GradientSearch).map { wrap($0) }
        case .scores(let attack): return (attack as? any ScoreSearch).map { wrap($0) }
        case .labelOnly(let attack as UniformNoise): return wrap(UniformNoiseSearch(attack))
        case .labelOnly(let attack as TransferAttack):
            return (try? attack.constrained(by: constraints)).map { .labelOnly($0) }
        case .labelOnly(let attack as TreeEnsembleAttack):
            return .labelOnly(
                TreeEnsembleAttack(
                    threat: attack.threat,
                    trees: attack.trees,
                    limits: attack.limits,
                    constraints: constraints,
                    horizon: attack.horizon
                )
            )
        case .labelOnly(let attack): return (attack as? any DecisionSearch).map { wrap($0) }
        }
    }
}
