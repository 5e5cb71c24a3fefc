import BulwarkAttacks
import BulwarkModels
import BulwarkTensors
import TestSupport
import Testing

struct DI2FGSMTests {
    private let shape: Shape = [2, 6, 5]

    private func problem(_ epsilon: Float, count: Int = 1) throws -> (AffineClassifier, Batch, ThreatModel) {
        let model = AffineClassifier(randomClasses: 2, inputShape: shape, seed: 8)
        var random = SeededRandom(seed: 4, stream: "inputs")
        let inputs = Tensor(shape.batched(count), generating: { _ in random.uniform(0.3, 0.7) })
        let aims = try model.labels(for: inputs).map { Aim.anythingBut($0) }
        return (
            model, Batch(inputs: inputs, aims: aims, samples: Array(0..<count)),
            ThreatModel(norm: .linf, epsilon: epsilon, bounds: Bounds(0, 1))
        )
    }

    /// One step: the sign of the gradient at the changed image, carried back through the transposed map.
    @Test func theGradientGoesBackThroughTheTransformation() throws {
        let (model, batch, threat) = try problem(0.01)
        let diversity = RandomResizeAndPad(smallestShare: 0.5, probability: 1)
        let attack = try DI2FGSM(threat: threat, stepSize: 0.01, steps: 1, diversity: diversity)
        let source = RandomSource(seed: 6, stream: "di2-fgsm")
        let recorder = PointRecorder(model)
        _ = try attack.perturb(batch, against: recorder, random: source)

        var random = source.numbers(sample: 0, restart: 0)
        let view = try diversity.draw(for: shape, random: &random)
        let input = Array(batch.inputs.elements)
        let changed = Tensor(shape.batched(1), view.value(at: input))
        #expect(recorder.gradients == [Array(changed.elements)])
        #expect(Array(changed.elements) != input)
        let slope = try model.inputGradient(of: .crossEntropy, at: changed, aims: batch.aims)
        let back = view.pullback(of: Array(slope.gradient.elements), at: input)
        let expected = zip(input, back).map { $0 + ($1 > 0 ? 0.01 : $1 < 0 ? -0.01 : 0) }
        #expect(recorder.predictions.last == expected)
        // The sign of the gradient itself is another one.
        let plain = zip(input, slope.gradient.elements).map { $0 + ($1 > 0 ? 0.01 : -0.01) }
        #expect(plain != expected)
    }

    @Test(arguments: [Float(0), 1])
    func withoutChangedImagesItIsMomentumIterativeFGSM(decay: Float) throws {
        let (model, batch, threat) = try problem(0.05, count: 20)
        let source = RandomSource(seed: 6, stream: "")
        let never = RandomResizeAndPad(smallestShare: 0.5, probability: 0)
        let found = try DI2FGSM(threat: threat, stepSize: 0.01, steps: 10, decay: decay, diversity: never)
            .perturb(batch, against: model, random: source)
        let expected = try MIFGSM(threat: threat, stepSize: 0.01, steps: 10, decay: decay)
            .perturb(batch, against: model, random: source)
        #expect(found.claimed == expected.claimed)
        #expect(found.claimed.contains(true))
        #expect(found.candidates.isBitwiseEqual(to: expected.candidates))
    }

    @Test func aStepCostsAGradientAndAQuery() throws {
        let (model, batch, threat) = try problem(1e-5)
        let attack = try DI2FGSM(threat: threat, steps: 7)
        let result = try attack.perturb(batch, against: model, random: RandomSource(seed: 1, stream: ""))
        #expect(result.claimed == [false])
        #expect(result.gradients == [7] && result.queries == [8])
    }

    /// A vector has no size to change.
    @Test func whatIsNoImageIsAttackedAsItIs() throws {
        for (radius, isExpected) in [(0.2999, false), (0.3001, true)] {
            let attack = try DI2FGSM(
                threat: ClosedForm.threat(.linf, radius),
                diversity: RandomResizeAndPad(probability: 1)
            )
            let isFound = try ClosedForm.succeeds(
                attack,
                on: ClosedForm.threeClasses,
                at: ClosedForm.threeClassInput
            )
            #expect(isFound == isExpected)
        }
    }
}
