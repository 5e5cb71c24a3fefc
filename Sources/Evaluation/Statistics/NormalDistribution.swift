import RealModule

/// The standard normal distribution.
public enum NormalDistribution {
    /// The probability that a standard normal variable is above z.
    ///
    /// - Parameter z: Any number.
    /// - Returns: ½·erfc(z/√2).
    public static func upperTail(at z: Double) -> Double {
        0.5 * .erfc(z / (2.0).squareRoot())
    }

    /// The z whose upper tail is the given probability.
    ///
    /// - Parameter probability: A probability strictly between 0 and 1.
    /// - Returns: The quantile at 1 − `probability`, to the last few bits.
    public static func inverse(upperTail probability: Double) -> Double {
        precondition(probability > 0 && probability < 1, "the probability is strictly between 0 and 1")
        if probability > 0.5 { return -inverse(upperTail: 1 - probability) }
        // The tail falls all the way, so halving the bracket finds the one crossing; 38.5 is beyond any
        // Double.
        var low = 0.0
        var high = 38.5
        for _ in 0..<100 {
            let middle = low + (high - low) / 2
            if middle == low || middle == high { break }
            if upperTail(at: middle) > probability { low = middle } else { high = middle }
        }
        return low + (high - low) / 2
    }

    /// The z with the given probability between −z and z: 1.96 for 0.95.
    ///
    /// - Parameter confidence: The confidence level, strictly between 0 and 1.
    /// - Returns: The critical value.
    public static func twoSidedCriticalValue(confidence: Double) -> Double {
        inverse(upperTail: (1 - confidence) / 2)
    }
}
