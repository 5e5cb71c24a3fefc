import BulwarkEvaluation
import RealModule
import Testing

struct ReverseWeibullTests {
    private let shapes = [0.1, 1, 5, 10, 20, 50, 100]

    /// The quantiles of a distribution, as evenly as numbers can lie.
    private func quantiles(_ location: Double, _ scale: Double, _ shape: Double, count: Int) -> [Double] {
        (0..<count).map { index in
            let probability = (Double(index) + 0.5) / Double(count)
            return location - scale * Double.pow(-Double.log(probability), 1 / shape)
        }
    }

    @Test(arguments: [(2.0, 1.0, 3.0), (2.0, 0.01, 3.0), (50.0, 20.0, 2.5), (1e-3, 1e-4, 6.0)])
    func findsTheDistributionThatNumbersComeFrom(location: Double, scale: Double, shape: Double) {
        let values = quantiles(location, scale, shape, count: 500)
        let fit = ReverseWeibull.fit(to: values, startingShapes: shapes)
        #expect(abs(fit.distribution.location - location) < 0.2 * scale)
        #expect(agree(fit.distribution.scale, scale, relative: 0.2))
        #expect(agree(fit.distribution.shape, shape, relative: 0.2))
        #expect(fit.pValue > 0.99)
    }

    /// The location is beyond every number, and does not run away from numbers without a limit.
    @Test func theLocationIsBeyondAllNumbers() {
        let values = (0..<200).map { -Double.log(1 - (Double($0) + 0.5) / 200) }
        let fit = ReverseWeibull.fit(to: values, startingShapes: shapes)
        #expect(fit.distribution.location > values[199])
        #expect(fit.distribution.location.isFinite)
    }

    @Test func shiftsAndScalesWithTheNumbers() {
        let values = quantiles(1, 0.3, 4, count: 100)
        let plain = ReverseWeibull.fit(to: values, startingShapes: shapes).distribution
        let moved = ReverseWeibull.fit(to: values.map { 10 * $0 + 5 }, startingShapes: shapes).distribution
        #expect(agree(moved.location, 10 * plain.location + 5, relative: 1e-4))
        #expect(agree(moved.shape, plain.shape, relative: 1e-3))
    }

    /// No other location, with the shape and scale that suit it, makes the numbers likelier.
    @Test func isAMaximumOfTheLikelihood() {
        let values = quantiles(2, 1, 4, count: 60).enumerated().map { $1 + 0.02 * Double($0 % 7) }
        let best = ReverseWeibull.fit(to: values, startingShapes: [5]).distribution
        func likelihood(_ location: Double, _ scale: Double, _ shape: Double) -> Double {
            values.reduce(-0.01 * shape * shape) { sum, value in
                let depth = (location - value) / scale
                let density = Double.log(shape / scale) + (shape - 1) * Double.log(depth)
                return sum + density - Double.pow(depth, shape)
            }
        }
        let top = likelihood(best.location, best.scale, best.shape)
        for factor in [0.98, 1.02] {
            #expect(likelihood(best.location, best.scale * factor, best.shape) < top)
            #expect(likelihood(best.location, best.scale, best.shape * factor) < top)
            let location = best.location + (factor - 1) * best.scale
            #expect(likelihood(location, best.scale * factor, best.shape * factor) < top)
        }
    }

    /// Five percent and one percent of the statistics are beyond 1.3581 and 1.6276 in the limit.
    @Test(arguments: [(1.3581, 0.05), (1.6276, 0.01), (1.2238, 0.1)])
    func knowsTheQuantilesOfKolmogorov(scaled: Double, probability: Double) {
        let pValue = KolmogorovSmirnov.pValue(statistic: scaled / 1000.12, count: 1_000_000)
        #expect(agree(pValue, probability, relative: 1e-3))
    }

    @Test func measuresTheLargestDistance() {
        func statistic(_ values: [Double]) -> Double { KolmogorovSmirnov.statistic(values) { $0 } }
        #expect(statistic([0.5]) == 0.5)
        #expect(abs(statistic([0.9, 0.1, 0.5]) - 7.0 / 30) < 1e-12)
        #expect(KolmogorovSmirnov.pValue(statistic: 0, count: 10) == 1)
        #expect(KolmogorovSmirnov.pValue(statistic: 1, count: 1000) == 0)
    }
}
