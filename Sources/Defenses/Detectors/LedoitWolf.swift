/// A covariance matrix pulled towards a multiple of the identity by the amount that the data themselves
/// suggest, so that it can be inverted even with fewer rows than features.
///
/// Ledoit and Wolf, "A well-conditioned estimator for large-dimensional covariance matrices", Journal of
/// Multivariate Analysis 88 (2004), section 3.2. With ‖A‖² = tr(A·Aᵀ)/d and the sample covariance S = Σ
/// xₖ·xₖᵀ/N of centred rows: m = tr(S)/d, δ² = ‖S − m·I‖², β² = min(Σ ‖xₖ·xₖᵀ − S‖²/N², δ²), and the estimate
/// is (β²/δ²)·m·I + (1 − β²/δ²)·S.
package struct LedoitWolf: Sendable {
    /// The estimate.
    package let covariance: LowerTriangle
    /// The weight β²/δ² of the identity, from 0 to 1.
    package let shrinkage: Double

    /// Estimates the covariance of centred rows.
    ///
    /// - Parameters:
    ///   - count: The number of rows N, at least 1.
    ///   - size: The number of features d, at least 1.
    ///   - row: Writes the centred row of an index into an array of d numbers.
    package init(count: Int, size: Int, row: (_ index: Int, _ target: inout [Double]) -> Void) {
        precondition(count >= 1 && size >= 1, "there are rows and features")
        var (sample, fourthPowers) = Self.products(count: count, size: size, row: row)
        var squaredNorm = 0.0
        var trace = 0.0
        for index in 0..<size {
            for column in 0..<index { squaredNorm += 2 * sample[index, column] * sample[index, column] }
            squaredNorm += sample[index, index] * sample[index, index]
            trace += sample[index, index]
        }
        let (rows, features) = (Double(count), Double(size))
        let mean = trace / features
        let dispersion = max(squaredNorm / features - mean * mean, 0)
        let error = min(max((fourthPowers / rows - squaredNorm) / (features * rows), 0), dispersion)
        shrinkage = error > 0 ? error / dispersion : 0
        for position in sample.blocks.indices { sample.blocks[position] *= 1 - shrinkage }
        for index in 0..<size { sample[index, index] += shrinkage * mean }
        covariance = sample
    }

    /// The sample covariance, and the sum of ‖xₖ‖⁴.
    ///
    /// Four rows at a time, so that the matrix, which is larger than a cache, is read and written a quarter
    /// as often.
    private static func products(
        count: Int,
        size: Int,
        row: (Int, inout [Double]) -> Void
    ) -> (LowerTriangle, Double) {
        var result = LowerTriangle(size: size)
        var fourthPowers = 0.0
        var buffer = [Double](repeating: 0, count: size)
        var four = Array(repeating: [LowerTriangle.Block](repeating: .zero, count: (size + 7) / 8), count: 4)
        for first in stride(from: 0, to: count, by: 4) {
            for lane in 0..<4 {
                // Missing rows at the end are zero and add nothing.
                for feature in buffer.indices { buffer[feature] = 0 }
                if first + lane < count { row(first + lane, &buffer) }
                var square = 0.0
                for (feature, value) in buffer.enumerated() {
                    four[lane][feature / 8][feature % 8] = value
                    square += value * value
                }
                fourthPowers += square * square
            }
            add(four[0], four[1], four[2], four[3], to: &result)
        }
        for position in result.blocks.indices { result.blocks[position] /= Double(count) }
        return (result, fourthPowers)
    }

    private static func add(
        _ first: [LowerTriangle.Block],
        _ second: [LowerTriangle.Block],
        _ third: [LowerTriangle.Block],
        _ fourth: [LowerTriangle.Block],
        to sum: inout LowerTriangle
    ) {
        var position = 0
        for index in 0..<sum.size {
            let (group, lane) = (index / 8, index % 8)
            let (one, two) = (first[group][lane], second[group][lane])
            let (three, four) = (third[group][lane], fourth[group][lane])
            for column in 0...group {
                sum.blocks[position] +=
                    (one * first[column] + two * second[column])
                    + (three * third[column] + four * fourth[column])
                position += 1
            }
        }
    }
}
