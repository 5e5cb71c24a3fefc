import BulwarkAttacks
import BulwarkModels
import BulwarkTensors
import TestSupport
import Testing

struct JSMATests {
    /// From the middle of the unit box feature i can change the margin by half of |wᵢ|.
    private let weights = [3.0, -5, 1, 4, -2, 0.5]

    private func run(
        _ epsilon: Float,
        margin: Double,
        _ direction: JSMA.Direction,
        stepShare: Float = 1
    ) throws -> Perturbed {
        let zeros = weights.map { _ in 0.0 }
        let middle = weights.reduce(0, +) / 2
        let model = AffineClassifier(weights: [zeros, weights], bias: [middle + margin, 0])
        let threat = ThreatModel(norm: .l0, epsilon: epsilon, bounds: Bounds(0, 1))
        let attack = try JSMA(threat: threat, direction: direction, stepShare: stepShare)
        let batch = Batch(
            inputs: Tensor([1, 6], repeating: 0.5),
            aims: [.anythingBut(0)],
            samples: [0]
        )
        return try attack.perturb(batch, against: model, random: RandomSource(seed: 0, stream: ""))
    }

    /// Of the features the best two are taken first: 5 and 4, then 3 and 2, then 1 and 0.5; upwards 4 and 3,
    /// then 1 and 0.5; downwards 5 and 2 only.
    static let choices: [(direction: JSMA.Direction, allowed: Float, gain: Double, end: [Float])] = [
        (.either, 2, 4.5, [0.5, 0, 0.5, 1, 0.5, 0.5]),
        (.either, 3, 6, [1, 0, 0.5, 1, 0.5, 0.5]),
        (.either, 4, 7, [1, 0, 0.5, 1, 0, 0.5]),
        (.either, 6, 7.75, [1, 0, 1, 1, 0, 1]),
        (.increasing, 2, 3.5, [1, 0.5, 0.5, 1, 0.5, 0.5]),
        (.increasing, 4, 4.25, [1, 0.5, 1, 1, 0.5, 1]),
        (.decreasing, 2, 3.5, [0.5, 0, 0.5, 0.5, 0, 0.5]),
    ]

    @Test(arguments: choices)
    func takesTheFeaturesThatDoMost(
        direction: JSMA.Direction,
        allowed: Float,
        gain: Double,
        end: [Float]
    ) throws {
        let won = try run(allowed, margin: gain - 0.001, direction)
        #expect(won.claimed == [true])
        #expect(Array(won.candidates.elements) == end)
        #expect(Norm.l0.distances(won.candidates, Tensor([1, 6], repeating: 0.5))[0] <= Double(allowed))
        #expect(try run(allowed, margin: gain + 0.001, direction).claimed == [false])
        #expect(try run(allowed - 1, margin: gain - 0.001, direction).claimed == [false])
    }

    /// Half of the way each time: both features of a pair come up again until they are at their ends.
    @Test func aFeatureIsTakenAgainUntilItIsAtItsEnd() throws {
        let full = try run(2, margin: 4.499, .either, stepShare: 0.25)
        #expect(full.claimed == [true])
        #expect(Array(full.candidates.elements) == [0.5, 0, 0.5, 1, 0.5, 0.5])
        // A gradient for each of two moves, and a query to be sure of the end.
        #expect(full.gradients == [2] && full.queries == [2])
        let lost = try run(2, margin: 4.501, .either, stepShare: 0.25)
        #expect(lost.claimed == [false] && lost.gradients == [2] && lost.queries == [2])
    }

    /// The likeliest wrong class, 1, cannot be reached with one feature; the other one can.
    @Test func otherTargetsAreTriedInTurn() throws {
        let model = AffineClassifier(
            weights: [[0, 0, 0, 0], [1, 1, 1, 1], [0, 0, 0, 5]],
            bias: [3, 0.5, 0]
        )
        let threat = ThreatModel(norm: .l0, epsilon: 1, bounds: Bounds(0, 1))
        let batch = Batch(inputs: Tensor([1, 4]), aims: [.anythingBut(0)], samples: [0])
        let source = RandomSource(seed: 0, stream: "")
        let all = try JSMA(threat: threat).perturb(batch, against: model, random: source)
        #expect(all.claimed == [true] && all.restarts == [1])
        #expect(Array(all.candidates.elements) == [0, 0, 0, 1])
        let one = try JSMA(threat: threat, maximumTargets: 1).perturb(batch, against: model, random: source)
        #expect(one.claimed == [false])
    }

    /// With one feature class 2 would be reached; towards class 1 it takes two others.
    @Test func aTargetIsTheOnlyOne() throws {
        let model = AffineClassifier(
            weights: [[0, 0, 0], [3, 3, 0], [0, 0, 4]],
            bias: [1, 0, 0]
        )
        let threat = ThreatModel(goal: .targeted, norm: .l0, epsilon: 2, bounds: Bounds(0, 1))
        let batch = Batch(inputs: Tensor([1, 3]), aims: [.exactly(1, not: 0)], samples: [0])
        let result = try JSMA(threat: threat)
            .perturb(batch, against: model, random: RandomSource(seed: 0, stream: ""))
        #expect(result.claimed == [true])
        #expect(Array(result.candidates.elements) == [1, 1, 0])
    }

    @Test func needsL0AndAFiniteBox() {
        #expect(throws: AttackError.unsupportedNorm(attack: "jsma", norm: .l1)) {
            try JSMA(threat: ClosedForm.threat(.l1, 1))
        }
        #expect(throws: AttackError.unboundedInputs(attack: "jsma")) {
            try JSMA(threat: ClosedForm.threat(.l0, 1, box: Bounds(0, .infinity)))
        }
    }
}
