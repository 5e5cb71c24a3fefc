import BulwarkAttacks
import BulwarkModels
import BulwarkTensors
import TestSupport
import Testing

struct CarliniWagnerLinfTests {
    @Test(arguments: AffineProblem.all)
    func reachesTheDistance(problem: AffineProblem) throws {
        let attack = try CarliniWagnerLinf(
            threat: problem.threat(.linf),
            steps: 1000,
            learningRate: 2e-3,
            initialConstant: 0.01,
            decreaseFactor: 0.995
        )
        try problem.expect(attack, within: 0.01)
    }

    /// What the published factor promises: the limit below the result is out of reach.
    @Test(arguments: AffineProblem.all)
    func thePublishedFactorComesWithinATenth(problem: AffineProblem) throws {
        let attack = try CarliniWagnerLinf(
            threat: problem.threat(.linf),
            steps: 400,
            initialConstant: 0.01,
            constantFactor: 4
        )
        try problem.expect(attack, within: 0.12)
    }

    /// Every weight from the first to the largest takes every step, and then the attack gives up.
    @Test func givesUpAtTheLargestWeight() throws {
        let problem = AffineProblem.threeClasses(target: 1, Bounds(0, 1))
        let attack = try CarliniWagnerLinf(
            threat: problem.threat(.linf),
            steps: 30,
            initialConstant: 0.5,
            largestConstant: 20,
            constantFactor: 2
        )
        let result = try problem.run(attack)
        // 0.5, 1, 2, 4, 8 and 16.
        #expect(result.gradients == [180] && result.queries == [1])
        #expect(result.nearest == [nil])
    }

    /// A success lowers the limit below what was reached.
    @Test func theLimitIsLoweredAfterASuccess() throws {
        let model = RecordingClassifier(RecordingClassifier.line)
        let threat = ThreatModel(norm: .linf, epsilon: .infinity, bounds: Bounds(-4, 4))
        let attack = try CarliniWagnerLinf(
            threat: threat,
            steps: 300,
            learningRate: 0.01,
            initialConstant: 1,
            largestConstant: 20,
            constantFactor: 10
        )
        let batch = Batch(inputs: Tensor([1, 1]), aims: [.anythingBut(0)], samples: [0])
        let result = try attack.perturb(batch, against: model, random: RandomSource(seed: 0, stream: ""))
        let nearest = try #require(result.nearest[0])
        #expect(nearest >= 1 && nearest < 1.1)
        // No step of 0.04 from the first success on goes back to where nothing is to be gained.
        let first = try #require(model.points.firstIndex { $0[0] > 1 })
        #expect(model.points[first...].allSatisfy { $0[0] > 0.5 && $0[0] < 1.5 })
    }

    @Test(arguments: [Norm.l2, .l1, .l0])
    func isNotDefinedForOtherNorms(norm: Norm) {
        #expect(throws: AttackError.unsupportedNorm(attack: "cw-linf", norm: norm)) {
            try CarliniWagnerLinf(threat: ClosedForm.threat(norm, 1))
        }
    }

    @Test func needsAFiniteBox() {
        #expect(throws: AttackError.unboundedInputs(attack: "cw-linf")) {
            try CarliniWagnerLinf(threat: ClosedForm.threat(.linf, 1, box: Bounds(0, .infinity)))
        }
    }
}
