import BulwarkModels
import BulwarkTensors

/// The smallest change that gets a row another label from an ensemble of decision trees, found exactly.
///
/// It knows the trees and asks the model only about rows that it takes for the answer, mostly once or twice.
/// Within its limits what is found is the nearest row there is, in any norm (`TreeSearch`); beyond them it is
/// the nearest that was seen, and `bounds(for:aim:isReached:)` tells how much nearer another one could be.
/// Features that are whole numbers, have ranges, keep their value or move in one direction are part of the
/// search; constraints between features are not.
public struct TreeEnsembleAttack: DecisionSearch {
    /// `tree-ensemble`.
    public let name = "tree-ensemble"
    /// Goal, norm, radius and box; the radius may be infinite.
    public let threat: ThreatModel
    /// The trees of the model that is attacked.
    public let trees: DecisionTrees
    /// How far to go on for one sample.
    public let limits: TreeSearchLimits
    /// What single features have to satisfy besides.
    public let constraints: FeatureConstraints?
    /// The nearest point.
    public var keeping: Keeping { .nearest }

    /// An attack on trees, in any norm.
    ///
    /// - Parameters:
    ///   - threat: Goal, norm, radius and box.
    ///   - trees: The trees of the model that is attacked.
    ///   - limits: How far to go on for one sample.
    ///   - constraints: What single features have to satisfy besides.
    /// - Throws: `TreeError.coupledConstraints` if a constraint is about several features.
    public init(
        threat: ThreatModel,
        trees: DecisionTrees,
        limits: TreeSearchLimits = TreeSearchLimits(),
        constraints: FeatureConstraints? = nil
    ) throws(TreeError) {
        guard constraints?.isSeparable ?? true else { throw .coupledConstraints }
        self.threat = threat
        self.trees = trees
        self.limits = limits
        self.constraints = constraints
    }

    /// Looks for the nearest row that reaches the aim, with a query for each row that may be it.
    ///
    /// - Throws: `TreeError.notFinite` for a sample with missing features, and what the oracle throws.
    public func search(_ oracle: some LabelOracle) async throws {
        var search = try search(for: oracle.input, aim: oracle.aim, in: oracle.box)
        while let row = search.nextQuestion() { search.answer(try await oracle.isReached(at: row)) }
    }

    /// How near a row that reaches the aim can be, and how near one is.
    ///
    /// - Parameters:
    ///   - input: The sample, finite features.
    ///   - aim: What has to be said.
    ///   - isReached: Asks the model whether a row reaches the aim.
    /// - Returns: Bounds on the smallest distance within the threat's radius; the lower one is at most the
    ///   radius, with the rounding that counts as it.
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
        let domain =
            constraints.map { FeatureDomain($0, around: input, in: box) }
            ?? FeatureDomain(around: input, in: box)
        let reach = threat.allowance(around: input)
        return TreeSearch(TreeProblem(trees, aim, domain, threat.norm, reach: reach), limits)
    }
}
