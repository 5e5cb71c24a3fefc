import BulwarkAttacks
import BulwarkModels
import BulwarkTensors
import TestSupport
import Testing

struct BoundaryAttackTests {
    private func quick(_ budget: Int, population: Int = 1) throws -> BoundaryAttack {
        try BoundaryAttack(
            threat: PlaneProblem.threat(.l2),
            orthogonalStep: 0.3,
            sourceStep: 0.1,
            window: 20,
            checkInterval: 2,
            population: population,
            queryBudget: budget
        )
    }

    @Test(arguments: [1, 2, 3, 5, 10], [1, 4])
    func comesWithinAPerCentOfThePlane(size: Int, population: Int) throws {
        for seed in 0..<3 {
            let problem = try PlaneProblem(size: size, seed: seed)
            let excess = try problem.excess(try quick(5000, population: population))
            #expect(excess >= 1 - 1e-5, "nothing is nearer than the boundary")
            #expect(excess <= 1.01, "seed \(seed)")
        }
    }

    @Test func thePublishedStepsGetNearerAndNearer() throws {
        let problem = try PlaneProblem(size: 10, seed: 1)
        let excesses = try [200, 2000, 20_000].map {
            try problem.excess(try BoundaryAttack(threat: PlaneProblem.threat(.l2), queryBudget: $0))
        }
        #expect(excesses[0] > excesses[1] && excesses[1] > excesses[2], "\(excesses)")
        #expect(excesses[2] <= 1.01)
    }

    /// Before anything adapts, points are asked about in turn on the sphere through the current point and, if
    /// that reaches the aim, one hundredth of the distance within it.
    @Test func stepsOnTheSphereAndThenInwards() throws {
        let problem = try PlaneProblem(size: 10, seed: 2)
        let recorder = LabelRecorder(problem.model)
        let attack = try BoundaryAttack(
            threat: PlaneProblem.threat(.l2),
            steps: 60,
            orthogonalStep: 0.05,
            window: 400,
            checkInterval: 1
        )
        _ = try attack.run(on: recorder, at: problem.input, .anythingBut(problem.truth))
        let size = problem.input.count
        let points = recorder.points
        let reached = try problem.model.labels(
            for: Tensor(Shape([points.count, size]), points.flatMap(\.self))
        ).map { $0 != problem.truth }
        let distances = points.map { Norm.l2.distance($0, problem.input) }
        // After drawing, blending and bisecting, the walk begins at the nearest point that was found.
        let line = recorder.questions.prefix { $0.count != 49 }.reduce(0) { $0 + $1.count } + 49
        var position = line
        var current = distances[..<position].min(reached)
        while position < points.count, abs(distances[position] / current - 1) > 1e-5 {
            position += 1
            current = distances[..<position].min(reached)
        }
        var kinds = [0, 0]
        while position < points.count {
            #expect(abs(distances[position] / current - 1) < 1e-5, "an orthogonal step keeps the distance")
            kinds[0] += 1
            position += 1
            guard reached[position - 1], position < points.count else { continue }
            #expect(abs(distances[position] / current - 0.99) < 1e-5, "the other one takes a hundredth")
            kinds[1] += 1
            if reached[position] { current = distances[position] }
            position += 1
        }
        #expect(kinds[0] > 50 && kinds[1] > 5, "\(kinds)")
    }

    @Test(arguments: [1, 3], [1, 2, 30, 60, 200, 1000])
    func usesExactlyItsBudget(population: Int, budget: Int) throws {
        let problem = try PlaneProblem(size: 6, seed: 2)
        #expect(try problem.run(try quick(budget, population: population)).queries == [budget])
    }

    @Test(arguments: [1, 3])
    func asksInsideTheBoxAndReturnsWhatItSaw(population: Int) throws {
        let attack = try BoundaryAttack(
            threat: DecisionLaws.threat(.l2),
            orthogonalStep: 0.3,
            sourceStep: 0.1,
            window: 20,
            checkInterval: 2,
            population: population,
            queryBudget: 1500
        )
        #expect(try DecisionLaws.violations(attack, budget: 1500) == [])
    }

    @Test func isNotDefinedForOtherNorms() {
        for norm in [Norm.linf, .l1, .l0] {
            #expect(throws: AttackError.unsupportedNorm(attack: "boundary", norm: norm)) {
                try BoundaryAttack(threat: PlaneProblem.threat(norm))
            }
        }
    }
}

extension ArraySlice<Double> {
    /// The smallest of the distances whose points reach the aim.
    fileprivate func min(_ reached: [Bool]) -> Double {
        indices.filter { reached[$0] }.map { self[$0] }.min() ?? .infinity
    }
}
