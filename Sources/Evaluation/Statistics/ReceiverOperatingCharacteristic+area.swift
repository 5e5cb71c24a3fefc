import RealModule

extension ReceiverOperatingCharacteristic {
    /// The area under the curve with its confidence interval.
    ///
    /// The area is the Mann–Whitney statistic: the share of all pairs in which the anomaly scores above the
    /// normal sample, a tie counting one half. It equals the trapezoid rule on `points`. The interval is the
    /// first of these that applies, for m positives and n negatives:
    /// 1. Perfect separation, right or wrong way round: the variance estimate is zero and says nothing.
    ///    Pairing each of the r = min(m, n) samples of the smaller class with a sample of the other gives r
    ///    independent trials with the area as success rate, all of which succeeded (or failed); the interval
    ///    is Clopper–Pearson's.
    /// 2. DeLong's variance is zero otherwise, as when all scores are equal, or undefined, as with one sample
    ///    in a class: Hoeffding's inequality for U-statistics, area ± √(ln(2/α) / 2r) cut to 0…1 (W.
    ///    Hoeffding, Journal of the American Statistical Association 58 (1963), section 5).
    /// 3. DeLong's variance (E. R. DeLong, D. M. DeLong and D. L. Clarke-Pearson, Biometrics 44 (1988)), as a
    ///    normal interval for the logit of the area, which keeps it inside 0…1 (M. S. Pepe, "The Statistical
    ///    Evaluation of Medical Tests for Classification and Prediction" (2003), section 5.2).
    ///
    /// - Parameter confidence: The confidence level, strictly between 0 and 1.
    /// - Returns: The estimate, with positives plus negatives as its sample count; undefined if a class is
    ///   empty.
    public func areaUnderCurve(confidence: Double = 0.95) -> Estimate {
        precondition(confidence > 0 && confidence < 1, "the confidence level is strictly between 0 and 1")
        let samples = negatives.count + positives.count
        guard !negatives.isEmpty, !positives.isEmpty else { return .undefined(samples: samples) }
        let wins = halfWins(of: positives, over: negatives)
        let pairs = 2 * Double(negatives.count) * Double(positives.count)
        let area = Double(wins.reduce(0, +)) / pairs
        let interval = interval(around: area, halfWins: wins, alpha: 1 - confidence)
        return Estimate(
            value: area,
            lower: min(interval.lowerBound, area),
            upper: max(interval.upperBound, area),
            samples: samples
        )
    }

    private func interval(around area: Double, halfWins wins: [Int], alpha: Double) -> ClosedRange<Double> {
        let smaller = min(negatives.count, positives.count)
        if area == 0 || area == 1 {
            return ClopperPearson.interval(successes: area == 0 ? 0 : smaller, trials: smaller, alpha: alpha)
        }
        guard let error = standardError(halfWins: wins), error > 0 else {
            let halfWidth = (Double.log(2 / alpha) / (2 * Double(smaller))).squareRoot()
            return max(0, area - halfWidth)...min(1, area + halfWidth)
        }
        let logit = Double.log(area / (1 - area))
        let z = NormalDistribution.twoSidedCriticalValue(confidence: 1 - alpha)
        let halfWidth = z * error / (area * (1 - area))
        return expit(logit - halfWidth)...expit(logit + halfWidth)
    }

    /// The standard error of the area, from the variances of the placements of each class in the other.
    private func standardError(halfWins wins: [Int]) -> Double? {
        guard positives.count > 1, negatives.count > 1 else { return nil }
        let ofPositives = wins.map { Double($0) / (2 * Double(negatives.count)) }
        // A negative's placement is one minus its own win rate; the variance is the same.
        let ofNegatives = halfWins(of: negatives, over: positives).map {
            Double($0) / (2 * Double(positives.count))
        }
        let variance =
            sampleVariance(ofPositives) / Double(positives.count)
            + sampleVariance(ofNegatives) / Double(negatives.count)
        return variance.squareRoot()
    }
}

/// For each score, twice the number of others below it plus the number equal to it; both lists ascend.
private func halfWins(of scores: [Double], over others: [Double]) -> [Int] {
    var (below, notAbove) = (0, 0)
    return scores.map { score in
        while below < others.count, others[below] < score { below += 1 }
        while notAbove < others.count, others[notAbove] <= score { notAbove += 1 }
        return below + notAbove
    }
}

private func sampleVariance(_ values: [Double]) -> Double {
    let mean = values.reduce(0, +) / Double(values.count)
    return values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1)
}

private func expit(_ x: Double) -> Double {
    1 / (1 + .exp(-x))
}
