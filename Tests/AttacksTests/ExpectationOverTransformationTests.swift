import BulwarkAttacks
import BulwarkModels
import BulwarkTensors
import TestSupport
import Testing

struct ExpectationOverTransformationTests {
    private let shape: Shape = [1, 4, 4]

    private func problem(_ count: Int = 3) -> (AffineClassifier, Tensor, [Aim]) {
        let model = AffineClassifier(randomClasses: 3, inputShape: shape, seed: 2)
        var random = SeededRandom(seed: 3, stream: "inputs")
        let inputs = Tensor(shape.batched(count), generating: { _ in random.uniform() })
        return (model, inputs, Array(repeating: .exactly(1, not: 0), count: count))
    }

    /// Of a linear loss the gradient is Tᵀ·w, and its mean that over all T: the three sizes of the window,
    /// each with all of its places.
    @Test func theMeanOfALinearModelIsTheAnalyticOne() throws {
        let (model, inputs, aims) = problem(1)
        let weights = zip(model.weights[1], model.weights[0]).map { Float($0 - $1) }
        let size = BilinearMap.Size(height: 4, width: 4)
        var expected = [Double](repeating: 0, count: 16)
        var squares = expected
        for side in 2...4 {
            let places = (0...4 - side).flatMap { top in (0...4 - side).map { (top, $0) } }
            for (top, left) in places {
                let window = BilinearMap.Window(top: top, left: left, size: .init(height: side, width: side))
                let map = BilinearMap.stretching(.init(size), onto: window, in: size)
                for (index, slope) in map.pullback(of: weights, at: []).enumerated() {
                    expected[index] += Double(slope) / Double(3 * places.count)
                    squares[index] += Double(slope * slope) / Double(3 * places.count)
                }
            }
        }
        let draws = 4000
        let mean = ExpectationOverTransformation(
            model,
            over: RandomResizeAndPad(smallestShare: 0.5, probability: 1),
            draws: draws,
            seed: 5
        )
        let slope = try mean.inputGradient(of: .logitDifference, at: inputs, aims: aims)
        for index in 0..<16 {
            // Five standard deviations of a mean of 4000.
            let variance = squares[index] - expected[index] * expected[index]
            let limit = 5 * (variance / Double(draws)).squareRoot() + 1e-6
            #expect(abs(Double(slope.gradient[index]) - expected[index]) < limit)
        }
    }

    /// Noise that is added has the derivative 1, so the gradient of a linear loss is that of the model.
    @Test func noiseDoesNotChangeTheGradientOfALinearModel() throws {
        let (model, inputs, aims) = problem()
        let mean = ExpectationOverTransformation(
            model,
            over: AdditiveGaussianNoise(standardDeviation: 1),
            draws: 7,
            seed: 1
        )
        let found = try mean.inputGradient(of: .logitDifference, at: inputs, aims: aims)
        let expected = try model.inputGradient(of: .logitDifference, at: inputs, aims: aims)
        for (found, expected) in zip(found.gradient.elements, expected.gradient.elements) {
            #expect(abs(found - expected) < 1e-5)
        }
        #expect(try mean.logits(for: inputs) == found.logits)
        #expect(found.losses != expected.losses)
    }

    /// Means of loss, gradient and scores are those of the draws, one by one.
    @Test func theMeansAreThoseOfTheDraws() throws {
        let (_, inputs, aims) = problem(1)
        let model = TwoLayerClassifier(classCount: 3, hidden: 5, inputShape: shape, seed: 1)
        let crop = RandomCrop(smallestShare: 0.5)
        let mean = ExpectationOverTransformation(model, over: crop, draws: 3, seed: 9, sharing: .sameDraws)
        let found = try mean.inputGradient(of: .crossEntropy, at: inputs, aims: aims)
        var (loss, gradient) = (0.0, [Double](repeating: 0, count: 16))
        for draw in 0..<3 {
            var random = SeededRandom(seed: 9, stream: "expectation", sample: 0, restart: draw)
            let view = try crop.draw(for: shape, random: &random)
            let input = Array(inputs.elements)
            let seen = Tensor(inputs.shape, view.value(at: input))
            let slope = try model.inputGradient(of: .crossEntropy, at: seen, aims: aims)
            loss += Double(slope.losses[0]) / 3
            let back = view.pullback(of: Array(slope.gradient.elements), at: input)
            for index in 0..<16 { gradient[index] += Double(back[index]) / 3 }
        }
        #expect(abs(Double(found.losses[0]) - loss) < 1e-6)
        #expect(zip(found.gradient.elements, gradient).allSatisfy { abs(Double($0) - $1) < 1e-6 })
    }

