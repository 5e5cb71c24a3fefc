import BulwarkAttacks
import BulwarkModels
import BulwarkTensors
import TestSupport
import Testing

struct UniformNoiseTests {
    private func noise(
        _ threat: ThreatModel,
        draws: Int,
        at inputs: Tensor,
        against model: some LabelAccess
    ) throws -> Perturbed {
        let batch = Batch(
            inputs: inputs,
            aims: Array(repeating: .anythingBut(0), count: inputs.rowCount),
            samples: Array(0..<inputs.rowCount)
        )
        let attack = try UniformNoise(threat: threat, draws: draws)
        return try attack.perturb(batch, against: model, random: RandomSource(seed: 5, stream: "noise"))
    }

    /// What one draw from the ball around 0.2 in the unit box hits beyond 0.5: 0.1 of 0.6, the box cuts off
    /// the rest.
    @Test func drawsUniformlyFromThePartOfTheCubeInTheBox() throws {
        let count = 20_000
        let model = LabelOnlyClassifier(AffineClassifier(weights: [[0], [1]], bias: [0.5, 0]))
        let threat = ThreatModel(norm: .linf, epsilon: 0.4, bounds: Bounds(0, 1))
        let inputs = Tensor([count, 1], repeating: 0.2)
        let result = try noise(threat, draws: 1, at: inputs, against: model)
        let share = Double(result.claimed.filter { $0 }.count) / Double(count)
        // Five standard deviations.
        #expect(abs(share - 1.0 / 6) < 0.0132)
    }

    /// The share of the ball that lies within half of its radius is 2^−d.
    @Test(arguments: [Norm.l2, .l1], [1, 2, 3])
    func fillsTheBallEvenly(norm: Norm, size: Int) throws {
        let count = 8000
        let threat = ThreatModel(norm: norm, epsilon: 0.5, bounds: Bounds(-1, 1))
        let inputs = Tensor([count, size])
        let result = try noise(threat, draws: 1, at: inputs, against: TripwireClassifier(inputShape: [size]))
        #expect(!result.claimed.contains(false))
        let near = norm.ofRows(result.candidates).filter { $0 < 0.25 }.count
        let share = 1 / Double(1 << size)
        #expect(
            abs(Double(near) / Double(count) - share) < 5 * (share * (1 - share) / Double(count)).squareRoot()
        )
        // Every direction is as likely as its opposite.
        let above = result.candidates.elements.filter { $0 > 0 }.count
        #expect(
            abs(Double(above) / Double(count * size) - 0.5) < 5 * (0.25 / Double(count * size)).squareRoot()
        )
    }

    @Test func changesAsManyElementsAsL0Allows() throws {
        let (count, size) = (4000, 5)
        let threat = ThreatModel(norm: .l0, epsilon: 2, bounds: Bounds(-1, 1))
        let model = TripwireClassifier(inputShape: [size])
        let result = try noise(threat, draws: 1, at: Tensor([count, size]), against: model)
        #expect(Norm.l0.ofRows(result.candidates).allSatisfy { $0 == 2 })
        for column in 0..<size {
            let changed = (0..<count).filter { result.candidates[$0 * size + column] != 0 }.count
            // Two in five, up to five standard deviations.
            #expect(abs(changed - 1600) < 155)
        }
    }

    @Test func keepsTheFirstDrawThatWorksAndCountsWholeRounds() throws {
        let model = TripwireClassifier(inputShape: [3])
        let threat = ThreatModel(norm: .linf, epsilon: 0.5, bounds: Bounds(-1, 1))
        let result = try noise(threat, draws: 100, at: Tensor([2, 3]), against: model)
        #expect(result.restarts == [0, 0])
        #expect(result.queries == [17, 17])
        #expect(result.gradients == [0, 0])
    }

    @Test func givesBackTheInputWhenNoDrawWorks() throws {
        let model = LabelOnlyClassifier(AffineClassifier(weights: [[0], [1]], bias: [5, 0]))
        let threat = ThreatModel(norm: .linf, epsilon: 0.5, bounds: Bounds(-1, 1))
        let inputs = Tensor([2, 1], [0.25, -0.5])
        let result = try noise(threat, draws: 100, at: inputs, against: model)
        #expect(result.candidates.isBitwiseEqual(to: inputs))
        #expect(result.queries == [101, 101])
        #expect(result.claimed == [false, false])
    }

    @Test func needsAFiniteBoxForL0() {
        let threat = ThreatModel(norm: .l0, epsilon: 2, bounds: Bounds(0, .infinity))
        #expect(throws: AttackError.unboundedInputs(attack: "noise")) {
            try UniformNoise(threat: threat, draws: 1)
        }
    }
}

/// Class 0 at the origin and nowhere else: every draw counts as a success, and so is returned.
private struct TripwireClassifier: LabelAccess {
    let inputShape: Shape
    let classCount = 2

    func labels(for inputs: Tensor) throws -> [Int] {
        (0..<inputs.rowCount).map { row in inputs.row(row).elements.allSatisfy { $0 == 0 } ? 0 : 1 }
    }
}
