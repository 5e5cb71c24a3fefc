/// The trade-off between detections and false alarms over every threshold of an anomaly score.
///
/// Scores are higher for what looks more anomalous: positives are the anomalies, negatives the normal
/// samples. A score that is NaN counts as +∞, the most anomalous, because what cannot be scored must not
/// pass; that lowers the curve when it happens to a negative and raises it when it happens to a positive, so
/// `unscoredNegatives` and `unscoredPositives` say how often it did. Infinite scores keep their place.
public struct ReceiverOperatingCharacteristic: Sendable {
    /// One point of the curve: what is flagged when every score at or above the threshold is.
    public struct Point: Sendable, Hashable {
        /// The lowest score that is flagged; nil at the point where nothing is.
        public let threshold: Double?
        /// The share of the negatives that are flagged.
        public let falsePositiveRate: Double
        /// The share of the positives that are flagged.
        public let truePositiveRate: Double
    }

    /// The scores of the normal samples, ascending, without NaN.
    let negatives: [Double]
    /// The scores of the anomalies, ascending, without NaN.
    let positives: [Double]
    /// How many negative scores were NaN.
    public let unscoredNegatives: Int
    /// How many positive scores were NaN.
    public let unscoredPositives: Int

    /// Sorts the scores of both classes.
    ///
    /// - Parameters:
    ///   - negatives: The scores of the normal samples; may be empty.
    ///   - positives: The scores of the anomalies; may be empty.
    public init(negatives: some Sequence<Double>, positives: some Sequence<Double>) {
        (self.negatives, unscoredNegatives) = Self.ordered(negatives)
        (self.positives, unscoredPositives) = Self.ordered(positives)
    }

    /// The number of normal samples.
    public var negativeCount: Int { negatives.count }

    /// The number of anomalies.
    public var positiveCount: Int { positives.count }

    /// The curve from (0, 0) to (1, 1), one point for each distinct score; empty if a class has no samples.
    ///
    /// Equal scores move together: between two points the curve is the diagonal a coin toss would give.
    public var points: [Point] {
        guard !negatives.isEmpty, !positives.isEmpty else { return [] }
        var points = [Point(threshold: nil, falsePositiveRate: 0, truePositiveRate: 0)]
        var (negativesLeft, positivesLeft) = (negatives[...], positives[...])
        while let threshold = [negativesLeft.last, positivesLeft.last].compactMap({ $0 }).max() {
            while negativesLeft.last == threshold { negativesLeft.removeLast() }
            while positivesLeft.last == threshold { positivesLeft.removeLast() }
            let flaggedNegatives = negatives.count - negativesLeft.count
            let flaggedPositives = positives.count - positivesLeft.count
            points.append(
                Point(
                    threshold: threshold,
                    falsePositiveRate: Double(flaggedNegatives) / Double(negatives.count),
                    truePositiveRate: Double(flaggedPositives) / Double(positives.count)
                )
            )
        }
        return points
    }

    private static func ordered(_ scores: some Sequence<Double>) -> (sorted: [Double], unscored: Int) {
        var unscored = 0
        let scores = scores.map { score in
            guard score.isNaN else { return score }
            unscored += 1
            return Double.infinity
        }
        return (scores.sorted(), unscored)
    }
}
