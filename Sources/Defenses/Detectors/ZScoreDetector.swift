import BulwarkTensors
import RealModule

/// How many standard deviations an input is from the clean mean, over all features: √(mean of zᵢ²).
///
/// The root mean square and not the largest |zᵢ|, since an attack in an Linf ball changes every feature a
/// little, and the sum sees what no single feature shows. Standard deviations divide by N − 1. A feature that
/// never varies among the clean rows is measured with the median standard deviation of those that do.
public struct ZScoreDetector: AnomalyDetector {
    /// The name in reports.
    public static let name = "z-score"
    private let features: FeatureScores

    /// Learns mean and standard deviation of every feature.
    ///
    /// - Parameter rows: Clean inputs `[N, …]`, at least two.
    /// - Throws: `DetectorError` for fewer rows, no features, a number that is not finite, or rows that are
    ///   all the same.
    public init(fittedTo rows: Tensor) throws(DetectorError) {
        try rows.requireFittable(minimumRows: 2)
        let (count, size) = (rows.rowCount, rows.rowSize)
        let elements = rows.elements
        // Sums of differences from the first row: a feature that never varies gets a deviation of exactly
        // zero.
        var sums = [Double](repeating: 0, count: size)
        for row in 0..<count {
            for feature in 0..<size {
                sums[feature] += Double(elements[row * size + feature]) - Double(elements[feature])
            }
        }
        let means = sums.indices.map { Double(elements[$0]) + sums[$0] / Double(count) }
        var squares = [Double](repeating: 0, count: size)
        for row in 0..<count {
            for feature in 0..<size {
                let deviation =
                    (Double(elements[row * size + feature]) - Double(elements[feature])) - sums[feature]
                    / Double(count)
                squares[feature] += deviation * deviation
            }
        }
        features = try FeatureScores(
            centers: means,
            scales: squares.map { Double.sqrt($0 / Double(count - 1)) }
        )
    }

    /// The number of elements of an input.
    public var featureCount: Int { features.count }

    /// The root mean square z-score of each row; infinity for a row that holds NaN.
    public func scores(for rows: Tensor) -> [Double] { features.rootMeanSquares(of: rows) }
}
