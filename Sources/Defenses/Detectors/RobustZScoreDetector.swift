import BulwarkTensors

/// The z-score with medians in the place of means: outliers among the clean rows do not blind it.
///
/// Centre: the median. Scale: 1.4826 times the median absolute deviation from it, which estimates the
/// standard deviation of a normal distribution. Where more than half of the rows agree, so that this is zero,
/// the scale is 1.2533 times the mean absolute deviation (Iglewicz and Hoaglin, "How to detect and handle
/// outliers", ASQC 1993, section 3.3). Where all rows agree it is the median scale of the other features. The
/// score is √(mean of zᵢ²).
public struct RobustZScoreDetector: AnomalyDetector {
    /// The name in reports.
    public static let name = "robust-z-score"
    private let features: FeatureScores

    /// Learns median and median absolute deviation of every feature.
    ///
    /// - Parameter rows: Clean inputs `[N, …]`, at least two.
    /// - Throws: `DetectorError` for fewer rows, no features, a number that is not finite, or rows that are
    ///   all the same.
    public init(fittedTo rows: Tensor) throws(DetectorError) {
        try rows.requireFittable(minimumRows: 2)
        let (count, size) = (rows.rowCount, rows.rowSize)
        let elements = rows.elements
        var centers: [Double] = []
        var scales: [Double] = []
        for feature in 0..<size {
            let column = (0..<count).map { Double(elements[$0 * size + feature]) }.sorted()
            let center = column.median
            let deviations = column.map { abs($0 - center) }.sorted()
            centers.append(center)
            // 1 / Φ⁻¹(3/4), and √(π/2).
            let robust = 1.482602218505602 * deviations.median
            scales.append(robust > 0 ? robust : 1.2533141373155001 * deviations.reduce(0, +) / Double(count))
        }
        features = try FeatureScores(centers: centers, scales: scales)
    }

    /// The number of elements of an input.
    public var featureCount: Int { features.count }

    /// The root mean square robust z-score of each row; infinity for a row that holds NaN.
    public func scores(for rows: Tensor) -> [Double] { features.rootMeanSquares(of: rows) }
}
