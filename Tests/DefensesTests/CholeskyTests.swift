import BulwarkDefenses
import BulwarkTensors
import Testing

struct CholeskyTests {
    /// A = B·Bᵀ + I with random B, and its rows as right sides: eᵢᵀA·A⁻¹·Aeᵢ = Aᵢᵢ.
    @Test(arguments: [1, 2, 7, 8, 9, 16, 33])
    func weighsVectorsByTheInverse(size: Int) throws {
        let root = SampleRows.normal(size, size: size, seed: UInt64(size))
        func element(_ row: Int, _ column: Int) -> Double {
            (0..<size).reduce(row == column ? 1 : 0) {
                $0 + Double(root[row * size + $1]) * Double(root[column * size + $1])
            }
        }
        var matrix = LowerTriangle(size: size)
        for row in 0..<size {
            for column in 0...row { matrix[row, column] = element(row, column) }
        }
        let factor = try Cholesky(of: matrix)
        for row in 0..<size {
            var vectors = (0..<size).map { Cholesky.Lanes(repeating: element(row, $0)) }
            factor.whiten(&vectors)
            let square = vectors.reduce(0) { $0 + $1[3] * $1[3] }
            #expect(abs(square - element(row, row)) < 1e-9 * element(row, row))
        }
    }

    @Test func findsTheRowThatDependsOnOthers() {
        var matrix = LowerTriangle(size: 3)
        for (position, value) in [(0, 0), (1, 0), (1, 1), (2, 0), (2, 1), (2, 2)].enumerated() {
            // The third row is the sum of the others.
            matrix[value.0, value.1] = [2, 1, 3, 3, 4, 7][position]
        }
        #expect(throws: DetectorError.singularCovariance(feature: 2)) { try Cholesky(of: matrix) }
    }
}
