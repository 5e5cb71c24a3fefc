import BulwarkEvaluation
import Testing

struct PairedProportionsTests {
    private func pairs(_ both: Int, _ first: Int, _ second: Int, _ neither: Int) -> PairedProportions {
        PairedProportions(
            Array(repeating: (true, true), count: both) + Array(repeating: (true, false), count: first)
                + Array(repeating: (false, true), count: second)
                + Array(repeating: (false, false), count: neither)
        )
    }

    @Test func countsTheFourKindsOfPairs() {
        let found = pairs(5, 1, 3, 11)
        #expect(found.both == 5 && found.onlyFirst == 1 && found.onlySecond == 3 && found.neither == 11)
        #expect(found.samples == 20)
        #expect(found.difference == 0.1)
    }

    /// Two-sided binomial probabilities with even odds, by hand: 2·P(X ≤ k).
    @Test(arguments: [
        (0, 5, 0.0625), (1, 3, 0.625), (2, 2, 1.0), (0, 10, 0.001953125), (3, 12, 0.03515625),
        (12, 3, 0.03515625), (0, 0, 1.0),
    ])
    func thePValueIsThatOfTheExactTest(first: Int, second: Int, expected: Double) {
        #expect(abs(pairs(7, first, second, 4).pValue - expected) < 1e-12)
    }

    @Test func theIntervalHoldsTheDifferenceAndExcludesZeroWhereTheTestDoes() throws {
        for first in 0...12 {
            for second in 0...12 {
                let found = pairs(10, first, second, 10)
                let (interval, difference) = (try #require(found.interval), try #require(found.difference))
                #expect(interval.contains(difference))
                // Both rest on the same binomial tails, at 2.5 % a side.
                #expect(interval.contains(0) == (found.pValue > 0.05), "\(first), \(second)")
            }
        }
    }

    @Test func withoutSamplesThereIsNothingToSay() {
        let found = pairs(0, 0, 0, 0)
        #expect(found.difference == nil && found.interval == nil && found.pValue == 1)
        #expect(pairs(3, 0, 0, 2).interval == 0...0)
    }
}
