import BulwarkModels
import BulwarkTensors

/// Interval bound propagation: what every neuron lies between, from the input to the scores.
///
/// Gowal, Dvijotham, Stanforth, Bunel, Qin, Uesato, Arandjelovic, Mann and Kohli, "On the effectiveness of
/// interval bound propagation for training verifiably robust models" (arXiv 1810.12715), section 3. Cheap,
/// and loose unless a network was trained for it. Neighbouring affine layers count as one, the first of them
/// starts from the ball itself (by the dual norm for L2) as far as it lies in the box, and the difference of
/// two scores is taken into the last one, as the elision of the last layer in section 3 does. Without a layer
/// that is not affine the result is exact.
///
/// Bounds hold for the model as it computes in 32-bit floats, in any order of its sums; rounding makes them a
/// little wider than in real numbers. Networks of matrix products, convolutions, average and maximum pools,
/// batch normalisation with fixed statistics, sums, rearrangements and piecewise linear functions can be
/// bounded.
public struct IntervalBoundPropagation: RobustnessCertifier {
    /// `ibp`.
    public var name: String { "ibp" }
    /// How distances are measured: `linf` or `l2`.
    public var norm: Norm { propagation.norm }
    /// About how many multiplications the bounds of one sample take, if no neuron's sign is known.
    public var operations: Double { propagation.operations }
    private let propagation: BoundPropagation

    /// Reads a classifier's layers once.
    ///
    /// - Parameters:
    ///   - model: The classifier.
    ///   - norm: How distances are measured: `linf` or `l2`.
    ///   - bounds: The values that inputs may have.
    /// - Throws: `CertificateError` if the norm is another, or naming a node that cannot be bounded.
    public init(_ model: ClassifierGraph, norm: Norm, bounds: Bounds) throws {
        propagation = try BoundPropagation(
            model,
            norm: norm,
            bounds: bounds,
            name: "ibp",
            substitutesAll: false
        )
    }

    /// What the score of one class is above the others' at least, for all inputs within a radius.
    public func marginBounds(of sample: [Float], label: Int, epsilon: Double) -> [Double] {
        propagation.marginBounds(of: sample, label: label, epsilon: epsilon)
    }

    /// What each score lies between, for all inputs within a radius.
    ///
    /// Differences of these are a looser margin than `marginBounds` gives.
    public func logitBounds(of sample: [Float], epsilon: Double) -> [ClosedRange<Double>] {
        propagation.logitBounds(of: sample, epsilon: epsilon)
    }
}
