import RealModule

/// The reverse Weibull distribution: what largest values of many draws tend to if there is a limit to them.
///
/// Its distribution function is exp(−((a − y)/b)^c) below the location a, and 1 above.
package struct ReverseWeibull: Sendable, Hashable {
    /// The largest value there is.
    package let location: Double
    /// How far values lie below it.
    package let scale: Double
    /// How fast the distribution falls towards its limit.
    package let shape: Double

    /// The probability of at most `y`.
    package func probability(upTo y: Double) -> Double {
        y >= location ? 1 : Double.exp(-Double.pow((location - y) / scale, shape))
    }

    /// A distribution that was fitted to numbers, and how well it fits.
    package struct Fit: Sendable, Hashable {
        package let distribution: ReverseWeibull
        /// From the test of Kolmogorov and Smirnov.
        package let pValue: Double
    }

    /// The distribution under which some numbers are most likely.
    ///
    /// For each location there is one most likely shape and scale, so a search for the location is left. The
    /// likelihood can have several maxima, and none at the largest number itself, where it may grow without
    /// limit; so a climb starts from each of some shapes, and of the maxima found the one with the best fit
    /// is taken, as in Weng et al. (ICLR 2018), section 4.1. As in its authors' code, 0.01 times the square
    /// of the shape is taken off the logarithm of the likelihood, so that location, scale and shape do not
    /// run away together.
    ///
    /// - Parameters:
    ///   - values: The numbers, at least two different ones.
    ///   - startingShapes: The shapes to start from, each above 0.
    /// - Returns: The distribution and how well it fits.
    package static func fit(to values: [Double], startingShapes: [Double]) -> Fit {
        precondition(!startingShapes.isEmpty, "there is a shape to start from")
        let profile = LocationProfile(values)
        let fits = startingShapes.map { shape -> Fit in
            let distribution = profile.maximum(near: profile.start(shape: shape))
            let statistic = KolmogorovSmirnov.statistic(values, distribution.probability(upTo:))
            let pValue = KolmogorovSmirnov.pValue(statistic: statistic, count: values.count)
            return Fit(distribution: distribution, pValue: pValue)
        }
        return fits.dropFirst().reduce(fits[0]) { $1.pValue > $0.pValue ? $1 : $0 }
    }
}

/// The likelihood of numbers by the location alone.
///
/// Everything is measured in units of the numbers' range, down from the largest of them; the unknown is the
/// logarithm of how far beyond it the location lies.
private struct LocationProfile {
    private let largest: Double
    private let range: Double
    /// How far each number lies below the largest.
    private let depths: [Double]
    private static let limits = (lower: Double.log(1e-6), upper: Double.log(1e4))
    private static let shapePenalty = 0.01

    init(_ values: [Double]) {
        guard let largest = values.max(), let smallest = values.min(), smallest < largest else {
            preconditionFailure("the numbers differ")
        }
        self.largest = largest
        range = largest - smallest
        let range = range
        depths = values.map { (largest - $0) / range }
    }

    /// Where a distribution of a given shape with the mean and deviation of the numbers has its location.
    func start(shape: Double) -> Double {
        let count = Double(depths.count)
        let mean = depths.reduce(0, +) / count
        let variance = depths.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count
        let logMean = Double.logGamma(1 + 1 / shape)
        let relativeVariance = Double.expMinusOne(Double.logGamma(1 + 2 / shape) - 2 * logMean)
        let beyond = (variance / relativeVariance).squareRoot() - mean
        return min(max(.log(max(beyond, 1e-300)), Self.limits.lower), Self.limits.upper)
    }

    /// The maximum that a climb from a location leads to.
    func maximum(near start: Double) -> ReverseWeibull {
        func height(_ position: Double) -> Double { evaluate(position).height }
        func limited(_ position: Double) -> Double {
            min(max(position, Self.limits.lower), Self.limits.upper)
        }
        var step = 0.25
        if height(limited(start + step)) < height(limited(start - step)) { step = -step }
        var (behind, here, ahead) = (limited(start - step), start, limited(start + step))
        while ahead != here, height(ahead) > height(here) {
            (behind, here) = (here, ahead)
            step *= 1.5
            ahead = limited(here + step)
        }
        // The golden section between the points on either side.
        var (low, high) = (min(behind, ahead), max(behind, ahead))
        let ratio = (Double(5).squareRoot() - 1) / 2
        var (left, right) = (high - ratio * (high - low), low + ratio * (high - low))
        var (leftHeight, rightHeight) = (height(left), height(right))
        while high - low > 1e-7 {
            if leftHeight < rightHeight {
                (low, left, leftHeight) = (left, right, rightHeight)
                right = low + ratio * (high - low)
                rightHeight = height(right)
            } else {
                (high, right, rightHeight) = (right, left, leftHeight)
                left = high - ratio * (high - low)
                leftHeight = height(left)
            }
        }
        return evaluate((low + high) / 2).distribution
    }

    /// The most likely distribution with a location, and the logarithm of its likelihood less the penalty.
    private func evaluate(_ position: Double) -> (height: Double, distribution: ReverseWeibull) {
        let beyond = Double.exp(position)
        let logarithms = depths.map { Double.log($0 + beyond) }
        let count = Double(logarithms.count)
        let mean = logarithms.reduce(0, +) / count
        let shape = Self.shape(logarithms, mean)
        let deepest = logarithms.reduce(-.infinity, max)
        let sum = logarithms.reduce(0) { $0 + Double.exp(shape * ($1 - deepest)) }
        let logScale = deepest + Double.log(sum / count) / shape
        let likelihood = count * (Double.log(shape) - shape * logScale + (shape - 1) * mean - 1)
        let distribution = ReverseWeibull(
            location: largest + range * beyond,
            scale: range * Double.exp(logScale),
            shape: shape
        )
        return (likelihood - Self.shapePenalty * shape * shape, distribution)
    }

    /// The shape at which the likelihood of numbers with these logarithms is largest.
    ///
    /// Where Σ xᶜ·log x / Σ xᶜ − 1/c, which rises with c, is the mean logarithm: Newton's method for log c,
    /// inside a bracket.
    private static func shape(_ logarithms: [Double], _ mean: Double) -> Double {
        let deepest = logarithms.reduce(-.infinity, max)
        var (low, high) = (Double.log(1e-4), Double.log(1e8))
        var position = 0.0
        for _ in 0..<200 {
            let shape = Double.exp(position)
            var (sum, first, second) = (0.0, 0.0, 0.0)
            for logarithm in logarithms {
                let weight = Double.exp(shape * (logarithm - deepest))
                sum += weight
                first += weight * (logarithm - deepest)
                second += weight * (logarithm - deepest) * (logarithm - deepest)
            }
            let error = first / sum + deepest - 1 / shape - mean
            if error < 0 { low = position } else { high = position }
            let slope = shape * (second / sum - (first / sum) * (first / sum)) + 1 / shape
            let newton = position - error / slope
            let next = newton > low && newton < high ? newton : (low + high) / 2
            if abs(next - position) < 1e-12 * max(1, abs(next)) { return .exp(next) }
            position = next
        }
        return .exp(position)
    }
}
