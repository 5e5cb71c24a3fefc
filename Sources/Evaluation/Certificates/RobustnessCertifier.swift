import BulwarkTensors

/// A method that proves, for one sample at a time, that no input within a radius changes a classifier's
/// answer.
///
/// What it cannot prove may still be so: a bound that is not positive says nothing.
public protocol RobustnessCertifier: Sendable {
    /// A name for reports, as in `crown`.
    var name: String { get }
    /// How distances are measured.
    var norm: Norm { get }

    /// What the score of one class is above the others' at least, for all inputs within a radius.
    ///
    /// - Parameters:
    ///   - sample: The elements of a sample.
    ///   - label: The class.
    ///   - epsilon: The radius in input units, finite and not negative.
    /// - Returns: For each class a number that the score of `label` less that of the class is not below, in
    ///   the floats that the model computes; +∞ for `label` itself, −∞ where nothing can be said.
    func marginBounds(of sample: [Float], label: Int, epsilon: Double) -> [Double]
}

extension RobustnessCertifier {
    /// Whether all inputs within a radius are proved to get a label.
    public func isCertified(_ sample: [Float], label: Int, epsilon: Double) -> Bool {
        marginBounds(of: sample, label: label, epsilon: epsilon).allSatisfy { $0 > 0 }
    }

    /// For each sample whether all inputs within a radius are proved to get its label.
    ///
    /// - Parameters:
    ///   - inputs: Samples `[N, …]`.
    ///   - labels: The label of each.
    ///   - epsilon: The radius in input units.
    /// - Returns: One answer a sample.
    public func certified(_ inputs: Tensor, labels: [Int], epsilon: Double) -> [Bool] {
        precondition(inputs.rowCount == labels.count, "one label a sample")
        return labels.enumerated().map { row, label in
            isCertified(inputs.elements(ofRow: row), label: label, epsilon: epsilon)
        }
    }

    /// A radius within which all inputs are proved to get a label, nearly the largest that can be proved.
    ///
    /// The radius returned was itself proved, and with it every smaller one.
    ///
    /// - Parameters:
    ///   - sample: The elements of a sample.
    ///   - label: Its label.
    ///   - maximum: The largest radius to try, above 0: one at which an attack succeeded, or the box's
    ///     extent.
    ///   - precision: How far the radius may stay below one that failed, relative to that.
    /// - Returns: The radius; nil if not even the sample itself is proved to get the label, because the model
    ///   is wrong or as good as undecided. It is 0 if nothing above `maximum` · 2⁻³⁰ can be proved.
    public func certifiedRadius(
        of sample: [Float],
        label: Int,
        maximum: Double,
        precision: Double = 0.01
    ) -> Double? {
        search(sample, label: label, startingAt: maximum, maximum: maximum, precision: precision).radius
    }

    /// Whether one radius is proved, and nearly the largest that is.
    func search(
        _ sample: [Float],
        label: Int,
        startingAt first: Double,
        maximum: Double,
        precision: Double = 0.01
    ) -> CertifiedRadiusSearch.Result {
        CertifiedRadiusSearch(maximum: maximum, precision: precision)(startingAt: first) { radius in
            marginBounds(of: sample, label: label, epsilon: radius).min() ?? -.infinity
        }
    }

    /// The certified radius of each sample; see `certifiedRadius(of:label:maximum:precision:)`.
    public func certifiedRadii(
        of inputs: Tensor,
        labels: [Int],
        maximum: Double,
        precision: Double = 0.01
    ) -> [Double?] {
        precondition(inputs.rowCount == labels.count, "one label a sample")
        return labels.enumerated().map { row, label in
            certifiedRadius(
                of: inputs.elements(ofRow: row),
                label: label,
                maximum: maximum,
                precision: precision
            )
        }
    }
}

extension Tensor {
    /// The elements of one row.
    func elements(ofRow row: Int) -> [Float] {
        elements.array(row * rowSize..<(row + 1) * rowSize)
    }
}
