import RealModule

/// The factor L of a symmetric positive definite matrix A = L·Lᵀ, for weighing vectors by the inverse of A.
///
/// Golub and Van Loan, "Matrix computations" (4th edition), section 4.2.5, by rows: every inner product runs
/// along two rows that lie next to each other in memory.
package struct Cholesky: Sendable {
    /// Vectors side by side: each lane belongs to one.
    package typealias Lanes = SIMD8<Double>

    private let factor: LowerTriangle

    /// The factor of a matrix.
    ///
    /// - Parameter matrix: The lower triangle of A.
    /// - Throws: `DetectorError.singularCovariance` with the first row at which A turns out not to be
    ///   positive definite, up
    ///   to rounding.
    package init(of matrix: LowerTriangle) throws(DetectorError) {
        var factor = LowerTriangle(size: matrix.size)
        let largest = (0..<matrix.size).reduce(0) { max($0, matrix[$1, $1]) }
        let negligible = Double(matrix.size) * Double.ulpOfOne * largest
        // The row at work, zero where it is not known yet, so that whole blocks can be multiplied.
        var current = [Lanes](repeating: .zero, count: (matrix.size + 7) / 8)
        for row in 0..<matrix.size {
            for group in 0...row / 8 { current[group] = .zero }
            for column in 0..<row {
                let rest = matrix[row, column] - Self.product(current, factor, column)
                current[column / 8][column % 8] = rest / factor[column, column]
            }
            let squares = current[0...row / 8].reduce(Lanes.zero) { $0 + $1 * $1 }.sum()
            let pivot = matrix[row, row] - squares
            guard pivot > negligible else { throw .singularCovariance(feature: row) }
            current[row / 8][row % 8] = .sqrt(pivot)
            let start = LowerTriangle.start(of: row)
            for group in 0...row / 8 { factor.blocks[start + group] = current[group] }
        }
        self.factor = factor
    }

    /// The number of rows.
    package var size: Int { factor.size }

    /// Replaces vectors b by L⁻¹·b, whose squared length is bᵀ·A⁻¹·b.
    ///
    /// - Parameter vectors: Element i of up to eight vectors at position i.
    package func whiten(_ vectors: inout [Lanes]) {
        precondition(vectors.count == size, "the vectors have \(size) elements")
        for row in 0..<size {
            let start = LowerTriangle.start(of: row)
            let (whole, rest) = (row / 8, row % 8)
            var sum = vectors[row]
            for group in 0..<whole {
                let weights = factor.blocks[start + group]
                for lane in 0..<8 { sum -= weights[lane] * vectors[8 * group + lane] }
            }
            let weights = factor.blocks[start + whole]
            for lane in 0..<rest { sum -= weights[lane] * vectors[8 * whole + lane] }
            vectors[row] = sum / weights[rest]
        }
    }

    /// The inner product of the known part of a row with an earlier row of the factor.
    private static func product(_ current: [Lanes], _ factor: LowerTriangle, _ row: Int) -> Double {
        let start = LowerTriangle.start(of: row)
        var sum = Lanes.zero
        for group in 0...row / 8 { sum += current[group] * factor.blocks[start + group] }
        return sum.sum()
    }
}
