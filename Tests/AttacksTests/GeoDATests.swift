import BulwarkAttacks
import BulwarkModels
import BulwarkTensors
import TestSupport
import Testing

struct GeoDATests {
    @Test(arguments: [Norm.l2, .linf, .l1], [1, 2, 3, 5, 10])
    func comesWithinAPerCentOfThePlane(norm: Norm, size: Int) throws {
        for seed in 0..<3 {
            let problem = try PlaneProblem(size: size, seed: seed)
            let excess = try problem.excess(try GeoDA(threat: PlaneProblem.threat(norm)))
            #expect(excess >= 1 - 1e-5, "nothing is nearer than the boundary")
            #expect(excess <= 1.01, "seed \(seed)")
        }
    }

    /// In the unit box the nearest point for L1 has several elements at their ends.
    @Test func fillsOneIntervalAfterTheOtherForL1() throws {
        let size = 10
        // Margin 4 − x·w with w falling from 1: the first three elements and a part of the fourth make it up.
        let weights = (0..<size).map { 1 - 0.05 * Double($0) }
        let model = AffineClassifier(
            weights: [Array(repeating: 0, count: size), weights],
            bias: [3.3, 0]
        )
        let threat = ThreatModel(norm: .l1, epsilon: .infinity, bounds: Bounds(0, 1))
        let attack = try GeoDA(threat: threat)
        let result = try attack.run(on: model, at: Array(repeating: 0, count: size), .anythingBut(0))
        // 1 + 0.95 + 0.9 = 2.85, and 0.45 of the fourth, whose weight is 0.85.
        let distance = 3 + 0.45 / 0.85
        let nearest = try #require(result.nearest[0])
        #expect(nearest >= distance * (1 - 1e-5) && nearest <= distance * 1.01, "\(nearest)")
    }

    @Test(
        arguments: [
            (Norm.l2, 1, 0.92376043), (.l2, 2, 0.51537341), (.linf, 1, 0.53333333), (.linf, 2, 0.3),
            (.l1, 1, 1.6), (.l1, 2, 0.825),
        ]
    )
    func findsTheNearestPointOfATargetClass(norm: Norm, target: Int, distance: Double) throws {
        let attack = try GeoDA(threat: ClosedForm.threat(norm, .infinity, target: target))
        let found = try attack.run(
            on: ClosedForm.threeClasses,
            at: Array(ClosedForm.threeClassInput.elements),
            .exactly(target, not: 0)
        )
        let nearest = try #require(found.nearest[0])
        #expect(nearest >= distance * (1 - 1e-5) && nearest <= distance * 1.02, "\(nearest)")
    }

    @Test func laterEstimatesAreLarger() {
        for queries in [100, 1000, 4000, 20_000] {
            let plan = GeoDA.plan(queries, perStep: 25, growth: 0.6)
            #expect(plan[0] >= 50 && plan[0] <= 80, "\(plan)")
            #expect(plan.reduce(0, +) + 25 * plan.count <= queries)
            #expect(plan.reduce(0, +) + 26 * plan.count > queries, "none is left over but by rounding")
            for (size, next) in zip(plan, plan.dropFirst()) {
                #expect(abs(Double(next) / Double(size) - 1.4057) < 0.04, "0.6^(−2/3)")
            }
        }
        #expect(GeoDA.plan(20, perStep: 25, growth: 0.6) == [])
        #expect(GeoDA.plan(-5, perStep: 25, growth: 0.6) == [])
        #expect(GeoDA.plan(30, perStep: 25, growth: 0.6) == [5])
    }

    @Test(arguments: [Norm.l2, .linf, .l1], [1, 2, 30, 60, 150, 1000, 4000])
    func neverExceedsItsBudget(norm: Norm, budget: Int) throws {
        let problem = try PlaneProblem(size: 6, seed: 2)
        let attack = try GeoDA(threat: PlaneProblem.threat(norm), queries: budget)
        let queries = try problem.run(attack).queries[0]
        #expect(queries <= budget)
        // What is set aside for bisections is not all used.
        #expect(Double(queries) >= 0.6 * Double(budget))
    }

