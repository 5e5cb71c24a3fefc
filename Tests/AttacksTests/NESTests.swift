import BulwarkAttacks
import BulwarkModels
import BulwarkTensors
import TestSupport
import Testing

struct NESTests {
    private static func cosine(_ left: [Float], _ right: [Double]) -> Double {
        let product = zip(left, right).reduce(0) { $0 + Double($1.0) * $1.1 }
        return product / (length(left.map { Double($0) }) * length(right))
    }

    private static func length(_ vector: [Double]) -> Double {
        vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
    }

    /// With n pairs the mean of (g·u)·u has the expectation g and the variance of about d/n of |g|², so the
    /// cosine is about 1/√(1 + d/n).
    @Test(arguments: [(20, 0.5), (200, 0.06), (20_000, 0.0006)])
    func theEstimateTendsToTheGradient(samples: Int, error: Double) async throws {
        let model = AffineClassifier(randomClasses: 2, inputShape: [6], seed: 3)
        let threat = ThreatModel(norm: .l2, epsilon: 5, bounds: Bounds(-10, 10))
        let recorder = try ScoreRecorder(model, [Float](repeating: 0.4, count: 6), threat)
        let truth = try model.inputGradient(
            of: .crossEntropy,
            at: Tensor([1, 6], recorder.input),
            aims: [recorder.aim]
        )
        var random = SeededRandom(seed: 2, stream: "estimate")
        let attack = try NES(threat: threat, samples: samples)
        let estimate = try await attack.estimate(recorder, at: recorder.input, &random)
        let gradient = truth.gradient.elements.map { Double($0) }
        #expect(1 - Self.cosine(estimate.gradient, gradient) < error)
        let (length, estimated) = (Self.length(gradient), Self.length(estimate.gradient.map { Double($0) }))
        #expect(abs(estimated / length - 1) < 3 * error.squareRoot())
        #expect(abs(estimate.loss - Double(truth.losses[0])) < 1e-3)
    }

    /// An element on the border moves to one side only, and one between two ends that meet does not move.
    @Test func theBorderOfTheBoxDoesNotBendTheEstimate() async throws {
        let model = AffineClassifier(weights: [[2, -1, 3, 1], [0, 0, 0, 0]], bias: [0, 0])
        let bounds = Bounds(lower: [0, 0, 0, 0.5], upper: [1, 1, 1, 0.5])
        let threat = ThreatModel(norm: .linf, epsilon: 0.3, bounds: bounds)
        let recorder = try ScoreRecorder(model, [0, 1, 0.5, 0.5], threat)
        var random = SeededRandom(seed: 2, stream: "estimate")
        let attack = try NES(threat: threat, samples: 20_000)
        let estimate = try await attack.estimate(recorder, at: recorder.input, &random)
        #expect(Self.cosine(estimate.gradient, [-2, 1, -3, 0]) > 0.999)
        #expect(estimate.gradient[3] == 0)
        #expect(recorder.trespasses == [])
    }

    @Test func anEstimateAsksForPairsAndForWhereTheLastStepLed() async throws {
        let model = AffineClassifier(randomClasses: 3, inputShape: [40], seed: 3)
        let threat = ThreatModel(norm: .linf, epsilon: 5, bounds: Bounds(-10, 10))
        let input = [Float](repeating: 0.4, count: 40)
        let recorder = try ScoreRecorder(model, input, threat, aim: .anythingBut(1), budget: 10 + 11 * 20)
        try await recorder.watch(
            NES(threat: threat, samples: 10, deviation: 0.02, stepSize: 0.1, patience: 100)
        )
        #expect(recorder.questions.map(\.count) == [10] + Array(repeating: 11, count: 20))
        var center = input
        for question in recorder.questions {
            let population = question.suffix(10)
            if question.count == 11 {
                // A step of one length along a sign.
                #expect(zip(question[0], center).allSatisfy { abs(abs($0 - $1) - 0.1) < 1e-6 || $0 == $1 })
                center = question[0]
            }
            for (forth, back) in zip(population.prefix(5), population.suffix(5)) {
                #expect(center.indices.allSatisfy { abs(forth[$0] + back[$0] - 2 * center[$0]) < 1e-6 })
                let spread = Norm.l2.distance(forth, center) / Double(40).squareRoot()
                #expect(abs(spread - 0.02) < 0.01)
            }
        }
    }

