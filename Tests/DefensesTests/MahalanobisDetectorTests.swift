import BulwarkDefenses
import BulwarkTensors
import Testing

struct MahalanobisDetectorTests {
    /// Computed with `sklearn.covariance.LedoitWolf` 1.9.1, `mahalanobis` of the three rows after the fitted
    /// ones.
    @Test(
        arguments: [
            (12, 4, 0.23770946404324836, [0.3722198437707559, 1.3642807109993507, 7.687947287037921]),
            (5, 8, 0.12689113274054975, [8.950217091421537, 6.483194722946779, 5.694671400898488]),
            (40, 10, 0.02502141813161462, [9.593017595909174, 6.511526922934091, 8.239692242549852]),
        ]
    )
    func agreesWithScikitLearn(count: Int, size: Int, shrinkage: Double, expected: [Double]) throws {
        let detector = try MahalanobisDetector(fittedTo: SampleRows.byFormula(0..<count, size: size))
        let scores = detector.scores(for: SampleRows.byFormula(count..<count + 3, size: size))
        #expect(abs(detector.shrinkage - shrinkage) < 1e-12)
        #expect(SampleRows.areClose(scores, expected, within: 1e-10))
    }

    /// Computed likewise, from the rows less the means of their classes with `assume_centered=True`; the
    /// least of three.
    @Test func agreesWithScikitLearnByClass() throws {
        let rows = SampleRows.byFormula(0..<40, size: 10)
        let detector = try MahalanobisDetector(fittedTo: rows, labels: (0..<40).map { $0 % 3 })
        let scores = detector.scores(for: SampleRows.byFormula(40..<43, size: 10))
        #expect(abs(detector.shrinkage - 0.024476969705614495) < 1e-12)
        #expect(
            SampleRows.areClose(
                scores,
                [8.564843945916591, 6.347637211086753, 8.074578838635738],
                within: 1e-10
            )
        )
    }

    /// 5.991465 is the 95 % point of χ² with two degrees of freedom.
    ///
    /// The features are correlated by 0.8.
    @Test func oneNormalSampleInTwentyIsBeyondItsCriticalValue() throws {
        func correlated(_ seed: UInt64) -> Tensor {
            let normal = SampleRows.normal(20_000, size: 2, seed: seed)
            return Tensor(normal.shape) { target in
                for row in 0..<20_000 {
                    target[2 * row] = 3 + normal[2 * row]
                    target[2 * row + 1] = 0.8 * normal[2 * row] + 0.6 * normal[2 * row + 1] - 7
                }
            }
        }
        let detector = try MahalanobisDetector(fittedTo: correlated(1))
        let scores = detector.scores(for: correlated(2))
        let share = Double(scores.filter { $0 > 5.991465 }.count) / 20_000
        // Five standard deviations of the count, and as much again for the fitted covariance.
        #expect(abs(share - 0.05) < 0.013)
    }

    /// Shrinking towards a multiple of the identity favours no direction, so turning and stretching space
    /// changes nothing.
    @Test func directionsAndUnitsDoNotMatter() throws {
        let (rows, others) = (
            SampleRows.normal(50, size: 2, seed: 3), SampleRows.normal(20, size: 2, seed: 4)
        )
        func turned(_ tensor: Tensor) -> Tensor {
            Tensor(tensor.shape) { target in
                for row in 0..<tensor.rowCount {
                    let (x, y) = (tensor[2 * row], tensor[2 * row + 1] * 5)
                    target[2 * row] = 10 * (0.6 * x - 0.8 * y) + 100
                    target[2 * row + 1] = 10 * (0.8 * x + 0.6 * y) - 100
                }
            }
        }
        func stretched(_ tensor: Tensor) -> Tensor {
            Tensor(tensor.shape, generating: { $0 % 2 == 0 ? tensor[$0] : tensor[$0] * 5 })
        }
        let plain = try MahalanobisDetector(fittedTo: stretched(rows)).scores(for: stretched(others))
        let moved = try MahalanobisDetector(fittedTo: turned(rows)).scores(for: turned(others))
        #expect(SampleRows.areClose(moved, plain, within: 1e-4))
    }

    @Test func theScoreOfARowDoesNotDependOnItsNeighbours() throws {
        let detector = try MahalanobisDetector(fittedTo: SampleRows.normal(60, size: 19, seed: 5))
        let rows = SampleRows.normal(21, size: 19, seed: 6)
        let together = detector.scores(for: rows)
        let alone = (0..<21).flatMap { detector.scores(for: rows.rows($0..<$0 + 1)) }
        #expect(together == alone)
    }

    @Test func aFeatureThatNeverVariesIsWatchedAllTheSame() throws {
        var rows = SampleRows.normal(200, size: 3, seed: 7)
        rows.mutate { elements in
            for row in 0..<200 { elements[3 * row] = 0.1 }
        }
        let detector = try MahalanobisDetector(fittedTo: rows)
        let scores = detector.scores(for: Tensor([2, 3], [0.1, 0, 0, 2.1, 0, 0]))
        #expect(scores[1] > 100 * scores[0])
    }

    @Test func whatIsNotANumberIsMostAnomalous() throws {
        let detector = try MahalanobisDetector(fittedTo: SampleRows.normal(20, size: 2, seed: 8))
        let scores = detector.scores(for: Tensor([3, 2], [0, .nan, -.infinity, 0, 0, 0]))
        #expect(scores[0] == .infinity && scores[1] == .infinity && scores[2].isFinite)
    }

    @Test func noRowsHaveNoScores() throws {
        let detector = try MahalanobisDetector(fittedTo: SampleRows.normal(20, size: 2, seed: 8))
        #expect(detector.scores(for: Tensor([0, 2])) == [])
    }

    /// Two rows lie on a line, and the estimate is sure of that: there is nothing to shrink.
    @Test func twoRowsAreRefused() {
        #expect(throws: DetectorError.singularCovariance(feature: 1)) {
            try MahalanobisDetector(fittedTo: Tensor([2, 2], [0, 0, 1, 2]))
        }
    }

    @Test func classesWithoutSpreadAreRefused() {
        let rows = Tensor([4, 1], [0.1, 0.1, 0.7, 0.7])
        #expect(throws: DetectorError.noSpread) {
            try MahalanobisDetector(fittedTo: rows, labels: [0, 0, 5, 5])
        }
    }
}
