import BulwarkAttacks
import BulwarkModels
import BulwarkTensors
import TestSupport
import Testing

struct EADTests {
    @Test(arguments: AffineProblem.all)
    func reachesTheDistance(problem: AffineProblem) throws {
        let attack = try EAD(
            threat: problem.threat(.l1),
            searchSteps: 7,
            steps: 800,
            stepSize: 5e-4,
            regularization: 5e-3,
            initialConstant: 1,
            abortsEarly: false
        )
        try problem.expect(attack, within: 0.01)
    }

    /// A step of the algorithm by hand: a gradient step of the smooth part, shrinking, and momentum.
    @Test func stepsShrinkAndGainMomentum() throws {
        let model = RecordingClassifier(RecordingClassifier.line)
        let threat = ThreatModel(norm: .l1, epsilon: .infinity, bounds: Bounds(-10, 10))
        let attack = try EAD(
            threat: threat,
            searchSteps: 1,
            steps: 4,
            stepSize: 0.5,
            regularization: 0.1,
            initialConstant: 2,
            abortsEarly: false
        )
        let batch = Batch(inputs: Tensor([1, 1]), aims: [.anythingBut(0)], samples: [0])
        let result = try attack.perturb(batch, against: model, random: RandomSource(seed: 0, stream: ""))
        // 0 + 0.5·2 − 0.1 = 0.9; 0.9 − 0.433·(1.8 − 2) − 0.1 = 0.8866, and a quarter of the way back from 0.9.
        let expected: [Float] = [0, 0.9, 0.883253]
        for (point, value) in zip(model.points, expected) { #expect(abs(point[0] - value) < 1e-5) }
        // The sample, and a point after each step; as none reaches the boundary at 1, none is drawn nearer.
        #expect(result.gradients == [4] && result.queries == [5])
    }

    /// Changes below β are undone, so an element that matters little stays as it is.
    @Test func leavesAloneWhatMattersLittle() throws {
        let model = AffineClassifier(weights: [[0, 0], [4, 0.5]], bias: [1, 0])
        let threat = ThreatModel(norm: .l1, epsilon: .infinity, bounds: Bounds(-1, 1))
        let attack = try EAD(threat: threat, searchSteps: 6, steps: 200, initialConstant: 0.1)
        let batch = Batch(inputs: Tensor([1, 2]), aims: [.anythingBut(0)], samples: [0])
        let result = try attack.perturb(batch, against: model, random: RandomSource(seed: 0, stream: ""))
        #expect(result.claimed == [true])
        #expect(result.candidates[1] == 0 && result.candidates[0] >= 0.25)
    }

    @Test func aDescentThatGainsNothingEndsEarly() throws {
        let problem = AffineProblem.twoClasses
        let attack = try EAD(threat: problem.threat(.l1), searchSteps: 1, steps: 1000, initialConstant: 1e-6)
        // The sample itself is the best point: the second check finds it there.
        #expect(try problem.run(attack).gradients == [101])
    }

    @Test(arguments: [Norm.linf, .l2, .l0])
    func isNotDefinedForOtherNorms(norm: Norm) {
        #expect(throws: AttackError.unsupportedNorm(attack: "ead", norm: norm)) {
            try EAD(threat: ClosedForm.threat(norm, 1))
        }
    }
}