    @Test(arguments: [Norm.linf, .l2])
    func everyPointLiesInTheBallAndTheBox(norm: Norm) async throws {
        for shape: Shape in [[2, 6, 5], [17], [1]] {
            for epsilon: Float in [0.002, 0.3, 5] {
                let model = AffineClassifier(randomClasses: 3, inputShape: shape, seed: 2)
                let bounds = CrampedBox.bounds(shape.count)
                let threat = ThreatModel(norm: norm, epsilon: epsilon, bounds: bounds)
                let input = CrampedBox.input(shape.count)
                let recorder = try ScoreRecorder(model, input, threat, aim: .anythingBut(1), budget: 400)
                try await recorder.watch(NES(threat: threat, samples: 20, stepSize: epsilon / 5))
                #expect(recorder.trespasses == [])
            }
        }
    }

    @Test(arguments: [(Norm.linf, 3.0 / 7), (.l2, 0.6)], [nil, 1])
    func isExactForTwoClasses(oracle: (norm: Norm, radius: Double), target: Int?) throws {
        for (factor, isExpected) in [(0.9999, false), (1.001, true)] {
            let threat = ClosedForm.threat(oracle.norm, oracle.radius * factor, target: target)
            let attack = try NES(threat: threat, stepSize: threat.epsilon / 5, maximumQueries: 2000)
            let found = try Self.run(attack, ClosedForm.twoClasses, ClosedForm.twoClassInput, target)
            #expect(found.claimed == [isExpected])
            #expect(isExpected || found.queries == [2000], "the budget is used to the last query")
            #expect(!isExpected || found.firstSuccess[0].map { $0 <= found.queries[0] } == true)
        }
    }

    @Test(arguments: [(2, 0.2999, false), (2, 0.301, true), (1, 1, false)])
    func knowsWhatTheBoxPutsOutOfReach(target: Int, radius: Double, isExpected: Bool) throws {
        let threat = ClosedForm.threat(.linf, radius, target: target, box: Bounds(0, 1))
        let attack = try NES(threat: threat, stepSize: threat.epsilon / 5, maximumQueries: 3000)
        let found = try Self.run(attack, ClosedForm.threeClasses, ClosedForm.threeClassInput, target)
        #expect(found.claimed == [isExpected])
    }

    private static func run(
        _ attack: NES,
        _ model: AffineClassifier,
        _ input: Tensor,
        _ target: Int?
    ) throws -> Perturbed {
        let aim = target.map { Aim.exactly($0, not: 0) } ?? .anythingBut(0)
        return try attack.perturb(
            Batch(inputs: input, aims: [aim], samples: [0]),
            against: model,
            random: RandomSource(seed: 3, stream: "nes")
        )
    }

    @Test func stepsBecomeShorterWhereTheLossNoLongerRises() async throws {
        // The ridge is passed at once; from then on the loss only wavers.
        let threat = ThreatModel(norm: .linf, epsilon: 0.1, bounds: Bounds(-10, 10))
        let model = RidgeClassifier()
        let recorder = try ScoreRecorder(model, [0.5], threat, budget: 2000)
        try await recorder.watch(NES(threat: threat, samples: 4, stepSize: 0.064, momentum: 0))
        // What the sample itself scores is not asked again.
        let path = recorder.questions.map { $0.count == 5 ? $0[0][0] : 0.5 }
        let steps = zip(path, path.dropFirst()).map { abs($0 - $1) }
        #expect(steps.contains { abs($0 - 0.064) < 1e-5 })
        #expect(steps.suffix(20).allSatisfy { $0 < 0.004 })
    }

    @Test(arguments: [Norm.l1, .l0])
    func isNotDefinedForOtherNorms(norm: Norm) {
        #expect(throws: AttackError.unsupportedNorm(attack: "nes", norm: norm)) {
            try NES(threat: ClosedForm.threat(norm, 1))
        }
    }
}

/// A score that falls off on both sides of 0.52.
private struct RidgeClassifier: ScoreAccess {
    let inputShape: Shape = [1]
    let classCount = 2

    func logits(for inputs: Tensor) throws -> Tensor {
        Tensor([inputs.rowCount, 2], inputs.elements.flatMap { [1 + abs($0 - 0.52), 0] })
    }
}
