import BulwarkAttacks
import BulwarkModels
import BulwarkTensors
import Synchronization
import TestSupport
import Testing

struct MIFGSMTests {
    private func succeeds(_ norm: Norm, _ radius: Double, target: Int?, decay: Float) throws -> Bool {
        let threat = ClosedForm.threat(norm, radius, target: target)
        return try ClosedForm.succeeds(
            try MIFGSM(threat: threat, loss: target == nil ? .crossEntropy : .margin, decay: decay),
            on: ClosedForm.threeClasses,
            at: ClosedForm.threeClassInput,
            target: target
        )
    }

    static let thresholds: [(norm: Norm, target: Int?, radius: Double)] = [
        (.linf, nil, 0.3), (.linf, 2, 0.3), (.l2, 2, 0.51537341), (.l2, 1, 0.92376043),
    ]

    /// Ten steps of a tenth of the radius in one direction end on the border of the ball.
    @Test(arguments: thresholds, [Float(0), 1])
    func succeedsExactlyBeyondTheDistanceToTheBoundary(
        oracle: (norm: Norm, target: Int?, radius: Double),
        decay: Float
    ) throws {
        let (norm, target, radius) = oracle
        #expect(try !succeeds(norm, radius * 0.9999, target: target, decay: decay))
        #expect(try succeeds(norm, radius * 1.0001, target: target, decay: decay))
    }

    @Test func withoutMomentumItIsProjectedGradientDescentFromTheInput() throws {
        let model = TwoLayerClassifier(classCount: 4, hidden: 6, inputShape: [9], seed: 2)
        var random = SeededRandom(seed: 1, stream: "inputs")
        let inputs = Tensor([40, 9], generating: { _ in random.uniform() })
        let aims = try model.labels(for: inputs).map { Aim.anythingBut($0) }
        let batch = Batch(inputs: inputs, aims: aims, samples: Array(0..<40))
        let threat = ThreatModel(norm: .linf, epsilon: 0.05, bounds: Bounds(0, 1))
        let source = RandomSource(seed: 0, stream: "")
        let pgd = try PGD(
            threat: threat,
            loss: .crossEntropy,
            stepSize: 0.01,
            steps: 10,
            restarts: 1,
            randomStart: false
        )
        let expected = try pgd.perturb(batch, against: model, random: source)
        let found = try MIFGSM(threat: threat, stepSize: 0.01, decay: 0)
            .perturb(batch, against: model, random: source)
        let won = expected.claimed.indices.filter { expected.claimed[$0] }
        #expect(won.count > 3 && won.count < 37)
        #expect(found.claimed == expected.claimed)
        #expect(found.gradients == expected.gradients)
        #expect(
            found.candidates.gatheringRows(won).isBitwiseEqual(to: expected.candidates.gatheringRows(won))
        )
    }

    static let ends: [(decay: Float, end: [Float])] = [(1, [0.6, 0.6]), (0, [0.4, 0.6])]

    /// After (3, 1) comes (−10, 10): divided by the sums of their magnitudes that makes (0.75, 0.25) and
    /// (−0.5, 0.5), whose sum is positive in both elements, which without the division it would not be.
    @Test(arguments: ends)
    func theSumOfNormalisedGradientsLeads(decay: Float, end: [Float]) throws {
        let model = TurningClassifier()
        let threat = ThreatModel(norm: .linf, epsilon: 0.5, bounds: Bounds(0, 1))
        let attack = try MIFGSM(threat: threat, stepSize: 0.1, steps: 2, decay: decay)
        let batch = Batch(inputs: Tensor([1, 2], [0.4, 0.4]), aims: [.anythingBut(0)], samples: [0])
        let result = try attack.perturb(batch, against: model, random: RandomSource(seed: 0, stream: ""))
        let last = try #require(model.last)
        #expect(zip(last, end).allSatisfy { abs($0 - $1) < 1e-6 })
        #expect(result.gradients == [2] && result.queries == [2])
    }

    @Test func aGradientThatIsNoNumberChangesNothing() throws {
        let model = NaNClassifier(ClosedForm.twoClasses, logitsToo: false)
        let attack = try MIFGSM(threat: ClosedForm.threat(.l2, 1))
        let batch = Batch(inputs: ClosedForm.twoClassInput, aims: [.anythingBut(0)], samples: [0])
        let result = try attack.perturb(batch, against: model, random: RandomSource(seed: 0, stream: ""))
        #expect(result.candidates == ClosedForm.twoClassInput)
    }

    @Test(arguments: [Norm.l1, .l0]) func isNotDefinedForOtherNorms(norm: Norm) {
        #expect(throws: AttackError.unsupportedNorm(attack: "mi-fgsm", norm: norm)) {
            try MIFGSM(threat: ClosedForm.threat(norm, 1))
        }
        #expect(throws: AttackError.unsupportedNorm(attack: "di2-fgsm", norm: norm)) {
            try DI2FGSM(threat: ClosedForm.threat(norm, 1))
        }
    }
}

/// A model of class 0 everywhere whose gradient turns at 0.5, and which remembers where it was asked last.
private final class TurningClassifier: GradientAccess {
    let inputShape: Shape = [2]
    let classCount = 2
    private let asked = Mutex<[Float]?>(nil)

    var last: [Float]? { asked.withLock(\.self) }

    func logits(for inputs: Tensor) throws -> Tensor {
        asked.withLock { $0 = Array(inputs.elements) }
        return Tensor([inputs.rowCount, 2], (0..<inputs.rowCount).flatMap { _ in [1, 0] as [Float] })
    }

    func inputGradient(of loss: Loss, at inputs: Tensor, aims: [Aim]) throws -> LossGradient {
        LossGradient(
            losses: Array(repeating: 0, count: inputs.rowCount),
            gradient: Tensor(inputs.shape, inputs[0] < 0.45 ? [3, 1] : [-10, 10]),
            logits: try logits(for: inputs)
        )
    }
}
