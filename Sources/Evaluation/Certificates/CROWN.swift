import BulwarkModels
import BulwarkTensors

/// CROWN: linear functions of the input that a network's scores are not below.
///
/// Zhang, Weng, Chen, Hsieh and Daniel, "Efficient neural network robustness certification with general
/// activation functions" (NeurIPS 2018). Every rectifier is enclosed by two lines, the lower one with the
/// slope that fits its interval best (CROWN-Ada, section 3.3), and the scores are written backwards through
/// the layers as functions of the input, whose smallest value in the ball is given by the dual norm, or
/// exactly where the box cuts the ball. What each neuron lies between, which the lines depend on, is found
/// the same way, and where intervals (see `IntervalBoundPropagation`) say more, they are taken; so are they
/// for a rectifier whose sign they tell already, because nothing better can come of it. Maxima are enclosed
/// by functions of two elements of the window (see Boopathy et al., "CNN-Cert", AAAI 2019).
///
/// The result is never looser than that of interval bound propagation, and exact where the network is affine
/// in the ball. It costs about as many passes backwards as there are neurons whose sign is open, sixteen at a
/// time, each through the part of the network that the neurons see.
///
/// Bounds hold for the model as it computes in 32-bit floats, in any order of its sums; rounding makes them a
/// little wider than in real numbers.
public struct CROWN: RobustnessCertifier {
    /// `crown`.
    public var name: String { "crown" }
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
            name: "crown",
            substitutesAll: true
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
