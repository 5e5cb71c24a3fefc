import BulwarkAttacks
import BulwarkModels
import BulwarkTensors
import TestSupport
import Testing

struct BackwardPassApproximationTests {
    /// A model whose inputs are rounded to multiples of 0.1, with the derivative that rounding has: zero.
    private struct QuantisedClassifier: GradientAccess {
        let base: AffineClassifier
        var inputShape: Shape { base.inputShape }
        var classCount: Int { base.classCount }

        func logits(for inputs: Tensor) throws -> Tensor {
            let rounded = BackwardPassApproximationTests.quantised(Array(inputs.elements))
            return try base.logits(for: Tensor(inputs.shape, rounded))
        }

        func inputGradient(of loss: Loss, at inputs: Tensor, aims: [Aim]) throws -> LossGradient {
            let logits = try logits(for: inputs)
            return LossGradient(
                losses: loss.gradient(ofLogits: logits, aims: aims).losses,
                gradient: Tensor(inputs.shape),
                logits: logits
            )
        }
    }

    fileprivate static func quantised(_ point: [Float]) -> [Float] { point.map { ($0 * 10).rounded() / 10 } }

    private let model = AffineClassifier(randomClasses: 4, inputShape: [12], seed: 6)

    private func batch(_ count: Int) throws -> Batch {
        var random = SeededRandom(seed: 4, stream: "inputs")
        let inputs = Tensor([count, 12], generating: { _ in random.uniform() })
        let aims = try QuantisedClassifier(base: model).labels(for: inputs).map { Aim.anythingBut($0) }
        return Batch(inputs: inputs, aims: aims, samples: Array(0..<count))
    }

    @Test func breaksAModelThatItsOwnGradientsDoNot() throws {
        let batch = try batch(30)
        let attack = try PGD(
            threat: ThreatModel(norm: .linf, epsilon: 0.3, bounds: Bounds(0, 1)),
            loss: .margin,
            stepSize: 0.05,
            steps: 20,
            restarts: 1,
            randomStart: false
        )
        let target = QuantisedClassifier(base: model)
        func broken(_ model: some GradientAccess) throws -> Int {
            let result = try attack.perturb(batch, against: model, random: .init(seed: 1, stream: ""))
            let labels = try target.labels(for: result.candidates)
            return zip(batch.aims, labels).count { $0.isReached(by: $1) }
        }
        #expect(try broken(target) == 0)
        let through = BackwardPassApproximation(model, behind: { Self.quantised($0) })
        #expect(try broken(through) >= 25)
    }

    @Test func answersAreThoseOfTheWholeModel() throws {
        let batch = try batch(9)
        let through = BackwardPassApproximation(model, behind: { Self.quantised($0) })
        let expected = try QuantisedClassifier(base: model).logits(for: batch.inputs)
        #expect(try through.logits(for: batch.inputs) == expected)
        let slope = try through.inputGradient(of: .margin, at: batch.inputs, aims: batch.aims)
        #expect(slope.logits == expected)
        // By default the gradient is that of the model at the rounded sample.
        let rounded = Tensor(batch.inputs.shape, Self.quantised(Array(batch.inputs.elements)))
        let plain = try model.inputGradient(of: .margin, at: rounded, aims: batch.aims)
        #expect(slope.gradient == plain.gradient && slope.losses == plain.losses)
    }

    /// Twice the input stands in for rounding: the gradient doubles, the answers stay.
    @Test func aGivenApproximationCarriesTheGradientBack() throws {
        struct Doubling: DifferentiableFunction {
            func value(at point: [Float]) -> [Float] { point.map { 2 * $0 } }
            func pullback(of cotangent: [Float], at point: [Float]) -> [Float] { cotangent.map { 2 * $0 } }
        }
        let batch = try batch(4)
        let plain = BackwardPassApproximation(model, behind: { Self.quantised($0) })
        let doubled = BackwardPassApproximation(
            model,
            behind: { Self.quantised($0) },
            approximatedBy: Doubling()
        )
        let first = try plain.inputGradient(of: .margin, at: batch.inputs, aims: batch.aims)
        let second = try doubled.inputGradient(of: .margin, at: batch.inputs, aims: batch.aims)
        #expect(second.gradient == 2 * first.gradient)
        #expect(second.logits == first.logits)
    }
}
