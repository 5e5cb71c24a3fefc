import RealModule

/// The regularised incomplete beta function I_x(a, b), which is the distribution function of Beta(a, b).
///
/// Evaluated by the continued fraction of A. R. DiDonato and A. H. Morris, "Algorithm 708: significant digit
/// computation of the incomplete beta function ratios", ACM Transactions on Mathematical Software 18 (1992).
/// The factor in front of it is a binomial density in the saddle-point form of C. Loader, "Fast and accurate
/// computation of binomial probabilities" (2000). Both keep their relative precision where a difference of
/// log-gamma values, or of 1 and a small x, would lose it: the shape parameters may go from a thousandth to
/// billions.
public struct RegularizedBeta: Sendable, Hashable {
    /// The first shape parameter.
    public let a: Double
    /// The second shape parameter.
    public let b: Double

    /// Makes the function for two positive, finite shape parameters.
    ///
    /// - Parameters:
    ///   - a: The first shape parameter.
    ///   - b: The second shape parameter.
    public init(_ a: Double, _ b: Double) {
        precondition(a > 0 && b > 0 && a.isFinite && b.isFinite, "shape parameters are positive and finite")
        self.a = a
        self.b = b
    }

    /// The lower tail, I_x(a, b).
    ///
    /// - Parameter x: A number from 0 to 1.
    /// - Returns: The probability that a Beta(a, b) variable is at most x.
    public func lowerTail(at x: Double) -> Double {
        tails(at: Point(x)).lower
    }

    /// The upper tail, 1 − I_x(a, b), without the cancellation of subtracting.
    ///
    /// - Parameter x: A number from 0 to 1.
    /// - Returns: The probability that a Beta(a, b) variable is above x.
    public func upperTail(at x: Double) -> Double {
        tails(at: Point(x)).upper
    }

    /// The x whose lower tail is the given probability.
    ///
    /// - Parameter probability: A probability from 0 to 1.
    /// - Returns: The quantile.
    public func inverse(lowerTail probability: Double) -> Double {
        // The smaller tail is the one known precisely, and subtracting from 1 is exact where it happens here.
        probability > 0.5
            ? solve(\.upper, 1 - probability, rising: -1) : solve(\.lower, probability, rising: 1)
    }

    /// The x whose upper tail is the given probability.
    ///
    /// - Parameter probability: A probability from 0 to 1.
    /// - Returns: The quantile at 1 − `probability`.
    public func inverse(upperTail probability: Double) -> Double {
        probability > 0.5
            ? solve(\.lower, 1 - probability, rising: 1) : solve(\.upper, probability, rising: -1)
    }

    /// Finds the point where one tail, rising (1) or falling (−1) in x, has a probability of at most one
    /// half.
    ///
    /// The unknown is u = log(x / (1 − x)): a small absolute error in u is a small relative error in both x
    /// and 1 − x. The equation is the one between logarithms of probabilities, which is concave in u, so
    /// Newton's method converges far out in the tail as well. A step that leaves the bracket, or does not
    /// halve the step before last, is replaced by a bisection.
    private func solve(_ tail: KeyPath<Tails, Double>, _ probability: Double, rising: Double) -> Double {
        precondition(probability >= 0, "a probability is between 0 and 1")
        if probability == 0 { return rising > 0 ? 0 : 1 }
        // Beyond ±745 either x or 1 − x is no longer a Double above zero.
        var bracket = (low: -745.0, high: 745.0)
        var u = min(max(.log(a / b), bracket.low), bracket.high)
        var best = (u: u, error: Double.infinity)
        var (step, stepBefore) = (Double.infinity, Double.infinity)
        for _ in 0..<300 {
            let point = Point(logit: u)
            let value = tails(at: point)[keyPath: tail]
            let error = rising * (.log(value) - .log(probability))
            if error.magnitude < best.error { best = (u, error.magnitude) }
            if error == 0 { break }
            if error < 0 { bracket.low = u } else { bracket.high = u }
            let newton = -error * value / prefactor(at: point)
            let tolerance = 1e-14 * max(1, u.magnitude)
            if newton.magnitude <= tolerance { return Point(logit: u + newton).x }
            let width = bracket.high - bracket.low
            if width <= tolerance { break }
            let isInside = bracket.low < u + newton && u + newton < bracket.high
            let middle = bracket.low + width / 2
            let move = isInside && 2 * newton.magnitude <= stepBefore ? newton : middle - u
            (stepBefore, step) = (step, move.magnitude)
            u += move
        }
        return Point(logit: best.u).x
    }

    // MARK: - The function itself

