import BulwarkDefenses
import BulwarkTensors
import Testing

struct RobustZScoreDetectorTests {
    /// Computed with SciPy: `median_abs_deviation(scale="normal")` around the NumPy median, over the rows
    /// after the fitted.
    @Test(
        arguments: [
            (12, 4, [0.30811882681842984, 0.8667218400688775, 2.0705636588546574]),
            (5, 8, [1.0528610315373992, 0.5711012171189402, 1.1096472108369722]),
            (40, 10, [1.1004040981883254, 0.5861381425118719, 0.563056888046635]),
        ]
    )
    func agreesWithSciPy(count: Int, size: Int, expected: [Double]) throws {
        let detector = try RobustZScoreDetector(fittedTo: SampleRows.byFormula(0..<count, size: size))
        let scores = detector.scores(for: SampleRows.byFormula(count..<count + 3, size: size))
        #expect(SampleRows.areClose(scores, expected, within: 1e-12))
    }

    @Test func outliersAmongTheCleanRowsDoNotBlindIt() throws {
        let clean = SampleRows.normal(1000, size: 2, seed: 1)
        var spoiled = clean
        spoiled.mutate { elements in
            for position in 0..<100 { elements[position] = 1000 }
        }
        let probe = Tensor([1, 2], [8, 8])
        func ratio<Detector: AnomalyDetector>(_: Detector.Type) throws -> Double {
            try Detector(fittedTo: spoiled).scores(for: probe)[0]
                / Detector(fittedTo: clean).scores(for: probe)[0]
        }
        #expect(try ratio(RobustZScoreDetector.self) > 0.8)
        #expect(try ratio(ZScoreDetector.self) < 0.1)
    }

    /// Three rows of four agree: the median absolute deviation is 0, the mean one 2, and the scale 2·√(π/2).
    @Test func whereMostRowsAgreeTheMeanDeviationStandsIn() throws {
        let detector = try RobustZScoreDetector(fittedTo: Tensor([4, 1], [5, 5, 5, 13]))
        let score = detector.scores(for: Tensor([1, 1], [15]))[0]
        #expect(abs(score - 10 / (2 * (Double.pi / 2).squareRoot())) < 1e-12)
    }

    @Test func whereAllRowsAgreeTheTypicalScaleStandsIn() throws {
        let detector = try RobustZScoreDetector(fittedTo: Tensor([3, 2], [1, 7, 2, 7, 3, 7]))
        let scores = detector.scores(for: Tensor([2, 2], [5, 7, 2, 10]))
        #expect(abs(scores[0] - scores[1]) < 1e-12)
    }
}