    /// The gradient is that of the mean loss: finite differences with the draws held fixed.
    @Test func theGradientIsThatOfTheMeanLoss() throws {
        let (_, inputs, aims) = problem(1)
        let model = TwoLayerClassifier(classCount: 3, hidden: 5, inputShape: shape, seed: 1)
        let mean = ExpectationOverTransformation(
            model,
            over: RandomResizeAndPad(smallestShare: 0.5, probability: 0.7),
            draws: 6,
            seed: 9,
            sharing: .sameDraws
        )
        let slope = try mean.inputGradient(of: .crossEntropy, at: inputs, aims: aims)
        for index in 0..<16 {
            func loss(_ offset: Float) throws -> Double {
                var moved = inputs
                moved[index] += offset
                return Double(try mean.inputGradient(of: .crossEntropy, at: moved, aims: aims).losses[0])
            }
            let difference = (try loss(0.01) - loss(-0.01)) / 0.02
            #expect(abs(difference - Double(slope.gradient[index])) < 2e-3)
        }
    }

    @Test func whatASampleGetsDependsOnNoOther() throws {
        let (model, inputs, aims) = problem(5)
        for sharing in [DrawSharing.ownDraws, .sameDraws] {
            let mean = ExpectationOverTransformation(
                model,
                over: AdditiveGaussianNoise(standardDeviation: 0.3),
                draws: 4,
                seed: 2,
                sharing: sharing
            )
            let whole = try mean.inputGradient(of: .crossEntropy, at: inputs, aims: aims)
            let last = try mean.inputGradient(of: .crossEntropy, at: inputs.rows(4..<5), aims: [aims[4]])
            #expect(last.gradient.isBitwiseEqual(to: whole.gradient.rows(4..<5)))
            #expect(last.losses[0] == whole.losses[4])
            // Own draws differ between samples: what they add to the scores is not the same.
            let clean = try model.logits(for: inputs)
            let shift = whole.logits - clean
            let isSame = abs(shift[0] - shift[3]) < 1e-4
            #expect(isSame == (sharing == .sameDraws))
        }
    }

    /// A step along one draw's gradient leads sideways, a step along the mean of many to the boundary.
    @Test func averagingBreaksARandomisedModelThatSingleDrawsDoNot() throws {
        let count = 20
        let batch = Batch(
            inputs: Tensor([count, 2], generating: { 0.2 + Float($0) / 200 }),
            aims: Array(repeating: .anythingBut(0), count: count),
            samples: Array(0..<count)
        )
        let attack = try PGD(
            threat: ThreatModel(norm: .linf, epsilon: 0.3, bounds: Bounds(-1, 1)),
            loss: .margin,
            stepSize: 0.06,
            steps: 10,
            restarts: 1,
            randomStart: false,
            stopping: .afterAllSteps
        )
        for (draws, broken) in [(1, 0), (200, count)] {
            let mean = ExpectationOverTransformation(JitteryClassifier(), draws: draws, seed: 1)
            let result = try attack.perturb(batch, against: mean, random: .init(seed: 1, stream: ""))
            let labels = try JitteryClassifier.expected.labels(for: result.candidates)
            #expect(labels.count { $0 == 1 } == broken)
        }
    }
}

/// A model whose gradient is mostly jitter: for each draw 3·(1, −1) more or less than the (1, 1) of the mean.
private struct JitteryClassifier: RandomizedClassifier {
    static let expected = AffineClassifier(weights: [[0, 0], [1, 1]], bias: [0.9, 0])
    let inputShape: Shape = [2]
    let classCount = 2

    private func drawn(_ numbers: SeededRandom) -> AffineClassifier {
        var random = numbers
        let jitter = random.next() & 1 == 0 ? 3.0 : -3
        return AffineClassifier(weights: [[0, 0], [1 + jitter, 1 - jitter]], bias: [0.9, 0])
    }

    func logits(for inputs: Tensor, numbers: [SeededRandom]) throws -> Tensor {
        let rows = try numbers.indices.map { try drawn(numbers[$0]).logits(for: inputs.rows($0..<$0 + 1)) }
        return .concatenatingRows(rows, rowShape: [2])
    }

    func inputGradient(
        of loss: Loss,
        at inputs: Tensor,
        aims: [Aim],
        numbers: [SeededRandom]
    ) throws -> LossGradient {
        let rows = try numbers.indices.map {
            try drawn(numbers[$0]).inputGradient(of: loss, at: inputs.rows($0..<$0 + 1), aims: [aims[$0]])
        }
        return LossGradient(
            losses: rows.flatMap(\.losses),
            gradient: .concatenatingRows(rows.map(\.gradient), rowShape: [2]),
            logits: .concatenatingRows(rows.map(\.logits), rowShape: [2])
        )
    }
}
