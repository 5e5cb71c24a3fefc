import BulwarkModels
import BulwarkTensors

/// The smallest change that gets a row another label from an ensemble of decision trees, found exactly.
///
/// It knows the trees and asks the model only about rows that it takes for the answer, mostly once or twice.
/// Within its limits what is found is the nearest row there is, in any norm (`TreeSearch`), and that nothing is
/// found is proved; beyond them it is the nearest that was seen, and how much nearer another one could be is
/// known. Constraints are part of the search: what is found satisfies them. With linear relations between
/// features it may be farther than the nearest; what is proved holds nevertheless.
public struct TreeEnsembleAttack: DecisionSearch {
    /// `tree-ensemble`.
    public let name = "tree-ensemble"
    /// Goal, norm, radius and box; the radius may be infinite.
    public let threat: ThreatModel
    /// The trees of the model that is attacked.
    public let trees: DecisionTrees
    /// How far to go on for one sample.
    public let limits: TreeSearchLimits
    /// What rows have to satisfy besides.
    public let constraints: FeatureConstraints?
    /// How far away the nearest row is looked for, at least the radius.
    public let horizon: Float
    /// The nearest point.
    public var keeping: Keeping { .nearest }

    /// An attack on trees, in any norm.
    ///
    /// - Parameters:
    ///   - threat: Goal, norm, radius and box.
    ///   - trees: The trees of the model that is attacked.
    ///   - limits: How far to go on for one sample.
    ///   - constraints: What rows have to satisfy besides.
    ///   - horizon: How far away the nearest row is looked for; the radius if that is larger or nothing is
    ///     given.
    public init(
        threat: ThreatModel,
        trees: DecisionTrees,
        limits: TreeSearchLimits = TreeSearchLimits(),
        constraints: FeatureConstraints? = nil,
        horizon: Float = 0
    ) {
        precondition(
            constraints?.featureCount ?? trees.featureCount == trees.featureCount,
            "the constraints are for the trees' features"
        )
        self.threat = threat
        self.trees = trees
        self.limits = limits
        self.constraints = constraints
        self.horizon = max(horizon, threat.epsilon)
    }

    /// One candidate for each sample, and for each how far from it nothing reaches the aim.
    ///
    /// - Throws: `TreeError.notFinite` for a sample with missing features, and what the model throws.
    public func perturb(
        _ batch: Batch,
        against model: some LabelAccess,
        random: RandomSource
    ) throws -> Perturbed {
        let run = try SearchRun(self, batch, random: random, model) { oracle in
            let proved = try await explore(oracle).provedRadius
            // What ends within the rounding of the radius proves nothing at the radius.
            let isEnough = proved >= threat.allowance(around: oracle.input)
            oracle.provedRadius = isEnough ? proved : min(proved, Double(threat.epsilon))
        }
        if let model = model as? any ScoreAccess {
            try run.askForScores(model, sees: .labels)
        } else {
            try run.ask(LabelAnswers(model: model), capacity: batch.count, sees: .labels)
        }
        return run.perturbed
    }

    /// Looks for the nearest row that reaches the aim, with a query for each row that may be it.
    ///
    /// - Throws: `TreeError.notFinite` for a sample with missing features, and what the oracle throws.
    public func search(_ oracle: some LabelOracle) async throws { _ = try await explore(oracle) }

    private func explore(_ oracle: some LabelOracle) async throws -> TreeBounds {
        var search = try search(for: oracle.input, aim: oracle.aim, in: oracle.box)
        while let row = search.nextQuestion() { search.answer(try await oracle.isReached(at: row)) }
        guard let bounds = search.bounds else { preconditionFailure("a search that asks no more has bounds") }
        return bounds
    }

    /// How near a row that reaches the aim can be, and how near one is.
    ///
    /// - Parameters:
    ///   - input: The sample, finite features.
    ///   - aim: What has to be said.
    ///   - isReached: Asks the model whether a row reaches the aim.
    /// - Returns: Bounds on the smallest distance within the horizon; the lower one is at most the horizon, with
    ///   the rounding that counts as it.
    /// - Throws: `TreeError.notFinite`, and what `isReached` throws.
    public func bounds(
        for input: [Float],
        aim: Aim,
        isReached: ([Float]) throws -> Bool
    ) throws -> TreeBounds {
        var search = try search(for: input, aim: aim, in: Box(threat.bounds, count: input.count))
        while let row = search.nextQuestion() { search.answer(try isReached(row)) }
        guard let bounds = search.bounds else { preconditionFailure("a search that asks no more has bounds") }
        return bounds
    }

    private func search(for input: [Float], aim: Aim, in box: Box) throws(TreeError) -> TreeSearch {
        precondition(input.count == trees.featureCount, "the sample has \(trees.featureCount) features")
        if let feature = input.firstIndex(where: { !$0.isFinite }) { throw .notFinite(feature: feature) }
        let reach = threat.with(epsilon: horizon)
        return TreeSearch(TreeProblem(trees, aim, around: input, reach, box: box, constraints), limits)
    }
}
