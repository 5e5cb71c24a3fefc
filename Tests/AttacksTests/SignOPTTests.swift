import BulwarkAttacks
import BulwarkModels
import BulwarkTensors
import TestSupport
import Testing

struct SignOPTTests {
    @Test(arguments: [Norm.l2, .linf], [1, 2, 3, 5, 10])
    func comesWithinAPerCentOfThePlane(norm: Norm, size: Int) throws {
        for seed in 0..<3 {
            let problem = try PlaneProblem(size: size, seed: seed)
            let attack = try SignOPT(threat: PlaneProblem.threat(norm), queryBudget: 5000)
            let excess = try problem.excess(attack)
            #expect(excess >= 1 - 1e-5, "nothing is nearer than the boundary")
            #expect(excess <= 1.01, "seed \(seed)")
        }
    }

    @Test(
        arguments: [
            (Norm.l2, 1, 0.92376043), (.l2, 2, 0.51537341), (.linf, 1, 0.53333333), (.linf, 2, 0.3),
        ]
    )
    func findsTheNearestPointOfATargetClass(norm: Norm, target: Int, distance: Double) throws {
        let threat = ClosedForm.threat(norm, .infinity, target: target)
        let found = try SignOPT(threat: threat, queryBudget: 6000).run(
            on: ClosedForm.threeClasses,
            at: Array(ClosedForm.threeClassInput.elements),
            .exactly(target, not: 0)
        )
        let nearest = try #require(found.nearest[0])
        #expect(nearest >= distance * (1 - 1e-5) && nearest <= distance * 1.01, "\(nearest)")
    }

    @Test func moreQueriesGetNearer() throws {
        let problem = try PlaneProblem(size: 30, seed: 1)
        for norm in [Norm.l2, .linf] {
            let excesses = try [600, 2000, 10_000].map {
                try problem.excess(SignOPT(threat: PlaneProblem.threat(norm), queryBudget: $0))
            }
            #expect(excesses[0] > excesses[1] && excesses[1] > excesses[2], "\(norm): \(excesses)")
        }
    }

    @Test(arguments: [Norm.l2, .linf], [1, 2, 30, 150, 1000])
    func usesExactlyItsBudget(norm: Norm, budget: Int) throws {
        let problem = try PlaneProblem(size: 6, seed: 2)
        let result = try problem.run(SignOPT(threat: PlaneProblem.threat(norm), queryBudget: budget))
        #expect(result.queries == [budget])
    }

    @Test(arguments: [Norm.l2, .linf])
    func asksInsideTheBoxAndReturnsWhatItSaw(norm: Norm) throws {
        let attack = try SignOPT(threat: DecisionLaws.threat(norm), queryBudget: 1500)
        #expect(try DecisionLaws.violations(attack, budget: 1500) == [])
    }

    /// All directions of an estimate are asked about at the distance of the current one.
    @Test func asksForSignsAtTheDistanceOfTheBoundary() throws {
        let problem = try PlaneProblem(size: 8, seed: 3)
        let recorder = LabelRecorder(problem.model)
        let attack = try SignOPT(threat: PlaneProblem.threat(.l2), steps: 1, evaluations: 222)
        _ = try attack.run(on: recorder, at: problem.input, .anythingBut(problem.truth))
        let draws = try #require(recorder.questions.first { $0.count == 222 })
        let distances = draws.map { Norm.l2.distance($0, problem.input) }
        #expect(distances.allSatisfy { abs($0 / distances[0] - 1) < 1e-5 })
        // Each is a thousandth of that from the middle of all.
        let center = problem.input.indices.map { index in draws.map { $0[index] }.reduce(0, +) / 222 }
        let radii = draws.map { Norm.l2.distance($0, center) / distances[0] }
        #expect(radii.allSatisfy { $0 < 1.2e-3 } && radii.contains { $0 > 0.8e-3 })
    }

    @Test func isNotDefinedForOtherNorms() {
        for norm in [Norm.l1, .l0] {
            #expect(throws: AttackError.unsupportedNorm(attack: "sign-opt", norm: norm)) {
                try SignOPT(threat: PlaneProblem.threat(norm))
            }
        }
    }
}
