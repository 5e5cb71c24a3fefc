import BulwarkAttacks
import BulwarkModels
import BulwarkTensors
import TestSupport
import Testing

struct DDNTests {
    private func run(_ attack: DDN, _ input: [Float], against model: some GradientAccess) throws -> Perturbed
    {
        try attack.perturb(
            Batch(inputs: Tensor([1, input.count], input), aims: [.anythingBut(0)], samples: [0]),
            against: model,
            random: RandomSource(seed: 4, stream: attack.name)
        )
    }

    private let threat = ThreatModel(norm: .l2, epsilon: .infinity, bounds: Bounds(-10, 10))

    /// For two classes the cross-entropy points along the normal of the boundary; the margin does so always.
    @Test(arguments: AffineProblem.all)
    func reachesTheDistance(problem: AffineProblem) throws {
        for loss in problem.model.classCount == 2 ? [Loss.crossEntropy, .margin] : [.margin] {
            try problem.expect(
                DDN(threat: problem.threat(.l2), loss: loss, steps: 300),
                within: 2e-4
            )
        }
    }

    /// Between three classes the cross-entropy leads a little aside, and never nearer.
    @Test func theCrossEntropyOfThreeClassesLeadsAside() throws {
        let problem = AffineProblem.threeClasses(target: nil, Bounds(-1, 2))
        let result = try problem.run(DDN(threat: problem.threat(.l2), steps: 300))
        let nearest = try #require(result.nearest[0])
        #expect(nearest >= 0.51537 && nearest < 1)
    }

    /// On a line the sphere is two points: 1.5 is beyond the boundary at 1, 0.75 is not, 1.125 is.
    @Test func theSphereShrinksAfterASuccessAndGrowsAfterAFailure() throws {
        let model = RecordingClassifier(RecordingClassifier.line)
        let attack = try DDN(threat: threat, steps: 3, gamma: 0.5, initialRadius: 1)
        let result = try run(attack, [0], against: model)
        #expect(model.points == [[0], [1.5], [0.75]])
        // The last point costs a query, as do the sample and the success on the way, and drawing 1.125 nearer 14.
        #expect(try #require(result.nearest[0]) < 1.0001)
        #expect(result.gradients == [3] && result.queries == [3 + 14])
    }

    /// The sphere ends at the farthest corner of the box.
    @Test func theSphereGrowsNoLargerThanTheBox() throws {
        let model = RecordingClassifier(RecordingClassifier.line)
        let small = ThreatModel(norm: .l2, epsilon: .infinity, bounds: Bounds(-0.5, 0.75))
        let attack = try DDN(threat: small, steps: 30, gamma: 0.5)
        let result = try run(attack, [0.25], against: model)
        #expect(result.claimed == [false])
        #expect(model.points.dropFirst().allSatisfy { $0 == [0.75] })
    }

    @Test func roundsToTheLevelsThatAreAskedFor() throws {
        let problem = AffineProblem.nearerClassInBox
        let attack = try DDN(threat: problem.threat(.l2), loss: .margin, steps: 100, levels: 9)
        let result = try problem.run(attack)
        #expect(result.claimed == [true])
        #expect(result.candidates.elements.allSatisfy { ($0 * 8).rounded() == $0 * 8 })
        #expect(try #require(result.nearest[0]) >= 0.51537)
    }

    @Test func leavesAPlateau() throws {
        let attack = try DDN(threat: threat, steps: 100)
        let result = try run(attack, [0, 0, 0], against: PlateauClassifier())
        #expect(abs(try #require(result.nearest[0]) - 0.3) < 0.003)
    }

    @Test(arguments: [Norm.linf, .l1, .l0])
    func isNotDefinedForOtherNorms(norm: Norm) {
        #expect(throws: AttackError.unsupportedNorm(attack: "ddn", norm: norm)) {
            try DDN(threat: ClosedForm.threat(norm, 1))
        }
    }
}
