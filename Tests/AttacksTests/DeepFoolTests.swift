import BulwarkAttacks
import BulwarkModels
import BulwarkTensors
import TestSupport
import Testing

struct DeepFoolTests {
    /// One step goes to the nearest boundary and the overshoot beyond it, at the price of a gradient for each
    /// other class and a query; 14 more lead back to the boundary.
    @Test(arguments: [(Norm.linf, 0.3), (.l2, 0.51537341)])
    func isExactInOneStepAndDrawnBackFromTheOvershoot(norm: Norm, distance: Double) throws {
        let problem = AffineProblem.threeClasses(target: nil, Bounds(-1, 2))
        let (result, reach) = try run(DeepFool(threat: problem.threat(norm)), on: problem)
        let nearest = try #require(result.nearest[0])
        #expect(abs(reach - 1.02 * distance) < 1e-6)
        #expect(nearest >= distance - 1e-6 && nearest < distance * 1.0001)
        #expect(result.gradients == [2] && result.queries == [2 + 14])
        #expect(try problem.model.labels(for: result.candidates) == [2])
    }

    @Test(arguments: [(Norm.linf, 0.53333333), (.l2, 0.92376043)])
    func goesToTheTargetThoughAnotherClassIsNearer(norm: Norm, distance: Double) throws {
        let problem = AffineProblem.threeClasses(target: 1, Bounds(-1, 2))
        let (result, reach) = try run(DeepFool(threat: problem.threat(norm)), on: problem)
        #expect(abs(reach - 1.02 * distance) < 1e-6)
        #expect(try #require(result.nearest[0]) < distance * 1.0001)
        #expect(result.gradients == [1] && result.queries == [2 + 14])
    }

    /// What an attack finds, and how far the first point is that it asks about after the sample.
    private func run(_ attack: DeepFool, on problem: AffineProblem) throws -> (Perturbed, Double) {
        let model = PointRecorder(problem.model)
        let input = Tensor([1, problem.input.count], problem.input)
        let batch = Batch(inputs: input, aims: [problem.aim], samples: [0])
        let result = try attack.perturb(batch, against: model, random: RandomSource(seed: 1, stream: ""))
        let first = try #require(model.predictions.dropFirst().first)
        return (result, attack.threat.norm.distance(first, problem.input))
    }

    @Test(arguments: [Norm.linf, .l2], AffineProblem.all)
    func reachesTheNearestPointOfTheBox(norm: Norm, problem: AffineProblem) throws {
        try problem.expect(DeepFool(threat: problem.threat(norm)), within: 1e-4)
    }

    /// Of two classes the sample's own and the second likeliest are left, and that is the farther one.
    @Test func looksAtTheLikeliestClassesOnly() throws {
        let problem = AffineProblem.threeClasses(target: nil, Bounds(-1, 2))
        let result = try problem.run(DeepFool(threat: problem.threat(.l2), candidates: 2))
        #expect(abs(try #require(result.nearest[0]) - 0.92376043) < 1e-4)
        #expect(result.gradients == [1])
        let all = try problem.run(DeepFool(threat: problem.threat(.l2), candidates: nil))
        #expect(all.gradients == [2])
    }

    /// In the unit box class 1 cannot be reached: the attack ends when no element can move any more.
    @Test(arguments: [Norm.linf, .l2])
    func endsWhereTheBoxLeavesNoWay(norm: Norm) throws {
        let problem = AffineProblem.threeClasses(target: 1, Bounds(0, 1))
        let result = try problem.run(DeepFool(threat: problem.threat(norm)))
        #expect(result.nearest == [nil] && result.claimed == [false])
        #expect(result.gradients[0] <= 5)
        #expect(result.candidates == ClosedForm.threeClassInput)
    }

    /// At the sample all classes score alike, and the first one is the label.
    @Test(arguments: [Norm.linf, .l2])
    func leavesABoundaryThatTheSampleLiesOn(norm: Norm) throws {
        let model = AffineClassifier(weights: [[1, 2], [-1, 1]], bias: [0, 0])
        let batch = Batch(inputs: Tensor([1, 2]), aims: [.anythingBut(0)], samples: [0])
        let threat = ThreatModel(norm: norm, epsilon: .infinity, bounds: Bounds(-1, 1))
        let result = try DeepFool(threat: threat).perturb(
            batch,
            against: model,
            random: RandomSource(seed: 0, stream: "")
        )
        #expect(try #require(result.nearest[0]) < 1e-5)
    }

    /// On curved boundaries it takes several steps, each of a gradient for every other class and a query; then 14
    /// queries lead back to the boundary.
    @Test func crossesCurvedBoundariesStepByStep() throws {
        let sample = CurvedSample(count: 12)
        let threat = ThreatModel(norm: .l2, epsilon: .infinity, bounds: Bounds(0, 1))
        let result = try sample.run(DeepFool(threat: threat))
        #expect(!result.claimed.contains(false))
        for row in 0..<sample.batch.count {
            let steps = result.queries[row] - 15
            #expect(result.gradients[row] == steps * (sample.model.classCount - 1))
        }
        #expect(result.queries.contains { $0 > 16 })
    }

    @Test(arguments: [Norm.l1, .l0])
    func isNotDefinedForOtherNorms(norm: Norm) {
        #expect(throws: AttackError.unsupportedNorm(attack: "deepfool", norm: norm)) {
            try DeepFool(threat: ClosedForm.threat(norm, 1))
        }
    }
}
