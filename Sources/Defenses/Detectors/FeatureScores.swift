import BulwarkTensors
import RealModule

/// A centre and a scale for each feature, and the score that follows from them.
struct FeatureScores: Sendable {
    private let centers: [Double]
    private let scales: [Double]

    /// Takes over centres and scales.
    ///
    /// A feature whose scale is zero gets the median of the scales that are not: a change where clean inputs
    /// never change is suspicious, but nothing in the data says how much, so it is measured as a change of a
    /// typical feature would be.
    ///
    /// - Throws: `DetectorError.noSpread` if every scale is zero.
    init(centers: [Double], scales: [Double]) throws(DetectorError) {
        let positive = scales.filter { $0 > 0 }.sorted()
        guard !positive.isEmpty else { throw .noSpread }
        let typical = positive.median
        self.centers = centers
        self.scales = scales.map { $0 > 0 ? $0 : typical }
    }

    /// The number of features.
    var count: Int { centers.count }

    /// The root mean square of (x − centre) / scale over the features of each row; infinity for NaN.
    func rootMeanSquares(of rows: Tensor) -> [Double] {
        precondition(rows.rowSize == count, "rows have \(count) features")
        let elements = rows.elements
        return (0..<rows.rowCount).map { row in
            var squares = 0.0
            for feature in 0..<count {
                let score = (Double(elements[row * count + feature]) - centers[feature]) / scales[feature]
                squares += score * score
            }
            return squares.isNaN ? .infinity : Double.sqrt(squares / Double(count))
        }
    }
}

extension [Double] {
    /// The middle of sorted numbers, of which there is at least one.
    var median: Double { (self[(count - 1) / 2] + self[count / 2]) / 2 }
}
