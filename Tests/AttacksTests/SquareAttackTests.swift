import BulwarkAttacks
import BulwarkModels
import BulwarkTensors
import TestSupport
import Testing

struct SquareAttackTests {
    private static let wide = ThreatModel(norm: .linf, epsilon: 0.1, bounds: Bounds(-10, 10))

    private static func threat(_ norm: Norm, _ epsilon: Float, _ bounds: Bounds) -> ThreatModel {
        ThreatModel(norm: norm, epsilon: epsilon, bounds: bounds)
    }

    /// The first squares of every stage, counted from 0.
    private static let stages = [0, 11, 51, 201, 501, 1001, 2001, 4001, 6001, 8001]

    @Test(arguments: [
        (28, [25, 18, 13, 9, 6, 4, 3, 2, 2, 1], [25, 19, 13, 9, 7, 5, 3, 3, 3, 3]),
        (32, [29, 20, 14, 10, 7, 5, 4, 3, 2, 1], [29, 21, 15, 11, 7, 5, 5, 3, 3, 3]),
    ])
    func squaresShrinkAsPublished(extent: Int, sides: [Int], bumpSides: [Int]) throws {
        let attack = try SquareAttack(threat: Self.wide, queries: 10_000)
        let layout = ImageLayout([3, extent, extent])
        for (stage, square) in Self.stages.enumerated() {
            let share = attack.share(at: square)
            #expect(share == 0.8 / Double(1 << stage))
            #expect(stage == 0 || attack.share(at: square - 1) == 2 * share)
            #expect(layout.sides(share: share) == (sides[stage], sides[stage]))
            #expect(layout.bumpSides(share: share) == (bumpSides[stage], bumpSides[stage]))
        }
    }

    @Test func theScheduleIsAdaptedIfThatIsWanted() throws {
        let attack = try SquareAttack(threat: Self.wide, queries: 100, scheduleLength: 100)
        #expect((0...6).map { attack.share(at: $0) } == [0.8, 0.2, 0.2, 0.1, 0.1, 0.1, 0.05])
        #expect(attack.share(at: 99) == 0.8 / 512)
    }

    @Test(arguments: [Norm.linf, .l2, .l1])
    func costsOneQueryASquareAndOneForEachStart(norm: Norm) throws {
        let model = AffineClassifier(randomClasses: 3, inputShape: [1, 6, 6], seed: 4)
        let batch = Batch(
            inputs: Tensor([1, 1, 6, 6], repeating: 0.2),
            aims: [.anythingBut(try model.labels(for: Tensor([1, 1, 6, 6], repeating: 0.2))[0])],
            samples: [0]
        )
        let threat = Self.threat(norm, 1e-4, Bounds(0, 1))
        for (queries, restarts) in [(0, 1), (37, 1), (37, 3)] {
            let counter = CountingClassifier(model)
            let attack = try SquareAttack(threat: threat, queries: queries, restarts: restarts)
            let result = try attack.perturb(
                batch,
                against: counter,
                random: RandomSource(seed: 1, stream: "square")
            )
            #expect(result.claimed == [false])
            #expect(result.queries == [1 + restarts * (queries + 1)])
            #expect(counter.predictions == result.queries[0])
        }
    }

    @Test func restartsBeginAnew() async throws {
        let model = AffineClassifier(randomClasses: 3, inputShape: [1, 6, 6], seed: 4)
        let recorder = try ScoreRecorder(model, Array(repeating: 0.5, count: 36), Self.wide)
        try await recorder.watch(SquareAttack(threat: Self.wide, queries: 10, restarts: 3))
        #expect(recorder.restarts == (0..<3).flatMap { Array(repeating: $0, count: 11) })
        #expect(Set([0, 11, 22].map { recorder.points[$0] }).count == 3)
    }

