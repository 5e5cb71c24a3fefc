/// Two yes-or-no findings about the same samples, compared.
///
/// McNemar, "Note on the sampling error of the difference between correlated proportions or percentages"
/// (Psychometrika 12, 1947), with the exact binomial distribution: only the samples on which the two differ
/// say anything.
public struct PairedProportions: Sendable, Equatable, Codable {
    /// Samples for which both are true.
    public let both: Int
    /// Samples for which the first alone is true.
    public let onlyFirst: Int
    /// Samples for which the second alone is true.
    public let onlySecond: Int
    /// Samples for which neither is true.
    public let neither: Int

    /// Counts the four kinds of pairs.
    public init(_ pairs: some Sequence<(Bool, Bool)>) {
        var counts = [[0, 0], [0, 0]]
        for (first, second) in pairs { counts[first ? 1 : 0][second ? 1 : 0] += 1 }
        (both, onlyFirst, onlySecond, neither) = (counts[1][1], counts[1][0], counts[0][1], counts[0][0])
    }

    /// The number of samples.
    public var samples: Int { both + onlyFirst + onlySecond + neither }

    /// The second share less the first; nil without samples.
    public var difference: Double? {
        samples == 0 ? nil : Double(onlySecond - onlyFirst) / Double(samples)
    }

    /// The 95 % interval of the difference, given how many samples differ; nil without samples.
    ///
    /// The Clopper–Pearson interval of the share of those that speak for the second, carried over.
    public var interval: ClosedRange<Double>? {
        guard samples > 0 else { return nil }
        let differing = onlyFirst + onlySecond
        guard differing > 0 else { return 0...0 }
        let share = Proportion(successes: onlySecond, trials: differing).estimate()
        let scale = Double(differing) / Double(samples)
        return (2 * share.lower - 1) * scale...(2 * share.upper - 1) * scale
    }

    /// The probability of a difference at least as large, in either direction, if both were equally likely.
    public var pValue: Double {
        let differing = onlyFirst + onlySecond
        guard differing > 0 else { return 1 }
        // P(X ≤ k) = P(X < k + 1) for the smaller count, twice.
        let tail = BinomialTail.below(successes: min(onlyFirst, onlySecond) + 1, trials: differing)
        return min(1, 2 * tail)
    }
}
