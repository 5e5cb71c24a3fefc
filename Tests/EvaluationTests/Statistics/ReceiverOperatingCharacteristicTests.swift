import BulwarkEvaluation
import Testing

struct ReceiverOperatingCharacteristicTests {
    typealias Curve = ReceiverOperatingCharacteristic

    /// A small example with ties inside and across the classes.
    static let example = Curve(
        negatives: [0.1, 0.4, 0.35, 0.8, 0.2, 0.2, 0.5, 0.3],
        positives: [0.35, 0.9, 0.8, 0.7, 0.5, 0.95]
    )

    /// A larger one on a grid of 51 scores: 400 normal samples, 150 anomalies.
    static let larger: Curve = {
        func scores(seed: UInt64, count: Int) -> [Double] {
            var state = seed
            return (0..<count).map { _ in
                state = (state * 1_103_515_245 + 12_345) % 0x8000_0000
                return Double(state) / 0x8000_0000
            }
        }
        func rounded(_ score: Double) -> Double { (score * 50).rounded(.toNearestOrEven) / 50 }
        return Curve(
            negatives: scores(seed: 1, count: 400).map(rounded),
            positives: scores(seed: 2, count: 150).map { rounded(min(1, 0.3 + 0.8 * $0)) }
        )
    }()

    /// `sklearn.metrics.roc_curve` of scikit-learn 1.9 without dropping points.
    @Test func theCurveIsThatOfScikitLearn() {
        let points = Self.example.points
        #expect(points.map(\.threshold) == [nil, 0.95, 0.9, 0.8, 0.7, 0.5, 0.4, 0.35, 0.3, 0.2, 0.1])
        #expect(
            points.map(\.falsePositiveRate) == [0, 0, 0, 0.125, 0.125, 0.25, 0.375, 0.5, 0.625, 0.875, 1]
        )
        let sixths = [0, 1, 2, 3, 4, 5, 5, 6, 6, 6, 6].map { Double($0) / 6 }
        #expect(points.map(\.truePositiveRate) == sixths)
    }

    /// The area is that of scikit-learn 1.9; the intervals were calculated from the definition with NumPy and
    /// SciPy.
    static let areas: [(Curve, Double, Double, Double, Double)] = [
        (example, 0.95, 0.8645833333333334, 0.5505088360508724, 0.9708312771094344),
        (example, 0.9, 0.8645833333333334, 0.6149553521111898, 0.9622973142637556),
        (larger, 0.95, 0.7023583333333333, 0.6553385163032465, 0.7454550970041751),
    ]

    @Test(arguments: areas)
    func theAreaAndItsIntervalAreThoseOfTheDefinition(
        curve: Curve,
        confidence: Double,
        area: Double,
        lower: Double,
        upper: Double
    ) throws {
        let estimate = curve.areaUnderCurve(confidence: confidence)
        #expect(agree(try #require(estimate.value), area, relative: 1e-12))
        #expect(agree(estimate.lower, lower, relative: 1e-10))
        #expect(agree(estimate.upper, upper, relative: 1e-10))
        #expect(estimate.samples == curve.negativeCount + curve.positiveCount)
    }

    @Test func theAreaIsTheTrapezoidRuleOnTheCurve() throws {
        for curve in [Self.example, Self.larger] {
            let points = curve.points
            let trapezoids = zip(points, points.dropFirst()).map { left, right in
                (right.falsePositiveRate - left.falsePositiveRate)
                    * (right.truePositiveRate + left.truePositiveRate) / 2
            }
            let area = try #require(curve.areaUnderCurve().value)
            #expect(agree(trapezoids.reduce(0, +), area, relative: 1e-12))
        }
    }

    @Test func swappingTheClassesMirrorsTheAreaAndItsInterval() throws {
        let swapped = Curve(
            negatives: [0.35, 0.9, 0.8, 0.7, 0.5, 0.95],
            positives: [0.1, 0.4, 0.35, 0.8, 0.2, 0.2, 0.5, 0.3]
        ).areaUnderCurve()
        let original = Self.example.areaUnderCurve()
        #expect(agree(try #require(swapped.value), 1 - (try #require(original.value)), relative: 1e-12))
        #expect(agree(swapped.lower, 1 - original.upper, relative: 1e-9))
        #expect(agree(swapped.upper, 1 - original.lower, relative: 1e-9))
    }

    @Test func perfectSeparationStillHasAnInterval() {
        let right = Curve(negatives: (0..<100).map { Double($0) }, positives: (100..<110).map { Double($0) })
        let estimate = right.areaUnderCurve()
        #expect(estimate.value == 1)
        // Clopper–Pearson for 10 of 10.
        #expect(agree(estimate.lower, 1 - 0.30849710781876083, relative: 1e-10))
        #expect(estimate.upper == 1)
        let wrong = Curve(negatives: [5, 6, 7], positives: [1, 2]).areaUnderCurve()
        #expect(wrong.value == 0)
        #expect(wrong.lower == 0)
        #expect(agree(wrong.upper, 0.8418861169915810, relative: 1e-10))
    }

    @Test func aConstantDetectorIsACoinTossWithHoeffdingsInterval() {
        let curve = Curve(
            negatives: Array(repeating: 3, count: 60),
            positives: Array(repeating: 3, count: 50)
        )
        let estimate = curve.areaUnderCurve()
        #expect(estimate.value == 0.5)
        // √(ln 40 / 100)
        #expect(agree(estimate.upper - 0.5, 0.1920645582639, relative: 1e-9))
        #expect(agree(0.5 - estimate.lower, 0.1920645582639, relative: 1e-9))
        #expect(curve.points.count == 2)
    }

    @Test func oneSampleInAClassSaysNothing() {
        let estimate = Curve(negatives: [1, 2, 3], positives: [2.5]).areaUnderCurve()
        #expect(agree(estimate.value ?? 0, 2.0 / 3, relative: 1e-12))
        #expect(estimate.interval == 0...1)
    }

    @Test func anEmptyClassLeavesTheAreaUndefined() {
        let curve = Curve(negatives: [], positives: [1, 2])
        #expect(curve.areaUnderCurve() == .undefined(samples: 2))
        #expect(curve.points.isEmpty)
        #expect(Curve(negatives: [1], positives: []).areaUnderCurve().value == nil)
    }

    @Test func aScoreThatIsNotANumberIsTheMostAnomalous() {
        let curve = Curve(negatives: [1, 2, .nan], positives: [.nan, 1.5])
        #expect(curve.unscoredNegatives == 1)
        #expect(curve.unscoredPositives == 1)
        let same = Curve(negatives: [1, 2, .infinity], positives: [.infinity, 1.5])
        #expect(curve.points == same.points)
        #expect(curve.points[1].threshold == .infinity)
        #expect(curve.points[1].truePositiveRate == 0.5)
        // Pairs won: 1.5 over 1; +∞ over 1 and 2, and half of the tie: 3.5 of 6.
        #expect(agree(curve.areaUnderCurve().value ?? 0, 3.5 / 6, relative: 1e-12))
    }
}
