import BulwarkAttacks
import BulwarkModels
import BulwarkTensors
import TestSupport
import Testing

struct SimBATests {
    @Test(arguments: [[2, 5, 4], [7], [1, 8, 8], [6, 5, 3]] as [Shape], [SimBA.Basis.elements, .cosines])
    func theDirectionsAreOrthonormal(shape: Shape, basis: SimBA.Basis) {
        let directions = DirectionBasis(basis, ImageLayout(shape))
        let origin = [Float](repeating: 0, count: shape.count)
        let vectors = (0..<directions.count).map { directions.moved(origin, along: $0, by: 1) }
        #expect(vectors.count == shape.count)
        for (first, left) in vectors.enumerated() {
            for (second, right) in vectors.enumerated() {
                let product = zip(left, right).reduce(0) { $0 + Double($1.0) * Double($1.1) }
                #expect(abs(product - (first == second ? 1 : 0)) < 1e-5)
            }
        }
    }

    /// DCT-II with orthonormal scaling, from its definition.
    @Test func theWavesAreThoseOfTheCosineTransform() {
        let directions = DirectionBasis(.cosines, ImageLayout([1, 4, 2]))
        let origin = [Float](repeating: 0, count: 8)
        let constant = directions.moved(origin, along: 0, by: 1)
        #expect(constant.allSatisfy { abs($0 - 1 / Float(8).squareRoot()) < 1e-6 })
        // Two down and one across: cos of π/4, 3π/4, 5π/4, 7π/4 by cos of π/4, 3π/4.
        let wave = directions.moved(origin, along: 2 * 2 + 1, by: 1)
        let signs: [Float] = [1, -1, -1, 1, -1, 1, 1, -1]
        #expect(zip(wave, signs).allSatisfy { abs($0 - $1 / Float(8).squareRoot()) < 1e-6 })
    }

    @Test func lowFrequenciesComeFirstInEveryPass() {
        let directions = DirectionBasis(.cosines, ImageLayout([2, 16, 16]))
        var random = SeededRandom(seed: 1, stream: "order")
        let passes = [directions.order(&random), directions.order(&random)]
        #expect(passes[0] != passes[1])
        for pass in passes {
            #expect(pass.sorted() == Array(0..<512))
            // Two by two in two channels, then one more row and column at a time.
            let highest = pass.map { max($0 / 16 % 16, $0 % 16) }
            #expect(highest.prefix(8).allSatisfy { $0 <= 1 })
            #expect(highest.dropFirst(8) == highest.dropFirst(8).sorted()[...])
        }
        let elements = DirectionBasis(.elements, ImageLayout([2, 16, 16])).order(&random)
        #expect(elements.sorted() == Array(0..<512) && elements != elements.sorted())
    }

    /// A step forwards; if that does not help, one backwards; then another direction.
    @Test(arguments: [SimBA.Basis.elements, .cosines])
    func eachDirectionIsTriedForwardsAndThenBackwards(basis: SimBA.Basis) async throws {
        let shape: Shape = [2, 4, 4]
        let model = AffineClassifier(randomClasses: 2, inputShape: shape, seed: 3)
        let threat = ThreatModel(norm: .l2, epsilon: 100, bounds: Bounds(-1000, 1000))
        let recorder = try ScoreRecorder(model, [Float](repeating: 0.5, count: 32), threat, budget: 120)
        try await recorder.watch(SimBA(threat: threat, basis: basis, stepSize: 0.25))
        let directions = DirectionBasis(basis, ImageLayout(shape))
        func margin(_ logits: [Float]) -> Double { Double(logits[1]) - Double(logits[0]) }
        var (best, height) = (recorder.input, margin(recorder.logitsOfInput))
        var (tried, failed): ([Int], Int?) = ([], nil)
        for (point, logits) in zip(recorder.points, recorder.answers.map { $0[0] }) {
            if let direction = failed {
                let expected = directions.moved(best, along: direction, by: -0.25)
                #expect(Norm.linf.distance(point, expected) < 1e-6)
                failed = nil
            } else {
                let matching = (0..<32).filter {
                    Norm.linf.distance(point, directions.moved(best, along: $0, by: 0.25)) < 1e-6
                }
                let direction = try #require(matching.first)
                #expect(matching.count == 1 && !tried.suffix(tried.count % 32).contains(direction))
                tried.append(direction)
                if margin(logits) <= height { failed = direction }
            }
            if margin(logits) > height { (best, height) = (point, margin(logits)) }
        }
        #expect(tried.count > 60 && Set(tried).count == 32)
    }