    /// Whether the attack reaches its aim at a sample of an affine model, and with which query.
    private func firstSuccess(
        _ model: AffineClassifier,
        _ input: [Float],
        _ aim: Aim,
        _ threat: ThreatModel,
        queries: Int = 5000,
        seed: UInt64 = 3
    ) throws -> Int? {
        let batch = Batch(inputs: Tensor(model.inputShape.batched(1), input), aims: [aim], samples: [0])
        let attack = try SquareAttack(threat: threat, queries: queries)
        let source = RandomSource(seed: seed, stream: "square")
        let result = try attack.perturb(batch, against: model, random: source)
        #expect(result.claimed[0] == aim.isReached(by: try model.labels(for: result.candidates)[0]))
        if result.claimed[0] { #expect(result.firstSuccess[0] == result.queries[0]) }
        return result.firstSuccess[0]
    }

    /// For Linf the best point is a corner of the part of the cube in the box, which two classes lead to.
    @Test(arguments: 0..<20)
    func isExactForLinfAndTwoClasses(seed: Int) throws {
        let size = 10
        let model = AffineClassifier(randomClasses: 2, inputShape: [size], seed: UInt64(seed))
        let bounds = CrampedBox.bounds(size)
        let input = CrampedBox.input(size, seed: UInt64(seed))
        let truth = try model.labels(for: Tensor([1, size], input))[0]
        let slope = zip(model.weights[1 - truth], model.weights[truth]).map { $0 - $1 }
        let gap =
            model.bias[truth] - model.bias[1 - truth]
            - zip(slope, input).map { $0 * Double($1) }.reduce(0, +)
        func gain(_ reach: Double) -> Double {
            (0..<size).reduce(0) { sum, index in
                let end = Double(slope[index] > 0 ? bounds.upper[index] : bounds.lower[index])
                return sum + abs(slope[index]) * min(reach, abs(end - Double(input[index])))
            }
        }
        var (low, high) = (0.0, 2.0)
        let isReachable = gain(high) > gap
        for _ in 0..<60 {
            let middle = (low + high) / 2
            if gain(middle) < gap { low = middle } else { high = middle }
        }
        for (factor, isExpected) in [(0.999, false), (1.001, isReachable)] {
            let threat = Self.threat(.linf, Float(high * factor), bounds)
            #expect(try (firstSuccess(model, input, .anythingBut(truth), threat) != nil) == isExpected)
        }
    }

    /// How near the attack comes to the distance to the boundary.
    ///
    /// For L2 and L1 it moves bumps and no single elements, so with weights drawn at random, which no bump
    /// fits, it needs more; more so where windows lie in several channels at once.
    @Test(
        arguments: [
            (Norm.linf, [1, 6, 6], 1.001), (.l2, [1, 6, 6], 1.5), (.l2, [3, 6, 6], 1.9), (.l2, [40], 1.2),
            (.l1, [1, 6, 6], 1.7), (.l1, [3, 6, 6], 1.7), (.l1, [40], 1.3),
        ] as [(Norm, Shape, Double)]
    )
    func succeedsNotFarBeyondTheDistanceToTheBoundary(norm: Norm, shape: Shape, factor: Double) throws {
        for seed: UInt64 in 0..<4 {
            let model = AffineClassifier(randomClasses: 2, inputShape: shape, seed: seed)
            let input = [Float](repeating: 0.4, count: shape.count)
            let logits = try model.logits(for: Tensor(shape.batched(1), input))
            let truth = logits[0] >= logits[1] ? 0 : 1
            let slope = zip(model.weights[0], model.weights[1]).map { $0 - $1 }
            let dual =
                switch norm {
                case .linf: slope.reduce(0) { $0 + abs($1) }
                case .l2: slope.reduce(0) { $0 + $1 * $1 }.squareRoot()
                default: slope.reduce(0) { max($0, abs($1)) }
                }
            let distance = Double(abs(logits[0] - logits[1])) / dual
            for target in [nil, 1 - truth] {
                let aim = target.map { Aim.exactly($0, not: truth) } ?? .anythingBut(truth)
                func found(_ factor: Double) throws -> Bool {
                    let threat = ThreatModel(
                        goal: target == nil ? .untargeted : .targeted,
                        norm: norm,
                        epsilon: Float(distance * factor),
                        bounds: Bounds(-10, 10)
                    )
                    return try firstSuccess(model, input, aim, threat) != nil
                }
                #expect(try !found(0.999))
                #expect(try found(factor))
            }
        }
    }

    @Test func answersThatAreNoNumbersEndNothing() async throws {
        let model = NaNClassifier(
            AffineClassifier(randomClasses: 3, inputShape: [5], seed: 4),
            logitsToo: true
        )
        let recorder = try ScoreRecorder(model, Array(repeating: 0.5, count: 5), Self.wide)
        try await recorder.watch(SquareAttack(threat: Self.wide, queries: 20))
        #expect(recorder.points.count == 21)
    }

    @Test func isNotDefinedForL0() {
        #expect(throws: AttackError.unsupportedNorm(attack: "square", norm: .l0)) {
            try SquareAttack(threat: ClosedForm.threat(.l0, 1))
        }
    }

    @Test func theStandardPresetIsThatOfAutoAttack() throws {
        let row = try #require(AttackTable.rows.first { $0.name == "square" })
        let preset = try row.preset(named: "standard")
        let made = try row.make(threat: Self.wide, preset: preset, classCount: 10).attack
        let attack = try #require(made as? SquareAttack)
        #expect(preset.isStrong)
        #expect((attack.queries, attack.restarts, attack.initialShare) == (5000, 1, 0.8))
        #expect(attack.scheduleLength == 10_000)
    }
}
