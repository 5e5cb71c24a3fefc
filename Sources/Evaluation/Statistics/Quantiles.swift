/// The quantiles of a list of numbers.
///
/// Between two order statistics the value is interpolated linearly: type 7 of R. J. Hyndman and Y. Fan,
/// "Sample quantiles in statistical packages", The American Statistician 50 (1996), which is NumPy's default.
public struct Quantiles: Sendable {
    private let sorted: [Double]

    /// Sorts the numbers once; nil if there is no number or if any is NaN.
    ///
    /// A NaN has no place in the order, and leaving it out would describe other numbers than those given.
    ///
    /// - Parameter values: The numbers, in any order; infinities are allowed and keep their place.
    public init?(_ values: some Sequence<Double>) {
        let values = Array(values)
        guard !values.isEmpty, !values.contains(where: \.isNaN) else { return nil }
        sorted = values.sorted()
    }

    /// The quantile at a probability.
    ///
    /// - Parameter probability: From 0, the smallest number, to 1, the largest.
    /// - Returns: The quantile. Between −∞ and +∞ lies no number: there, and only there, it is NaN.
    public func value(at probability: Double) -> Double {
        precondition(probability >= 0 && probability <= 1, "a probability is between 0 and 1")
        let position = probability * Double(sorted.count - 1)
        let index = Int(position.rounded(.down))
        let below = sorted[index]
        let fraction = position - Double(index)
        if fraction == 0 { return below }
        let above = sorted[index + 1]
        // Equal neighbours need no arithmetic, which could only round.
        return below == above ? below : (1 - fraction) * below + fraction * above
    }

    /// The quantile at one half.
    public var median: Double { value(at: 0.5) }

    /// The median of some numbers.
    ///
    /// - Parameter values: The numbers, in any order.
    /// - Returns: The median, or nil if there is no number or if any is NaN.
    public static func median(of values: some Sequence<Double>) -> Double? {
        Quantiles(values)?.median
    }
}