    @Test(arguments: [Norm.l2, .linf, .l1], [nil, 0.5])
    func asksInsideTheBoxAndReturnsWhatItSaw(norm: Norm, frequencies: Double?) throws {
        let attack = try GeoDA(threat: DecisionLaws.threat(norm), queries: 1500, frequencies: frequencies)
        #expect(try DecisionLaws.violations(attack, budget: 1500) == [])
    }

    /// Of a plane whose normal varies slowly, low frequencies alone find the distance sooner.
    @Test func lowFrequenciesFindASmoothNormal() throws {
        let side = 20
        let weights = (0..<side * side).map { index in
            1 + Double(index / side) / Double(side) - Double(index % side) / Double(side) * 0.5
        }
        let model = AffineClassifier(
            weights: [weights.map { _ in 0 }, weights],
            bias: [0.6 * weights.reduce(0, +), 0],
            inputShape: [1, side, side]
        )
        let length = weights.reduce(0) { $0 + $1 * $1 }.squareRoot()
        let distance = 0.1 * weights.reduce(0, +) / length
        let threat = ThreatModel(norm: .l2, epsilon: .infinity, bounds: Bounds(-1, 2))
        let excesses = try [nil, 0.2].map { frequencies in
            let attack = try GeoDA(threat: threat, queries: 1000, frequencies: frequencies)
            let input = [Float](repeating: 0.5, count: side * side)
            let result = try attack.run(on: model, at: input, .anythingBut(0))
            return (result.nearest[0] ?? .infinity) / distance
        }
        #expect(excesses[1] >= 1 - 1e-5 && excesses[1] < 1.05, "\(excesses)")
        #expect(excesses[0] > excesses[1] + 0.05, "\(excesses)")
    }

    @Test func isNotDefinedForL0() {
        #expect(throws: AttackError.unsupportedNorm(attack: "geoda", norm: .l0)) {
            try GeoDA(threat: PlaneProblem.threat(.l0))
        }
    }
}

struct LowFrequenciesTests {
    @Test func keepsAShareOfEachAxisThatIsLong() {
        #expect(LowFrequencies([3, 28, 28], share: 75.0 / 224).count == 3 * 10 * 10)
        #expect(LowFrequencies([20, 32], share: 0.25).count == 5 * 8)
        #expect(LowFrequencies([1, 8, 8], share: 0.1).count == 64, "short axes are left whole")
        #expect(LowFrequencies([40], share: 0.1).count == 4)
    }

    /// The waves are orthonormal: the expected square of noise is the number of waves, and all of them
    /// together give noise of each element by itself.
    @Test func wavesAreOrthonormal() {
        var random = SeededRandom(seed: 4, stream: "waves")
        let cases: [(shape: Shape, share: Double)] = [([2, 16, 20], 0.25), ([1, 8, 8], 1), ([50], 0.2)]
        for (shape, share) in cases {
            let waves = LowFrequencies(shape, share: share)
            let draws = 2000
            let squares = (0..<draws).map { _ in
                waves.noise(&random).reduce(0.0) { $0 + Double($1) * Double($1) }
            }
            let mean = squares.reduce(0, +) / Double(draws)
            // The variance of a square is 2; five standard deviations.
            let deviation = (2 * Double(waves.count) / Double(draws)).squareRoot()
            #expect(abs(mean - Double(waves.count)) < 5 * deviation)
        }
    }

    /// The lowest frequency is constant, the next one falls once through zero.
    @Test func theFirstWavesAreSmooth() {
        var random = SeededRandom(seed: 4, stream: "waves")
        let constant = LowFrequencies([1, 16, 16], share: 1.0 / 16).noise(&random)
        #expect(constant.allSatisfy { abs($0 - constant[0]) < 1e-6 })
        let line = LowFrequencies([20], share: 0.1).noise(&random)
        let changes = zip(line, line.dropFirst()).map { $1 - $0 }
        #expect(changes.allSatisfy { $0 > 0 } || changes.allSatisfy { $0 < 0 })
    }
}
