import BulwarkAttacks
import BulwarkModels
import BulwarkTensors
import TestSupport
import Testing

struct BrendelBethgeTests {
    @Test(arguments: AffineProblem.all, [Norm.linf, .l2, .l1])
    func findsTheDistanceToTheBoundary(problem: AffineProblem, norm: Norm) throws {
        let attack = try BrendelBethge(threat: problem.threat(norm), steps: 200, regionShare: 0.2)
        try problem.expect(attack, within: 0.001)
    }

    /// A count is not convex: where the boundary was met may decide which elements stay changed.
    @Test(arguments: AffineProblem.all)
    func findsTheFewestElementsFromSomeStarts(problem: AffineProblem) throws {
        let attack = try BrendelBethge(threat: problem.threat(.l0), steps: 60, regionShare: 0.2, restarts: 3)
        try problem.expect(attack, within: 0)
    }

    /// Class 1 or class 2: where the walk begins decides, and the nearest of all walks counts.
    @Test(arguments: [(Norm.linf, 0.3), (.l2, 0.51537341), (.l1, 0.825)])
    func theNearestOfSeveralWalksCounts(norm: Norm, radius: Double) throws {
        let attack = try BrendelBethge(
            threat: ClosedForm.threat(norm, .infinity),
            steps: 200,
            restarts: 8
        )
        let batch = Batch(inputs: ClosedForm.threeClassInput, aims: [.anythingBut(0)], samples: [0])
        let result = try attack.perturb(
            batch,
            against: ClosedForm.threeClasses,
            random: RandomSource(seed: 1, stream: "brendel-bethge")
        )
        let nearest = try #require(result.nearest[0])
        #expect(nearest >= radius * (1 - 1e-5) && nearest <= radius * 1.01)
    }

    /// Steps end beyond the boundary or on its near side by a share of the way to it, as `overshoot` says.
    @Test func staysAlongTheBoundary() throws {
        let model = PointRecorder(ClosedForm.twoClasses)
        let attack = try BrendelBethge(
            threat: ClosedForm.threat(.l2, .infinity, box: Bounds(-1, 2)),
            steps: 12,
            momentum: 0,
            overshoot: 1.5
        )
        let batch = Batch(inputs: ClosedForm.twoClassInput, aims: [.anythingBut(0)], samples: [0])
        _ = try attack.perturb(batch, against: model, random: RandomSource(seed: 2, stream: ""))
        let margins = model.gradients.map { -(3 * Double($0[0]) - 4 * Double($0[1]) + 1) }
        #expect(margins.count == 12)
        for (margin, next) in zip(margins, margins.dropFirst()) where abs(margin) > 1e-5 {
            // On an affine model exactly: half of the margin from one side, half beyond from the other.
            #expect(abs(next - (margin < 0 ? -0.5 : 0.5) * margin) < 2e-6)
        }
    }

    /// On the plateau around the sample there is no gradient, so only noise finds a start; there the walk ends.
    @Test func noiseFindsAStartWhereGradientsAreZero() throws {
        let batch = Batch(inputs: Tensor([1, 3]), aims: [.anythingBut(0)], samples: [0])
        let threat = ThreatModel(norm: .l2, epsilon: 10, bounds: Bounds(-1, 1))
        let result = try BrendelBethge(threat: threat, steps: 10)
            .perturb(batch, against: PlateauClassifier(), random: RandomSource(seed: 1, stream: ""))
        let nearest = try #require(result.nearest[0])
        // Found by blending and bisection to a thousandth of the way.
        #expect(nearest >= 0.3 && nearest < 0.302)
        #expect(result.gradients == [1])
    }

    /// A target that no noise is of: the margin leads there.
    @Test func stepsUpTheMarginFindAStartWhereNoiseDoesNot() throws {
        let problem = AffineProblem.threeClasses(target: 2, Bounds(-1, 2))
        let attack = try BrendelBethge(threat: problem.threat(.l2), steps: 100, draws: 0)
        try problem.expect(attack, within: 0.001)
    }

    @Test func needsAFiniteBox() {
        #expect(throws: AttackError.unboundedInputs(attack: "brendel-bethge")) {
            try BrendelBethge(threat: ClosedForm.threat(.l2, 1, box: Bounds(0, .infinity)))
        }
    }
}
