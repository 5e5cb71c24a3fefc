import BulwarkEvaluation
import BulwarkModels
import BulwarkTensors
import TestSupport
import Testing

struct RandomizedSmoothingTests {
    private let unit = RandomizedSmoothing(noiseDeviation: 1)

    private func radius(_ successes: Int, of trials: Int) -> Double? {
        unit.radius(
            probability: ClopperPearson.lowerBound(successes: successes, trials: trials, alpha: 0.001)
        )
    }

    @Test func theDefaultsAreThoseOfThePaper() {
        #expect(unit.selectionDraws == 100)
        #expect(unit.estimationDraws == 100_000)
        #expect(unit.errorProbability == 0.001)
    }

    @Test(
        arguments: [
            (100, 100, 1.5004750), (1000, 1000, 2.4632626), (10_000, 10_000, 3.1985775),
            (100_000, 100_000, 3.8114566), (99_000, 100_000, 2.2899999), (990, 1000, 1.9780096),
            (900, 1000, 1.1144832), (600, 1000, 0.1283790),
        ]
    )
    func theRadiusIsThatOfThePaper(successes: Int, trials: Int, expected: Double) throws {
        let found = try #require(radius(successes, of: trials))
        #expect(abs(found - expected) < 1e-7)
    }

    @Test(arguments: [(99_000, 100_000, 0.98898934), (990, 1000, 0.97603619), (900, 1000, 0.86746402)])
    func theProbabilityIsThatOfThePaper(successes: Int, trials: Int, expected: Double) {
        let bound = ClopperPearson.lowerBound(successes: successes, trials: trials, alpha: 0.001)
        #expect(abs(bound - expected) < 1e-8)
    }

    @Test func hardlyMoreThanHalfIsNoCertificate() {
        #expect(radius(549, of: 1000) == nil)
        #expect(radius(0, of: 1000) == nil)
    }

    @Test func theRadiusIsInUnitsOfTheNoise() throws {
        let wide = RandomizedSmoothing(noiseDeviation: 0.25)
        #expect(try #require(wide.radius(probability: 0.9)) == 0.25 * #require(unit.radius(probability: 0.9)))
        #expect(try #require(wide.radius(probability: 0.5)) < 1e-12)
    }

    @Test(arguments: [
        (66, 34, 0.0017899), (67, 33, 0.00087372), (0, 10, 0.001953125), (1, 1, 1.0), (0, 0, 1.0),
    ])
    func theTestIsTwoSided(first: Int, second: Int, expected: Double) {
        #expect(agree(RandomizedSmoothing.pValue([first, second]), expected, relative: 1e-4))
        #expect(agree(RandomizedSmoothing.pValue([second, 0, first]), expected, relative: 1e-4))
    }

    /// The winner has the probability Φ(margin / (σ·‖w‖)), so the radius tends to the distance of 0.6 from
    /// below.
    @Test func theRadiusOfABinaryModelComesNearTheDistance() throws {
        let model = AffineClassifier(weights: [[3, -4], [0, 0]], bias: [1, 0])
        let smoothing = RandomizedSmoothing(noiseDeviation: 0.5, estimationDraws: 20_000)
        for index in 0..<3 {
            let certificate = try smoothing.certificate(of: [1, 0.25], index: index, by: model, seed: 1)
            #expect(certificate.label == 0)
            #expect(certificate.radius < 0.6)
            #expect(certificate.radius > 0.56)
            // Five standard deviations of the share on either side.
            let share = Double(certificate.successes.successes) / 20_000
            #expect(abs(share - (1 - NormalDistribution.upperTail(at: 1.2))) < 5 * 0.0023)
            #expect(certificate.probability < share)
        }
    }

    @Test func onTheBoundaryNothingIsSaid() throws {
        let model = AffineClassifier(weights: [[3, -4], [0, 0]], bias: [-2, 0])
        let smoothing = RandomizedSmoothing(noiseDeviation: 0.5, estimationDraws: 1000)
        let certificate = try smoothing.certificate(of: [1, 0.25], index: 0, by: model, seed: 1)
        #expect(certificate.label == nil)
        #expect(certificate.radius == 0)
        let prediction = try smoothing.prediction(of: [1, 0.25], index: 0, by: model, seed: 1)
        #expect(prediction.label == nil)
        #expect(prediction.pValue > 0.001)
        #expect(prediction.counts.reduce(0, +) == 1000)
    }

    @Test func aClearWinnerIsPredicted() throws {
        let model = AffineClassifier(
            weights: [[1, 2, 0], [0, 1, -1], [-1, 0.5, 2]],
            bias: [0.1, -0.2, 0]
        )
        let smoothing = RandomizedSmoothing(noiseDeviation: 0.3, estimationDraws: 500)
        let prediction = try smoothing.prediction(of: [0.6, 0.5, 0.2], index: 4, by: model, seed: 1)
        #expect(prediction.label == 0)
        #expect(prediction.counts[0] > 400)
    }

    @Test func theBatchSizeChangesNothing() throws {
        let model = AffineClassifier(
            weights: [[1, 2, 0], [0, 1, -1], [-1, 0.5, 2]],
            bias: [0.1, -0.2, 0]
        )
        let results = try [1, 7, 300, 5000].map { size in
            let smoothing = RandomizedSmoothing(
                noiseDeviation: 1,
                selectionDraws: 20,
                estimationDraws: 300,
                batchSize: size
            )
            let input: [Float] = [0.6, 0.5, 0.2]
            return (
                try smoothing.certificate(of: input, index: 2, by: model, seed: 5),
                try smoothing.prediction(of: input, index: 2, by: model, seed: 5)
            )
        }
        for result in results { #expect(result == results[0]) }
    }

    /// Another seed, another sample: other noise.
    @Test func noiseDependsOnSeedAndSample() throws {
        let model = AffineClassifier(weights: [[3, -4], [0, 0]], bias: [1, 0])
        let smoothing = RandomizedSmoothing(noiseDeviation: 1, estimationDraws: 10_000)
        let successes = try [(0, 1), (1, 1), (0, 2)].map { index, seed in
            try smoothing.certificate(of: [1, 0.25], index: index, by: model, seed: UInt64(seed)).successes
        }
        #expect(Set(successes).count == 3)
    }

    @Test func theModelIsAskedOnceADraw() throws {
        let model = CountingClassifier(AffineClassifier(weights: [[3, -4], [0, 0]], bias: [1, 0]))
        let smoothing = RandomizedSmoothing(
            noiseDeviation: 1,
            selectionDraws: 10,
            estimationDraws: 1500,
            batchSize: 64
        )
        _ = try smoothing.certificate(of: [1, 0.25], index: 0, by: model, seed: 1)
        #expect(model.predictions == 1510)
        _ = try smoothing.prediction(of: [1, 0.25], index: 0, by: model, seed: 1)
        #expect(model.predictions == 3010)
    }

    /// The noise is normal with the deviation asked for: 0.6915 of it lies below half a deviation.
    @Test func theNoiseIsNormal() throws {
        let model = AffineClassifier(weights: [[-1], [0]], bias: [1, 0])
        let smoothing = RandomizedSmoothing(noiseDeviation: 2, estimationDraws: 20_000)
        let prediction = try smoothing.prediction(of: [0], index: 0, by: model, seed: 3)
        let share = Double(prediction.counts[0]) / 20_000
        #expect(abs(share - 0.6914625) < 5 * 0.0033)
    }
}
