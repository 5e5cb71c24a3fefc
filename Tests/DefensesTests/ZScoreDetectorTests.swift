import BulwarkDefenses
import BulwarkTensors
import Testing

struct ZScoreDetectorTests {
    /// Computed with NumPy: √(mean of ((x − mean) / std)²) with `ddof=1`, over the three rows after the
    /// fitted ones.
    @Test(
        arguments: [
            (12, 4, [0.34215956067247194, 0.6170167354971365, 1.3268836761754406]),
            (5, 8, [1.2840605093829291, 0.6786282534331189, 1.3054277452543717]),
            (40, 10, [1.3395336355884866, 0.6140435008535132, 0.524418752354173]),
        ]
    )
    func agreesWithNumPy(count: Int, size: Int, expected: [Double]) throws {
        let detector = try ZScoreDetector(fittedTo: SampleRows.byFormula(0..<count, size: size))
        let scores = detector.scores(for: SampleRows.byFormula(count..<count + 3, size: size))
        #expect(SampleRows.areClose(scores, expected, within: 1e-12))
    }

    /// For one feature the score is |z|, and 1.959964 is the two-sided 95 % point of the normal distribution.
    @Test func oneNormalSampleInTwentyIsBeyondItsCriticalValue() throws {
        let detector = try ZScoreDetector(fittedTo: SampleRows.normal(20_000, size: 1, seed: 1))
        let scores = detector.scores(for: SampleRows.normal(20_000, size: 1, seed: 2))
        let share = Double(scores.filter { $0 > 1.959964 }.count) / 20_000
        // Five standard deviations of the count, and as much again for the fitted deviation.
        #expect(abs(share - 0.05) < 0.013)
    }

    @Test func unitsDoNotMatter() throws {
        let (rows, others) = (SampleRows.byFormula(0..<12, size: 4), SampleRows.byFormula(12..<20, size: 4))
        func inOtherUnits(_ tensor: Tensor) -> Tensor {
            Tensor(tensor.shape, generating: { tensor[$0] * Float(1 << ($0 % 4)) + 16 })
        }
        let scores = try ZScoreDetector(fittedTo: rows).scores(for: others)
        let converted = try ZScoreDetector(fittedTo: inOtherUnits(rows)).scores(for: inOtherUnits(others))
        #expect(SampleRows.areClose(converted, scores, within: 1e-12))
    }

    /// The second feature never varies, though 0.1 is no binary fraction; the others have deviations 1 and 3.
    @Test func aChangeWhereNothingVariesCountsAsOneOfATypicalFeature() throws {
        let rows = Tensor([3, 3], [1, 0.1, 3, 2, 0.1, 6, 3, 0.1, 9])
        let detector = try ZScoreDetector(fittedTo: rows)
        let scores = detector.scores(for: Tensor([2, 3], [2, 0.1, 6, 2, 4.1, 6]))
        #expect(scores[0] == 0)
        // The median deviation is 2, so a change by 4 is two deviations of one feature in three.
        #expect(abs(scores[1] - (4.0 / 3).squareRoot()) < 1e-6)
    }

    @Test func whatIsNotANumberIsMostAnomalous() throws {
        let detector = try ZScoreDetector(fittedTo: SampleRows.byFormula(0..<12, size: 2))
        let scores = detector.scores(for: Tensor([3, 2], [.nan, 0, 0, .infinity, 0, 0]))
        #expect(scores[0] == .infinity && scores[1] == .infinity && scores[2].isFinite)
    }
}