    @Test(arguments: [SimBA.Basis.elements, .cosines])
    func everyPointLiesInTheBallAndTheBox(basis: SimBA.Basis) async throws {
        for shape: Shape in [[2, 6, 5], [17], [6, 7, 3], [1]] {
            for epsilon: Float in [0.05, 0.4, 5] {
                let model = AffineClassifier(randomClasses: 3, inputShape: shape, seed: 2)
                let bounds = CrampedBox.bounds(shape.count)
                let threat = ThreatModel(norm: .l2, epsilon: epsilon, bounds: bounds)
                let input = CrampedBox.input(shape.count)
                let recorder = try ScoreRecorder(model, input, threat, aim: .anythingBut(1), budget: 300)
                try await recorder.watch(SimBA(threat: threat, basis: basis, stepSize: 0.1))
                #expect(recorder.trespasses == [])
                #expect(recorder.points.first != input, "the sample's scores are known")
            }
        }
    }

    @Test(arguments: [SimBA.Basis.elements, .cosines])
    func succeedsOnlyJustBeyondTheDistanceToTheBoundary(basis: SimBA.Basis) throws {
        // On the sphere a step of length a helps until the angle to the best direction is about a / 2ε.
        for (factor, isExpected) in [(0.999, false), (1.01, true)] {
            for target in [nil, 1] {
                let threat = ClosedForm.threat(.l2, 0.6 * factor, target: target)
                let attack = try SimBA(threat: threat, basis: basis, stepSize: 0.05, maximumQueries: 2000)
                let found = try Self.run(attack, ClosedForm.twoClasses, ClosedForm.twoClassInput, target)
                #expect(found.claimed == [isExpected])
                #expect(isExpected || found.queries == [2000], "the budget is used to the last query")
            }
        }
    }

    /// Class 1 is out of reach in the unit box, class 2 is not.
    @Test func knowsWhatTheBoxPutsOutOfReach() throws {
        for (target, radius, isExpected) in [(2, 0.515, false), (2, 0.53, true), (1, 3, false)] {
            let threat = ClosedForm.threat(.l2, radius, target: target, box: Bounds(0, 1))
            let attack = try SimBA(threat: threat, basis: .elements, stepSize: 0.05, maximumQueries: 2000)
            let found = try Self.run(attack, ClosedForm.threeClasses, ClosedForm.threeClassInput, target)
            #expect(found.claimed == [isExpected])
        }
    }

    private static func run(
        _ attack: SimBA,
        _ model: AffineClassifier,
        _ input: Tensor,
        _ target: Int?
    ) throws -> Perturbed {
        let aim = target.map { Aim.exactly($0, not: 0) } ?? .anythingBut(0)
        return try attack.perturb(
            Batch(inputs: input, aims: [aim], samples: [0]),
            against: model,
            random: RandomSource(seed: 3, stream: attack.name)
        )
    }

    /// In float, the probability of a label whose logit leads by 40 is 1 and does not change.
    @Test func seesBeyondProbabilitiesThatRoundToOne() throws {
        let model = AffineClassifier(weights: [[30, 40], [0, 0]], bias: [40, 0])
        let attack = try SimBA(threat: ClosedForm.threat(.l2, 1), basis: .elements, stepSize: 0.1)
        let found = try Self.run(attack, model, Tensor([1, 2]), nil)
        #expect(found.claimed == [true])
    }

    @Test func endsWhereNothingCanMove() async throws {
        let threat = ThreatModel(norm: .l2, epsilon: 1, bounds: Bounds(0.5, 0.5))
        let recorder = try ScoreRecorder(ClosedForm.twoClasses, [0.5, 0.5], threat)
        try await recorder.watch(SimBA(threat: threat, basis: .elements))
        #expect(recorder.points == [])
    }

    @Test(arguments: [Norm.linf, .l1, .l0])
    func isNotDefinedForOtherNorms(norm: Norm) {
        #expect(throws: AttackError.unsupportedNorm(attack: "simba-dct", norm: norm)) {
            try SimBA(threat: ClosedForm.threat(norm, 1), basis: .cosines)
        }
    }
}
