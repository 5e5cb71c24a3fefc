import BulwarkEvaluation
import Testing

struct ProportionTests {
    /// Two-sided and one-sided bounds from `scipy.stats.beta` of SciPy 1.17.1: k, n, alpha, then the numbers;
    /// the last row was calculated with mpmath, because SciPy is off by 5e-9 there.
    static let bounds: [(Int, Int, Double, Double, Double, Double, Double)] = [
        (0, 10, 0.05, 0.0, 0.30849710781876083, 0.0, 0.2588655508930523),
        (0, 100, 0.05, 0.0, 0.03621669264517642, 0.0, 0.029513049607039932),
        (0, 300, 0.05, 0.0, 0.012220974694293554, 0.0, 0.009936081944457711),
        (0, 1_000, 0.05, 0.0, 0.003682083896865672, 0.0, 0.002991249545095296),
        (0, 10_000, 0.05, 0.0, 0.0003688199146187623, 0.0, 0.000299528359776612),
        (
            1, 100, 0.05, 0.00025314603297742064, 0.05445938539208066, 0.0005128014162622921,
            0.04655981145353895
        ),
        (17, 200, 0.05, 0.05029591863025728, 0.13260516582955234, 0.05488327785186638, 0.12477113319232826),
        (50, 100, 0.05, 0.39832112950330095, 0.6016788704966991, 0.41362171463091174, 0.5863782853690882),
        (100, 100, 0.05, 0.9637833073548235, 1.0, 0.9704869503929601, 1.0),
        (99, 100, 0.05, 0.9455406146079194, 0.9997468539670226, 0.9534401885464611, 0.9994871985837377),
        (1, 1, 0.05, 0.025, 1.0, 0.05, 1.0),
        (
            123, 1_000, 0.01, 0.09760131811891933, 0.15206768281164332, 0.09987705938038056,
            0.14917139462844203
        ),
        (
            999_999, 1_000_000, 0.05, 0.9999944283693448, 0.9999999746821924, 0.9999952561443618,
            0.9999999487067069
        ),
        (
            3, 1_000_000_000, 0.05, 6.186721233228958e-10, 8.767273044460697e-09, 8.176914476473351e-10,
            7.753656509503617e-09
        ),
    ]

    @Test(arguments: bounds)
    func theExactBoundsAreThoseOfSciPy(
        k: Int,
        n: Int,
        alpha: Double,
        lower: Double,
        upper: Double,
        oneSidedLower: Double,
        oneSidedUpper: Double
    ) {
        let interval = ClopperPearson.interval(successes: k, trials: n, alpha: alpha)
        #expect(agree(interval.lowerBound, lower, relative: 1e-10))
        #expect(agree(interval.upperBound, upper, relative: 1e-10))
        let lowerBound = ClopperPearson.lowerBound(successes: k, trials: n, alpha: alpha)
        #expect(agree(lowerBound, oneSidedLower, relative: 1e-10))
        let upperBound = ClopperPearson.upperBound(successes: k, trials: n, alpha: alpha)
        #expect(agree(upperBound, oneSidedUpper, relative: 1e-10))
    }

    @Test func theExactIntervalCoversEveryRateAsOftenAsItSays() {
        let n = 12
        let intervals = (0...n).map { ClopperPearson.interval(successes: $0, trials: n, alpha: 0.1) }
        for step in 1..<40 {
            let rate = Double(step) / 40
            var probability = 1.0
            for _ in 0..<n { probability *= 1 - rate }
            var coverage = 0.0
            for k in 0...n {
                if intervals[k].contains(rate) { coverage += probability }
                probability *= Double(n - k) / Double(k + 1) * rate / (1 - rate)
            }
            #expect(coverage >= 0.9, "at a rate of \(rate)")
        }
    }

    @Test func theEstimateHoldsTheCountsAndTheExactInterval() {
        let estimate = Proportion(successes: 17, trials: 200).estimate()
        #expect(estimate.value == 0.085)
        #expect(estimate.samples == 200)
        #expect(agree(estimate.lower, 0.05029591863025728, relative: 1e-10))
        #expect(agree(estimate.upper, 0.13260516582955234, relative: 1e-10))
        #expect(Proportion(successes: 17, trials: 200).estimate(confidence: 0.99).upper > estimate.upper)
    }

    @Test func withoutTrialsNothingIsKnown() {
        let proportion = Proportion(successes: 0, trials: 0)
        #expect(proportion.value == nil)
        #expect(proportion.estimate() == .undefined())
        #expect(ClopperPearson.interval(successes: 0, trials: 0) == 0...1)
        #expect(proportion.wilsonInterval() == 0...1)
    }

    @Test func outcomesAreCounted() {
        let proportion = Proportion(of: [true, false, false, true, false])
        #expect(proportion == Proportion(successes: 2, trials: 5))
        #expect(proportion.complement == Proportion(successes: 3, trials: 5))
    }

    /// `scipy.stats.binomtest(k, n).proportion_ci(method="wilson")` of SciPy 1.17.1.
    static let wilsonBounds: [(Int, Int, Double, Double, Double)] = [
        (0, 100, 0.95, 0.0, 0.03699349820698568),
        (17, 200, 0.95, 0.053745750177475606, 0.13189587071565567),
        (50, 100, 0.95, 0.4038315303659956, 0.5961684696340044),
        (100, 100, 0.95, 0.9630065017930143, 1.0),
        (3, 7, 0.99, 0.11637368051613817, 0.8102850959116125),
    ]

    @Test(arguments: wilsonBounds)
    func wilsonsIntervalIsThatOfSciPy(k: Int, n: Int, confidence: Double, lower: Double, upper: Double) {
        let interval = Proportion(successes: k, trials: n).wilsonInterval(confidence: confidence)
        #expect(agree(interval.lowerBound, lower, relative: 1e-10))
        #expect(agree(interval.upperBound, upper, relative: 1e-10))
    }
}
