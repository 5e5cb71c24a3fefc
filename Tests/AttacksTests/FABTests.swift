import BulwarkAttacks
import BulwarkModels
import BulwarkTensors
import TestSupport
import Testing

struct FABTests {
    /// How far the nearest point is that an attack finds for the sample of an affine model.
    private func distance(
        _ attack: some WhiteBoxAttack,
        on model: AffineClassifier,
        at input: Tensor,
        target: Int?
    ) throws -> Double? {
        let aim = target.map { Aim.exactly($0, not: 0) } ?? .anythingBut(0)
        let batch = Batch(inputs: input, aims: [aim], samples: [0])
        let random = RandomSource(seed: 3, stream: attack.name)
        return try attack.perturb(batch, against: model, random: random).nearest[0]
    }

    @Test(
        arguments: [(Norm.linf, 0.3, 0.53333333), (.l2, 0.51537341, 0.92376043), (.l1, 0.825, 1.6)],
        [0, 2]
    )
    func findsTheDistanceToTheBoundary(
        oracle: (norm: Norm, nearest: Double, toFirst: Double),
        targetClasses: Int
    ) throws {
        for (target, expected) in [(nil, oracle.nearest), (2, oracle.nearest), (1, oracle.toFirst)] {
            // For L1 three elements are as good for class 1, and two of them lead into class 2.
            if oracle.norm == .l1 && target == 1 { continue }
            let attack = try FAB(
                threat: ClosedForm.threat(oracle.norm, .infinity, target: target),
                targetClasses: targetClasses
            )
            let found = try #require(
                try distance(
                    attack,
                    on: ClosedForm.threeClasses,
                    at: ClosedForm.threeClassInput,
                    target: target
                )
            )
            #expect(found >= expected * (1 - 1e-5), "nothing is nearer than the boundary")
            #expect(found <= expected * 1.0001)
        }
    }

    @Test func staysInTheBoxAndGoesAroundIt() throws {
        // In the unit box class 1 is out of reach, class 2 as far as without it.
        for norm in [Norm.linf, .l2, .l1] {
            for target in [1, 2] {
                let threat = ClosedForm.threat(norm, .infinity, target: target, box: Bounds(0, 1))
                let found = try distance(
                    try FAB(threat: threat, restarts: 3),
                    on: ClosedForm.threeClasses,
                    at: ClosedForm.threeClassInput,
                    target: target
                )
                #expect((found == nil) == (target == 1))
            }
        }
    }

    @Test func withARadiusItEndsAtTheFirstSuccess() throws {
        for (radius, isExpected) in [(0.29, false), (0.33, true)] {
            let attack = try FAB(threat: ClosedForm.threat(.linf, radius), keeping: .first)
            let found = try ClosedForm.succeeds(
                attack,
                on: ClosedForm.threeClasses,
                at: ClosedForm.threeClassInput
            )
            #expect(found == isExpected)
        }
    }

    /// Steps to random hyperplanes in random boxes against what bisection finds.
    @Test(arguments: [Norm.linf, .l2, .l1])
    func theStepToAHyperplaneIsTheShortest(_ norm: Norm) {
        var random = SeededRandom(seed: 5, stream: "hyperplane")
        for _ in 0..<300 {
            let count = 1 + Int(random.next() % 7)
            let box = Box(Bounds(-1, 1), count: count)
            let point = (0..<count).map { _ in random.uniform(-1, 1) }
            let weights = [Float].normal(count, &random)
            let missing = random.uniform(-3, 3)
            let plane = Hyperplane(weights: weights, level: weights.dot(point) + Double(missing))
            let step = plane.step(from: point, in: box, norm)
            let sign: Float = missing < 0 ? -1 : 1
            let rooms = (0..<count).map { 1 - sign * (weights[$0] > 0 ? 1 : -1) * point[$0] }
            let sizes = weights.map { abs($0) }
            // The farthest that the product can change.
            let most = (0..<count).reduce(0.0) { $0 + Double(sizes[$1] * rooms[$1]) }
            let change = weights.dot(step) * Double(sign)
            #expect(abs(change - min(most, Double(abs(missing)))) < 1e-4)
            #expect((0..<count).allSatisfy { abs(step[$0]) <= rooms[$0] + 1e-6 })
            // Scaled to reach the same change, no random step in the same directions is shorter.
            let length = norm.distance(step, step.map { _ in 0 })
            for _ in 0..<100 {
                var other = (0..<count).map { _ in random.uniform(0, 1) }
                let gain = (0..<count).reduce(0.0) { $0 + Double(other[$1] * sizes[$1]) }
                guard gain > 0 else { continue }
                let factor = Float(min(most, Double(abs(missing))) / gain)
                other = other.times(factor)
                guard (0..<count).allSatisfy({ other[$0] <= rooms[$0] }) else { continue }
                #expect(norm.distance(other, other.map { _ in 0 }) >= length - 1e-4)
            }
        }
    }
}
