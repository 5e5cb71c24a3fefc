import BulwarkAttacks
import BulwarkDefenses
import BulwarkModels
import BulwarkTensors
import TestSupport
import Testing

/// What the attacks of training find where the answer is known: two classes, scores that are affine.
struct AdversarialTrainingTests {
    private static let weights = [0.5, -1, 2, 0.25]
    /// z₁ − z₀ = w·x.
    private static let model = AffineClassifier(
        weights: [weights.map { -$0 / 2 }, weights.map { $0 / 2 }],
        bias: [0, 0]
    )
    private static let threat = ThreatModel(norm: .linf, epsilon: 0.25, bounds: Bounds(-10, 10))
    private static let batch = Batch(
        inputs: Tensor([2, 4], [1, 2, 0.5, -1, -0.5, 1, 1, 3]),
        aims: [.anythingBut(1), .anythingBut(0)],
        samples: [0, 1]
    )

    private func moved(by transformation: some BatchTransformation) throws -> Tensor {
        let end = try transformation.transform(
            Self.batch,
            for: Self.model,
            strength: 1,
            random: RandomSource(seed: 3, stream: "test")
        )
        return Tensor(end.shape, generating: { end[$0] - Self.batch.inputs[$0] })
    }

    /// The largest loss in the ball is at the corner against the weights (Madry et al., equation 2.1).
    @Test func pgdReachesTheCornerOfTheBall() throws {
        let change = try moved(by: AdversarialTraining(threat: Self.threat))
        for index in 0..<8 {
            let away: Double = index < 4 ? -1 : 1
            let corner = away * (Self.weights[index % 4] > 0 ? 0.25 : -0.25)
            #expect(abs(Double(change[index]) - corner) < 1e-6)
        }
    }

    /// The same for L2: against the weights, as far as the radius goes.
    @Test func pgdReachesTheFarthestPointOfTheRoundBall() throws {
        let threat = ThreatModel(norm: .l2, epsilon: 0.25, bounds: Bounds(-10, 10))
        let training = try AdversarialTraining(threat: threat, steps: 40, relativeStepSize: 0.25)
        let change = try moved(by: training)
        let length = Self.weights.reduce(0) { $0 + $1 * $1 }.squareRoot()
        for index in 0..<8 {
            let away: Double = index < 4 ? -1 : 1
            #expect(abs(Double(change[index]) - away * 0.25 * Self.weights[index % 4] / length) < 2e-3)
        }
    }

    /// However few or many the steps are, together they are longer than the ball is wide: any start leads to any corner.
    @Test(arguments: [1, 2, 3, 10, 40])
    func stepsReachAcrossTheBall(_ steps: Int) throws {
        let training = try AdversarialTraining(threat: Self.threat, steps: steps)
        #expect(training.relativeStepSize * Float(steps) >= 2)
        let change = try moved(by: training)
        for index in 0..<8 { #expect(abs(abs(change[index]) - 0.25) < 1e-6) }
    }

    @Test func tenStepsAreThoseOfThePaper() throws {
        #expect(try AdversarialTraining(threat: Self.threat).relativeStepSize == 0.25)
        #expect(try AdversarialTraining(threat: Self.threat, steps: 10).relativeStepSize == 0.25)
        let given = try AdversarialTraining(threat: Self.threat, steps: 7, relativeStepSize: 0.3)
        #expect(given.relativeStepSize == 0.3)
    }

    /// What chooses the epoch looks harder than a training of few steps.
    @Test(arguments: [(1, 10), (2, 10), (10, 10), (40, 40)])
    func theExaminationHasTenStepsAtLeast(_ steps: Int, _ examined: Int) throws {
        let training = try AdversarialTraining(threat: Self.threat, steps: steps)
        #expect((training.examination as? AdversarialTraining)?.steps == examined)
    }

    /// From a start in −ε…ε, 1.25 ε the right way and back into the ball: at least a quarter of the radius.
    @Test func aSingleStepEndsBetweenAQuarterOfTheRadiusAndTheCorner() throws {
        let change = try moved(by: FastAdversarialTraining(threat: Self.threat))
        var atCorner = 0
        for index in 0..<8 {
            let away: Float = (index < 4 ? -1 : 1) * (Self.weights[index % 4] > 0 ? 1 : -1)
            #expect((0.0625 - 1e-6...0.25 + 1e-6).contains(away * change[index]))
            atCorner += abs(change[index]) > 0.25 - 1e-6 ? 1 : 0
        }
        #expect(atCorner >= 3)
    }

    @Test func theExaminationOfSingleStepsIsPGD() throws {
        let fast = try FastAdversarialTraining(threat: Self.threat)
        #expect((fast.examination as? AdversarialTraining)?.threat == Self.threat)
    }

    /// The mean of n draws has the deviation σ/√n, their variance σ²·√(2/n).
    @Test func noiseHasItsDeviation() throws {
        let count = 20_000
        let batch = Batch(
            inputs: Tensor([2, count / 2], repeating: 0.5),
            aims: [.anythingBut(0), .anythingBut(0)],
            samples: [0, 1]
        )
        let noisy = try GaussianAugmentation(deviation: 0.5).transform(
            batch,
            for: AffineClassifier(randomClasses: 2, inputShape: [count / 2], seed: 1),
            strength: 0.5,
            random: RandomSource(seed: 8, stream: "test")
        )
        let changes = (0..<count).map { Double(noisy[$0]) - 0.5 }
        let mean = changes.reduce(0, +) / Double(count)
        let variance = changes.reduce(0) { $0 + $1 * $1 } / Double(count)
        #expect(abs(mean) < 4 * 0.25 / Double(count).squareRoot())
        #expect(abs(variance - 0.0625) < 4 * 0.0625 * (2 / Double(count)).squareRoot())
    }
}
