import BulwarkTensors
import RealModule

/// How far an input is from the clean inputs, measured in their own spread: (x − μ)ᵀ·Σ⁻¹·(x − μ).
///
/// The covariance Σ is estimated by `LedoitWolf`, so fewer rows than features will do. Of normally
/// distributed inputs in d dimensions the scores follow the χ² distribution with d degrees of freedom.
///
/// Fitted with labels, there is one mean for each class and one covariance of the deviations from them, and
/// the score is that of the nearest class: Lee, Lee, Lee and Shin, "A simple unified framework for detecting
/// out-of-distribution samples and adversarial attacks" (NeurIPS 2018), equations 1 and 2, with the sign
/// turned so that higher is worse.
public struct MahalanobisDetector: AnomalyDetector {
    /// The name in reports.
    public static let name = "mahalanobis"
    /// The weight of the identity in the covariance, from 0 to 1: near 1 the rows said little about
    /// directions.
    public let shrinkage: Double
    /// The mean of all rows.
    ///
    /// Distances are taken from here, so that a large common offset costs no digits.
    private let center: [Double]
    private let factor: Cholesky
    /// For each class L⁻¹·(μ − centre).
    private let whitenedMeans: [[Double]]

    /// Learns one mean and the covariance.
    ///
    /// - Parameter rows: Clean inputs `[N, …]`, at least two; rows far fewer than features may still be
    ///   refused.
    /// - Throws: `DetectorError` for fewer rows, no features, a number that is not finite, rows that are all
    ///   the same, or a
    ///   covariance without an inverse (as that of two rows).
    public init(fittedTo rows: Tensor) throws(DetectorError) {
        try self.init(fittedTo: rows, labels: Array(repeating: 0, count: rows.rowCount))
    }

    /// Learns a mean for each class that occurs, and one covariance of the deviations from them.
    ///
    /// - Parameters:
    ///   - rows: Clean inputs `[N, …]`, at least two.
    ///   - labels: The class of each row.
    /// - Throws: `DetectorError`, as without labels.
    public init(fittedTo rows: Tensor, labels: [Int]) throws(DetectorError) {
        precondition(labels.count == rows.rowCount, "one label a row")
        try rows.requireFittable(minimumRows: 2)
        let size = rows.rowSize
        let elements = rows.elements
        let center = Self.mean(rows, Array(0..<rows.rowCount), from: [Double](repeating: 0, count: size))
        let members = Dictionary(grouping: labels.indices) { labels[$0] }
        let classes = members.keys.sorted()
        // Relative to the centre.
        let means = classes.map { Self.mean(rows, members[$0, default: []], from: center) }
        let positions = Dictionary(uniqueKeysWithValues: zip(classes, classes.indices))
        let meanOfRow = labels.map { positions[$0, default: 0] }

        let estimate = LedoitWolf(count: rows.rowCount, size: size) { row, target in
            let mean = means[meanOfRow[row]]
            for feature in 0..<size {
                target[feature] = Double(elements[row * size + feature]) - center[feature] - mean[feature]
            }
        }
        let spread = (0..<size).reduce(0) { max($0, estimate.covariance[$1, $1]) }
        guard spread > 0 else { throw .noSpread }
        let factor = try Cholesky(of: estimate.covariance)
        shrinkage = estimate.shrinkage
        self.center = center
        self.factor = factor
        whitenedMeans = means.map { mean in
            var lanes = mean.map { Cholesky.Lanes(repeating: $0) }
            factor.whiten(&lanes)
            return lanes.map { $0[0] }
        }
    }

    /// The number of elements of an input.
    public var featureCount: Int { center.count }

    /// The squared Mahalanobis distance of each row to the mean, or to the nearest mean; infinity for a row
    /// that holds NaN.
    public func scores(for rows: Tensor) -> [Double] {
        precondition(rows.rowSize == featureCount, "rows have \(featureCount) features")
        let elements = rows.elements
        var scores: [Double] = []
        scores.reserveCapacity(rows.rowCount)
        var lanes = [Cholesky.Lanes](repeating: .zero, count: featureCount)
        for first in stride(from: 0, to: rows.rowCount, by: 8) {
            let count = min(8, rows.rowCount - first)
            for lane in 0..<count {
                let start = (first + lane) * featureCount
                for feature in 0..<featureCount {
                    lanes[feature][lane] = Double(elements[start + feature]) - center[feature]
                }
            }
            factor.whiten(&lanes)
            var nearest = Cholesky.Lanes(repeating: .infinity)
            for mean in whitenedMeans {
                var squares = Cholesky.Lanes.zero
                for (lane, mean) in zip(lanes, mean) { squares += (lane - mean) * (lane - mean) }
                // Not true of NaN, which so leaves infinity standing.
                nearest.replace(with: squares, where: squares .< nearest)
            }
            for lane in 0..<count { scores.append(nearest[lane]) }
        }
        return scores
    }

    /// The mean of some rows, of which there is at least one, as a difference from an origin.
    private static func mean(_ rows: Tensor, _ members: [Int], from origin: [Double]) -> [Double] {
        let elements = rows.elements
        let size = origin.count
        // Sums of differences from the first of them, so that equal rows have exactly their own value as
        // their mean.
        let first = members[0] * size
        var sums = [Double](repeating: 0, count: size)
        for row in members {
            for feature in 0..<size {
                sums[feature] += Double(elements[row * size + feature]) - Double(elements[first + feature])
            }
        }
        return sums.indices.map { feature in
            (Double(elements[first + feature]) - origin[feature]) + sums[feature] / Double(members.count)
        }
    }
}