    private func tails(at point: Point) -> Tails {
        if point.x <= 0 { return Tails(lower: 0, upper: 1) }
        if point.complement <= 0 { return Tails(lower: 1, upper: 0) }
        let scale = prefactor(at: point)
        // The fraction converges fast up to about the mean; beyond it I_x(a, b) = 1 − I_{1−x}(b, a).
        if point.x * (a + b + 2) < a + 1 {
            let lower = min(1, scale / fraction(a, b, point.x, point.complement))
            return Tails(lower: lower, upper: 1 - lower)
        }
        let upper = min(1, scale / fraction(b, a, point.complement, point.x))
        return Tails(lower: 1 - upper, upper: upper)
    }

    /// x^a (1−x)^b / B(a, b): also the derivative of I_x(a, b) by the logit of x.
    private func prefactor(at point: Point) -> Double {
        let n = a + b
        let exponent =
            stirlingError(n) - stirlingError(a) - stirlingError(b)
            - deviance(a, expected: n * point.x) - deviance(b, expected: n * point.complement)
        return (a / n * b / (2 * Double.pi)).squareRoot() * .exp(exponent)
    }

    /// The denominator of I_x(a, b): β₀ + α₁ / (β₁ + α₂ / (β₂ + …)), by the modified Lentz recurrence.
    ///
    /// For x below (a + 1)/(a + b) every term is positive until m exceeds b. With y = 1 − x given, nothing
    /// cancels.
    private func fraction(_ a: Double, _ b: Double, _ x: Double, _ y: Double) -> Double {
        func beta(_ m: Double) -> Double {
            m + m * (b - m) * x / (a + 2 * m - 1)
                + (a + m) * (a * y - b * x + 1 + m * (1 + y)) / (a + 2 * m + 1)
        }
        let tiny = 1e-300
        func nonzero(_ value: Double) -> Double { value.magnitude < tiny ? tiny : value }
        // At m = 0 the general term would divide by a − 1.
        var result = nonzero(a * (a * y - b * x + 1) / (a + 1))
        var numerator = result
        var denominator = 0.0
        // It takes about √max(a, b) terms near the mean, where it is slowest.
        let maximumTerms = 1_000 + Int(min(1e7, 20 * max(a, b).squareRoot()))
        for index in 1...maximumTerms {
            let m = Double(index)
            let ratio = x / (a + 2 * m - 1)
            let alpha = (a + m - 1) * (a + b + m - 1) * m * (b - m) * ratio * ratio
            let term = beta(m)
            denominator = 1 / nonzero(term + alpha * denominator)
            numerator = nonzero(term + alpha / numerator)
            let factor = numerator * denominator
            result *= factor
            if (factor - 1).magnitude <= .ulpOfOne { break }
        }
        return result
    }
}

/// Both tails of the distribution at one point.
private struct Tails {
    let lower: Double
    let upper: Double
}

/// A point of the unit interval that knows its distance from both ends.
private struct Point {
    let x: Double
    let complement: Double

    init(_ x: Double) {
        precondition(x >= 0 && x <= 1, "x is between 0 and 1")
        self.x = x
        complement = 1 - x
    }

    init(logit u: Double) {
        let small = Double.exp(-u.magnitude)
        let near = small / (1 + small)
        let far = 1 / (1 + small)
        x = u < 0 ? near : far
        complement = u < 0 ? far : near
    }
}

/// log Γ(z + 1) minus Stirling's approximation of it, for z > 0.
private func stirlingError(_ z: Double) -> Double {
    guard z >= 16 else {
        return Double.logGamma(z + 1) - (z + 0.5) * .log(z) + z - 0.5 * .log(2 * .pi)
    }
    // The asymptotic series in 1/z, DLMF 5.11.1; from 16 up its last term is below the rounding error.
    let square = 1 / (z * z)
    let coefficients = [1 / 12.0, -1 / 360.0, 1 / 1_260.0, -1 / 1_680.0, 1 / 1_188.0, -691 / 360_360.0]
    return coefficients.reversed().reduce(0) { $0 * square + $1 } / z
}

/// value·log(value/expected) + expected − value, computed without cancellation when the two are close.
private func deviance(_ value: Double, expected: Double) -> Double {
    let difference = value - expected
    let sum = value + expected
    guard difference.magnitude < 0.1 * sum else {
        return value * .log(value / expected) + expected - value
    }
    // log((1 + v)/(1 − v)) = 2(v + v³/3 + v⁵/5 + …) with v = difference / sum.
    let v = difference / sum
    var result = difference * v
    var power = 2 * value * v
    for index in 1..<1_000 {
        power *= v * v
        let next = result + power / Double(2 * index + 1)
        if next == result { break }
        result = next
    }
    return result
}
