/// A detector run at the threshold that keeps its false alarms within a target rate.
public struct OperatingPoint: Sendable, Hashable {
    /// Why there is no true-positive rate at the target.
    public enum Undefined: Sendable, Hashable, CustomStringConvertible {
        /// One false alarm among this few negatives would already exceed the target.
        case tooFewNegatives(found: Int, needed: Int)
        /// There is no positive sample to detect.
        case noPositives

        /// The reason as a sentence fragment for reports.
        public var description: String {
            switch self {
            case .tooFewNegatives(let found, let needed):
                "\(found) negative samples, but a false-positive rate this low takes at least \(needed)"
            case .noPositives:
                "no positive samples"
            }
        }
    }

    /// The false-positive rate that was allowed.
    public let targetFalsePositiveRate: Double
    /// Scores strictly above this are flagged; nil if the true-positive rate is undefined.
    public let threshold: Double?
    /// The false-positive rate at the threshold, at most the target, with its Clopper–Pearson interval.
    public let falsePositiveRate: Estimate
    /// The true-positive rate at the threshold, with its Clopper–Pearson interval.
    public let truePositiveRate: Estimate
    /// The number of negatives the threshold was chosen from.
    public let negatives: Int
    /// Why `truePositiveRate` has no value, or nil if it has one.
    public let undefined: Undefined?
}

extension ReceiverOperatingCharacteristic {
    /// The true-positive rate when at most a target share of the negatives is flagged.
    ///
    /// The threshold is the lowest score of a negative above which no more than that share of them lies; ties
    /// stay unflagged. With fewer than 1/target negatives no such threshold can be told from "flag nothing",
    /// and the rate is undefined. The interval takes the threshold as given: it does not contain the
    /// uncertainty of having chosen it from a finite number of negatives, which the interval of the
    /// false-positive rate shows.
    ///
    /// - Parameters:
    ///   - target: The false-positive rate allowed, strictly between 0 and 1.
    ///   - confidence: The confidence level of the two intervals.
    /// - Returns: The operating point, with the reason if its rate is undefined.
    public func operatingPoint(
        atFalsePositiveRate target: Double,
        confidence: Double = 0.95
    ) -> OperatingPoint {
        precondition(target > 0 && target < 1, "the target rate is strictly between 0 and 1")
        let allowed = falseAlarms(within: target)
        guard allowed > 0, !positives.isEmpty else {
            let reason: OperatingPoint.Undefined =
                allowed == 0
                ? .tooFewNegatives(found: negatives.count, needed: negativesNeeded(for: target))
                : .noPositives
            return OperatingPoint(
                targetFalsePositiveRate: target,
                threshold: nil,
                falsePositiveRate: .undefined(samples: negatives.count),
                truePositiveRate: .undefined(samples: positives.count),
                negatives: negatives.count,
                undefined: reason
            )
        }
        let threshold = negatives[negatives.count - 1 - allowed]
        func flagged(_ scores: [Double]) -> Proportion {
            Proportion(of: scores.map { $0 > threshold })
        }
        return OperatingPoint(
            targetFalsePositiveRate: target,
            threshold: threshold,
            falsePositiveRate: flagged(negatives).estimate(confidence: confidence),
            truePositiveRate: flagged(positives).estimate(confidence: confidence),
            negatives: negatives.count,
            undefined: nil
        )
    }

    /// The largest number of negatives, but not all, whose share is within the target.
    private func falseAlarms(within target: Double) -> Int {
        let count = Double(negatives.count)
        var allowed = max(0, min(negatives.count - 1, Int((target * count).rounded())))
        // The product may be off by a rounding: the share itself decides.
        while allowed > 0, Double(allowed) / count > target { allowed -= 1 }
        return allowed
    }

    private func negativesNeeded(for target: Double) -> Int {
        // Beyond 2^53 adding one to a Double no longer changes it, and nobody has that many samples.
        guard 1 / target < 0x1p53 else { return .max }
        var needed = max(2, (1 / target).rounded(.down))
        while 1 / needed > target { needed += 1 }
        return Int(needed)
    }
}
