import BulwarkAttacks
import BulwarkModels
import BulwarkTensors
import TestSupport
import Testing

struct HopSkipJumpTests {
    /// For Linf it takes the sign of every element: with so few queries those of small weights are guessed,
    /// which costs up to three per cent in ten dimensions.
    @Test(arguments: [Norm.l2, .linf], [1, 2, 3, 5, 10])
    func comesWithinAPerCentOfThePlane(norm: Norm, size: Int) throws {
        for seed in 0..<3 {
            let problem = try PlaneProblem(size: size, seed: seed)
            let attack = try HopSkipJump(threat: PlaneProblem.threat(norm), queryBudget: 4000)
            let excess = try problem.excess(attack)
            #expect(excess >= 1 - 1e-5, "nothing is nearer than the boundary")
            #expect(excess <= (norm == .linf && size == 10 ? 1.03 : 1.01), "seed \(seed)")
        }
    }

    /// For Linf the best point may come early: later jumps guess the signs of small weights anew.
    @Test func moreQueriesGetNearer() throws {
        let problem = try PlaneProblem(size: 30, seed: 1)
        for norm in [Norm.l2, .linf] {
            let excesses = try [300, 1000, 3000].map {
                try problem.excess(HopSkipJump(threat: PlaneProblem.threat(norm), queryBudget: $0))
            }
            #expect(excesses[0] > 1.1 && excesses[1] < 1.1 && excesses[2] < 1.05, "\(norm): \(excesses)")
            #expect(excesses[1] >= excesses[2], "the same search goes on")
        }
    }

    /// The regions of single classes are convex, so that there is one nearest point of each.
    @Test(
        arguments: [
            (Norm.l2, 1, 0.92376043), (.l2, 2, 0.51537341), (.linf, 1, 0.53333333), (.linf, 2, 0.3),
        ]
    )
    func findsTheNearestPointOfATargetClass(norm: Norm, target: Int, distance: Double) throws {
        let threat = ClosedForm.threat(norm, .infinity, target: target)
        let found = try HopSkipJump(threat: threat, queryBudget: 5000).run(
            on: ClosedForm.threeClasses,
            at: Array(ClosedForm.threeClassInput.elements),
            .exactly(target, not: 0)
        )
        let nearest = try #require(found.nearest[0])
        #expect(nearest >= distance * (1 - 1e-5) && nearest <= distance * 1.01)
    }

    @Test(arguments: [Norm.l2, .linf], [1, 2, 30, 60, 200, 1000])
    func usesExactlyItsBudget(norm: Norm, budget: Int) throws {
        let problem = try PlaneProblem(size: 6, seed: 2)
        let result = try problem.run(HopSkipJump(threat: PlaneProblem.threat(norm), queryBudget: budget))
        #expect(result.queries == [budget])
    }

    @Test(arguments: [Norm.l2, .linf])
    func asksInsideTheBoxAndReturnsWhatItSaw(norm: Norm) throws {
        let attack = try HopSkipJump(threat: DecisionLaws.threat(norm), queryBudget: 1500)
        #expect(try DecisionLaws.violations(attack, budget: 1500) == [])
    }

    @Test func estimatesFromMorePointsInEachStep() throws {
        let problem = try PlaneProblem(size: 8, seed: 3)
        let recorder = LabelRecorder(problem.model)
        let attack = try HopSkipJump(
            threat: PlaneProblem.threat(.l2),
            steps: 5,
            initialEvaluations: 100,
            maximumEvaluations: 210
        )
        _ = try attack.run(on: recorder, at: problem.input, .anythingBut(problem.truth))
        #expect(recorder.questions.map(\.count).filter { $0 >= 100 } == [100, 141, 173, 200, 210])
    }

    /// The draws lie on a sphere around the point of the boundary, a hundredth of the last distance away.
    @Test func drawsAroundTheBoundary() throws {
        let problem = try PlaneProblem(size: 8, seed: 3)
        let recorder = LabelRecorder(problem.model)
        let attack = try HopSkipJump(threat: PlaneProblem.threat(.l2), steps: 1)
        _ = try attack.run(on: recorder, at: problem.input, .anythingBut(problem.truth))
        let draws = try #require(recorder.questions.first { $0.count == 100 })
        let center = problem.input.indices.map { index in draws.map { $0[index] }.reduce(0, +) / 100 }
        let radii = draws.map { Norm.l2.distance($0, center) }
        let radius = radii.reduce(0, +) / 100
        #expect(radii.allSatisfy { abs($0 - radius) < 0.5 * radius })
        let ratio = radius / Norm.l2.distance(center, problem.input)
        #expect(ratio > 0.009 && ratio < 0.016, "\(ratio)")
    }

    @Test func isNotDefinedForOtherNorms() {
        for norm in [Norm.l1, .l0] {
            #expect(throws: AttackError.unsupportedNorm(attack: "hop-skip-jump", norm: norm)) {
                try HopSkipJump(threat: PlaneProblem.threat(norm))
            }
        }
    }
}
