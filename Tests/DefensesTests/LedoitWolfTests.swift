import BulwarkDefenses
import BulwarkTensors
import Testing

struct LedoitWolfTests {
    /// Computed with `sklearn.covariance.LedoitWolf` 1.9.1: elements (0, 0), (1, 0), (d − 1, d − 2), (d − 1,
    /// d − 1), the sum.
    @Test(
        arguments: [
            (
                12, 4,
                [
                    0.44664967788099363, 0.010918223822297225, 0.5340004014905368, 1.1947134373420247,
                    5.229726764938873,
                ]
            ),
            (
                5, 8,
                [
                    0.7315256572604326, -0.07639702588520189, 5.827455995914793, 8.539301702728066,
                    107.35547662133085,
                ]
            ),
            (
                40, 10,
                [
                    0.3855473234148247, -0.05040563098057844, 8.774845321916322, 10.316665828540902,
                    264.45773641362933,
                ]
            ),
        ]
    )
    func agreesWithScikitLearn(count: Int, size: Int, expected: [Double]) {
        let rows = SampleRows.byFormula(0..<count, size: size)
        let means = (0..<size).map { column in
            (0..<count).reduce(0) { $0 + Double(rows[$1 * size + column]) } / Double(count)
        }
        let estimate = LedoitWolf(count: count, size: size) { row, target in
            for column in 0..<size { target[column] = Double(rows[row * size + column]) - means[column] }
        }
        let matrix = estimate.covariance
        var sum = 0.0
        for row in 0..<size {
            for column in 0..<row { sum += 2 * matrix[row, column] }
            sum += matrix[row, row]
        }
        let found = [
            matrix[0, 0], matrix[1, 0], matrix[size - 1, size - 2], matrix[size - 1, size - 1], sum,
        ]
        #expect(SampleRows.areClose(found, expected, within: 1e-11))
    }

    /// A single row leaves no doubt about itself, and of one feature every covariance is a multiple of the
    /// identity.
    @Test func hasNothingToShrinkWithoutErrorOrDirections() {
        let oneRow = LedoitWolf(count: 1, size: 3) { _, target in target = [1, 2, 3] }
        let oneFeature = LedoitWolf(count: 3, size: 1) { row, target in target[0] = Double(row - 1) }
        #expect(oneRow.shrinkage == 0)
        #expect(oneFeature.shrinkage == 0)
        #expect(abs(oneFeature.covariance[0, 0] - 2.0 / 3) < 1e-15)
    }
}
