import BulwarkEvaluation
import Testing

struct QuantilesTests {
    /// `numpy.quantile` with its default method.
    @Test(arguments: [(0.0, -1.0), (0.1, -0.4), (0.25, 1.0), (0.5, 2.0), (0.9, 7.9), (1.0, 9.25)])
    func interpolatesAsNumPyDoes(probability: Double, expected: Double) throws {
        let quantiles = try #require(Quantiles([3.5, -1, 7, 2, 2, 9.25, 0]))
        #expect(agree(quantiles.value(at: probability), expected, relative: 1e-12))
    }

    @Test func theMedianOfAnEvenCountIsHalfWay() {
        #expect(Quantiles.median(of: [4, 1, 3, 2]) == 2.5)
        #expect(Quantiles.median(of: [7]) == 7)
    }

    @Test func nothingHasNoQuantile() {
        #expect(Quantiles([]) == nil)
        #expect(Quantiles.median(of: []) == nil)
    }

    @Test func aNaNMakesTheListUnusable() {
        #expect(Quantiles([1, .nan, 3]) == nil)
        #expect(Quantiles.median(of: [.nan]) == nil)
    }

    @Test func infinitiesKeepTheirPlace() throws {
        #expect(Quantiles.median(of: [.infinity, 1, 2]) == 2)
        #expect(Quantiles.median(of: [.infinity, .infinity, 2]) == .infinity)
        #expect(Quantiles.median(of: [.infinity, 2]) == .infinity)
        #expect(Quantiles.median(of: [-.infinity, 2]) == -.infinity)
        let quantiles = try #require(Quantiles([-.infinity, .infinity]))
        #expect(quantiles.value(at: 0) == -.infinity)
        #expect(quantiles.median.isNaN)
    }
}
