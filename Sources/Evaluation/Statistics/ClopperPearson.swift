import RealModule

/// The exact confidence interval for a binomial rate.
///
/// C. J. Clopper and E. S. Pearson, "The use of confidence or fiducial limits illustrated in the case of the
/// binomial", Biometrika 26 (1934). The interval holds every rate that a one-sided binomial test does not
/// reject, so its coverage is never below the stated level, at any sample size.
public enum ClopperPearson {
    /// The two-sided interval: each tail has at most probability alpha/2.
    ///
    /// - Parameters:
    ///   - successes: The number of successes, from 0 to `trials`.
    ///   - trials: The number of independent trials. With none, every rate is possible: 0 to 1.
    ///   - alpha: One minus the confidence level.
    /// - Returns: The interval, inside 0 to 1.
    public static func interval(successes: Int, trials: Int, alpha: Double = 0.05) -> ClosedRange<Double> {
        let lower = lowerBound(successes: successes, trials: trials, alpha: alpha / 2)
        let upper = upperBound(successes: successes, trials: trials, alpha: alpha / 2)
        return lower...max(lower, upper)
    }

    /// The one-sided lower bound: the rate is at least this with confidence 1 − alpha.
    ///
    /// - Parameters:
    ///   - successes: The number of successes, from 0 to `trials`.
    ///   - trials: The number of independent trials.
    ///   - alpha: One minus the confidence level.
    /// - Returns: The alpha quantile of Beta(k, n − k + 1); 0 without a success.
    public static func lowerBound(successes: Int, trials: Int, alpha: Double = 0.05) -> Double {
        check(successes, trials, alpha)
        guard successes > 0 else { return 0 }
        let k = Double(successes)
        // With only successes the equation is p^n = alpha.
        if successes == trials { return .exp(.log(alpha) / k) }
        return RegularizedBeta(k, Double(trials - successes) + 1).inverse(lowerTail: alpha)
    }

    /// The one-sided upper bound: the rate is at most this with confidence 1 − alpha.
    ///
    /// - Parameters:
    ///   - successes: The number of successes, from 0 to `trials`.
    ///   - trials: The number of independent trials.
    ///   - alpha: One minus the confidence level.
    /// - Returns: The 1 − alpha quantile of Beta(k + 1, n − k); 1 without a failure.
    public static func upperBound(successes: Int, trials: Int, alpha: Double = 0.05) -> Double {
        check(successes, trials, alpha)
        guard successes < trials else { return 1 }
        let failures = Double(trials - successes)
        // Without a success the equation is (1 − p)^n = alpha.
        if successes == 0 { return -.expMinusOne(.log(alpha) / failures) }
        return RegularizedBeta(Double(successes) + 1, failures).inverse(upperTail: alpha)
    }

    private static func check(_ successes: Int, _ trials: Int, _ alpha: Double) {
        precondition(
            trials >= 0 && (0...trials).contains(successes),
            "successes are between 0 and the trials"
        )
        precondition(alpha > 0 && alpha < 1, "alpha is strictly between 0 and 1")
    }
}
