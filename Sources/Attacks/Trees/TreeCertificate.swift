import BulwarkModels
import BulwarkTensors

/// Proves within which distance an ensemble of decision trees gives every row the label of a sample.
///
/// The radius is exact where the search ends within its limits, and otherwise a radius that is proved
/// nevertheless, beside the distance of the nearest row with another label that was seen.
public struct TreeCertificate: Sendable {
    /// The trees of the model.
    public let trees: DecisionTrees
    /// How distances are measured.
    public let norm: Norm
    /// The rows that count.
    public let bounds: Bounds
    /// How far to go on for one sample.
    public let limits: TreeSearchLimits

    /// A certificate for rows in a box.
    public init(
        trees: DecisionTrees,
        norm: Norm,
        bounds: Bounds,
        limits: TreeSearchLimits = TreeSearchLimits()
    ) {
        self.trees = trees
        self.norm = norm
        self.bounds = bounds
        self.limits = limits
    }

    /// For each sample what is proved: every row of the box that is nearer than `lower` has the sample's
    /// label, and one at `upper` has another.
    ///
    /// - Parameters:
    ///   - inputs: Samples `[N, features]` in the box.
    ///   - model: The model that the trees are from; its labels decide.
    /// - Returns: Bounds on the robust radius of each sample.
    /// - Throws: `TreeError.notFinite`, and what the model throws.
    public func radii(of inputs: Tensor, on model: some LabelAccess) throws -> [TreeBounds] {
        let threat = ThreatModel(norm: norm, epsilon: .infinity, bounds: bounds)
        let attack = TreeEnsembleAttack(threat: threat, trees: trees, limits: limits)
        let size = inputs.rowSize
        return try model.labels(for: inputs).enumerated().map { row, label in
            let input = inputs.elements.array(row * size..<(row + 1) * size)
            return try attack.bounds(for: input, aim: .anythingBut(label)) { row in
                try model.labels(for: Tensor(inputs.shape.dropFirst.batched(1), row))[0] != label
            }
        }
    }
}
