import RealModule

/// The test of Kolmogorov and Smirnov: whether numbers may come from a given distribution.
package enum KolmogorovSmirnov {
    /// The largest distance between the share of the numbers up to any point and the distribution function.
    package static func statistic(_ values: [Double], _ distribution: (Double) -> Double) -> Double {
        let count = Double(values.count)
        return values.sorted().enumerated().reduce(0) { largest, entry in
            let expected = distribution(entry.element)
            let (before, after) = (Double(entry.offset) / count, Double(entry.offset + 1) / count)
            return max(largest, expected - before, after - expected)
        }
    }

    /// How likely a statistic this large would be if the numbers came from the distribution.
    ///
    /// Kolmogorov's limit, with the correction for few numbers of Stephens, "Use of the Kolmogorov–Smirnov,
    /// Cramér–von Mises and related statistics without extensive tables" (Journal of the Royal Statistical
    /// Society B 32, 1970). With parameters fitted to the same numbers it is too large, and compares fits
    /// only.
    package static func pValue(statistic: Double, count: Int) -> Double {
        let root = Double(count).squareRoot()
        let scaled = (root + 0.12 + 0.11 / root) * statistic
        // Below this the probability is 1 to eight digits, and the series slow.
        guard scaled > 0.3 else { return 1 }
        var (sum, sign) = (0.0, 1.0)
        for index in 1...100 {
            let term = Double.exp(-2 * Double(index * index) * scaled * scaled)
            sum += sign * term
            if term < 1e-18 { break }
            sign = -sign
        }
        return min(max(2 * sum, 0), 1)
    }
}
