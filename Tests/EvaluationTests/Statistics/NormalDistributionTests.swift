import BulwarkEvaluation
import Testing

struct NormalDistributionTests {
    /// `scipy.stats.norm.isf` of SciPy 1.17.1.
    static let quantiles: [(Double, Double)] = [
        (0.5, 0.0),
        (0.3, 0.5244005127080409),
        (0.025, 1.9599639845400545),
        (0.005, 2.575829303548901),
        (1e-10, 6.361340902404056),
        (1e-300, 37.0470962993612),
        (0.975, -1.959963984540054),
    ]

    @Test(arguments: quantiles)
    func theQuantilesAreThoseOfSciPy(probability: Double, z: Double) {
        #expect(
            (NormalDistribution.inverse(upperTail: probability) - z).magnitude <= 1e-12 * max(1, z.magnitude)
        )
    }

    @Test func ninetyFivePercentLieWithinOnePointNineSix() {
        let z = NormalDistribution.twoSidedCriticalValue(confidence: 0.95)
        #expect(agree(z, 1.959963984540054, relative: 1e-12))
        #expect(agree(1 - 2 * NormalDistribution.upperTail(at: z), 0.95, relative: 1e-12))
    }
}
