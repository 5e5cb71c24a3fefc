import BulwarkEvaluation
import Testing

struct OperatingPointTests {
    typealias Curve = ReceiverOperatingCharacteristic

    @Test func theThresholdLeavesTheTargetShareOfNegativesAboveIt() {
        let curve = Curve(negatives: (1...200).map { Double($0) }, positives: [198.5, 199.5, 300, 12, 198])
        let point = curve.operatingPoint(atFalsePositiveRate: 0.01)
        #expect(point.threshold == 198)
        #expect(point.falsePositiveRate.value == 0.01)
        #expect(point.truePositiveRate == Proportion(successes: 3, trials: 5).estimate())
        #expect(point.negatives == 200)
        #expect(point.undefined == nil)
    }

    /// Counted with NumPy on the same 400 and 150 scores.
    @Test func tiesStayBelowTheThreshold() {
        let curve = ReceiverOperatingCharacteristicTests.larger
        let strict = curve.operatingPoint(atFalsePositiveRate: 0.01)
        #expect(strict.threshold == 0.98)
        #expect(strict.falsePositiveRate.value == 0)
        #expect(strict.truePositiveRate == Proportion(successes: 19, trials: 150).estimate())
        let loose = curve.operatingPoint(atFalsePositiveRate: 0.05)
        #expect(loose.threshold == 0.94)
        #expect(loose.falsePositiveRate == Proportion(successes: 19, trials: 400).estimate())
        #expect(loose.truePositiveRate == Proportion(successes: 26, trials: 150).estimate())
    }

    @Test func noShareOfFalseAlarmsExceedsItsTarget() {
        for count in [10, 29, 49, 100, 107, 1_000] {
            let curve = Curve(negatives: (0..<count).map { Double($0 % 37) }, positives: [40, 20])
            for target in [0.01, 0.07, 0.1, 0.29, 1.0 / 3, 0.5, 0.999_999_999_999] {
                let point = curve.operatingPoint(atFalsePositiveRate: target)
                if let rate = point.falsePositiveRate.value {
                    #expect(rate <= target)
                } else {
                    #expect(1 / Double(count) > target)
                }
            }
        }
    }

    @Test func aTargetReachedExactlyIsUsed() {
        // 0.29 · 100 is 28.999999999999996 in floating point.
        let curve = Curve(negatives: (0..<100).map { Double($0) }, positives: [70.5])
        #expect(curve.operatingPoint(atFalsePositiveRate: 0.29).falsePositiveRate.value == 0.29)
    }

    @Test func tooFewNegativesAreSaidSo() {
        let curve = Curve(negatives: (0..<99).map { Double($0) }, positives: [500, 600])
        let point = curve.operatingPoint(atFalsePositiveRate: 0.01)
        #expect(point.undefined == .tooFewNegatives(found: 99, needed: 100))
        #expect(point.truePositiveRate == .undefined(samples: 2))
        #expect(point.threshold == nil)
        #expect(point.undefined?.description.contains("100") == true)
        let hundred = Curve(negatives: (0..<100).map { Double($0) }, positives: [500, 600])
        #expect(hundred.operatingPoint(atFalsePositiveRate: 0.01).truePositiveRate.value == 1)
        let tiny = curve.operatingPoint(atFalsePositiveRate: 1e-300)
        #expect(tiny.undefined == .tooFewNegatives(found: 99, needed: .max))
    }

    @Test func withoutPositivesThereIsNothingToDetect() {
        let point = Curve(negatives: [1, 2, 3], positives: []).operatingPoint(atFalsePositiveRate: 0.5)
        #expect(point.undefined == .noPositives)
        #expect(point.truePositiveRate.value == nil)
        let empty = Curve(negatives: [], positives: []).operatingPoint(atFalsePositiveRate: 0.5)
        #expect(empty.undefined == .tooFewNegatives(found: 0, needed: 2))
    }

    @Test func normalSamplesWithoutAScoreRaiseTheThreshold() {
        let normal = (0..<98).map { Double($0) }
        let curve = Curve(negatives: normal + [.nan, .nan], positives: [500, .nan])
        let point = curve.operatingPoint(atFalsePositiveRate: 0.01)
        #expect(point.threshold == .infinity)
        #expect(point.truePositiveRate.value == 0)
    }
}
