/// How many of a number of independent trials succeeded.
public struct Proportion: Sendable, Hashable {
    /// The number of successes.
    public let successes: Int
    /// The number of trials.
    public let trials: Int

    /// Makes a proportion from its two counts.
    ///
    /// - Parameters:
    ///   - successes: The number of successes, from 0 to `trials`.
    ///   - trials: The number of trials; zero is allowed and makes every estimate undefined.
    public init(successes: Int, trials: Int) {
        precondition(
            trials >= 0 && (0...trials).contains(successes),
            "successes are between 0 and the trials"
        )
        self.successes = successes
        self.trials = trials
    }

    /// Counts the outcomes that are true.
    ///
    /// - Parameter outcomes: One Boolean for each trial.
    public init(of outcomes: some Sequence<Bool>) {
        var successes = 0
        var trials = 0
        for outcome in outcomes {
            trials += 1
            if outcome { successes += 1 }
        }
        self.init(successes: successes, trials: trials)
    }

    /// Successes over trials, or nil when there was no trial.
    public var value: Double? {
        trials == 0 ? nil : Double(successes) / Double(trials)
    }

    /// The proportion of the trials that did not succeed.
    public var complement: Proportion {
        Proportion(successes: trials - successes, trials: trials)
    }

    /// The proportion with its exact two-sided Clopper–Pearson interval.
    ///
    /// - Parameter confidence: The confidence level, between 0 and 1.
    /// - Returns: The estimate; undefined over 0 to 1 when there was no trial.
    public func estimate(confidence: Double = 0.95) -> Estimate {
        guard let value else { return .undefined() }
        let interval = ClopperPearson.interval(
            successes: successes,
            trials: trials,
            alpha: 1 - confidence
        )
        return Estimate(
            value: value,
            lower: min(interval.lowerBound, value),
            upper: max(interval.upperBound, value),
            samples: trials
        )
    }

    /// Wilson's score interval, an approximation to cross-check the exact interval with.
    ///
    /// E. B. Wilson, "Probable inference, the law of succession, and statistical inference", Journal of the
    /// American Statistical Association 22 (1927): the rates p with |k/n − p| ≤ z·√(p(1−p)/n).
    ///
    /// - Parameter confidence: The confidence level, between 0 and 1.
    /// - Returns: The interval; 0 to 1 when there was no trial.
    public func wilsonInterval(confidence: Double = 0.95) -> ClosedRange<Double> {
        guard let value else { return 0...1 }
        let z = NormalDistribution.twoSidedCriticalValue(confidence: confidence)
        let n = Double(trials)
        let scale = 1 + z * z / n
        let centre = (value + z * z / (2 * n)) / scale
        let halfWidth = z * (value * (1 - value) / n + z * z / (4 * n * n)).squareRoot() / scale
        // At k = 0 and k = n one end is exactly 0 or 1; rounding must not move it.
        let lower = successes == 0 ? 0 : max(0, centre - halfWidth)
        let upper = successes == trials ? 1 : min(1, centre + halfWidth)
        return lower...upper
    }
}
