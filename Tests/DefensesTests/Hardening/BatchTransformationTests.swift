import BulwarkAttacks
import BulwarkDefenses
import BulwarkModels
import BulwarkTensors
import TestSupport
import Testing

/// What holds for every defense of the table.
struct BatchTransformationTests {
    private static let threat = ThreatModel(norm: .linf, epsilon: 0.1, bounds: Bounds(0, 1))
    private static let model = AffineClassifier(randomClasses: 3, inputShape: [8], seed: 4)

    private static var batch: Batch {
        var random = SeededRandom(seed: 9, stream: "samples")
        let inputs = Tensor([12, 8], generating: { _ in random.uniform() })
        return Batch(
            inputs: inputs,
            aims: (0..<12).map { .anythingBut($0 % 3) },
            samples: Array(0..<12)
        )
    }

    private func transformed(_ name: String, strength: Float, seed: UInt64 = 1) throws -> Tensor {
        let row = try #require(DefenseTable.row(named: name))
        return try row.transformation(against: Self.threat).transform(
            Self.batch,
            for: Self.model,
            strength: strength,
            random: RandomSource(seed: seed, stream: "test")
        )
    }

    @Test(arguments: DefenseTable.names)
    func noStrengthChangesNothing(_ name: String) throws {
        #expect(try transformed(name, strength: 0).isBitwiseEqual(to: Self.batch.inputs))
    }

    @Test(arguments: DefenseTable.names)
    func theSameSeedGivesTheSameBytesAndAnotherDoesNot(_ name: String) throws {
        let once = try transformed(name, strength: 1)
        #expect(try once.isBitwiseEqual(to: transformed(name, strength: 1)))
        // Ten steps lead to the same corner from any start; noise and single steps do not.
        if name != "adversarial-training" {
            #expect(try !once.isBitwiseEqual(to: transformed(name, strength: 1, seed: 2)))
        }
    }

    @Test(arguments: DefenseTable.rows.filter { $0.trainsAgainst != nil }.map(\.name), [Float(0.5), 1])
    func attacksStayInTheirBallAndInTheBox(_ name: String, _ strength: Float) throws {
        let (moved, inputs) = (try transformed(name, strength: strength), Self.batch.inputs)
        for index in 0..<inputs.count {
            #expect(abs(moved[index] - inputs[index]) <= strength * 0.1 * (1 + 1e-5))
            #expect((0...1).contains(moved[index]))
        }
    }

    @Test func anUnknownDefenseIsNone() {
        #expect(DefenseTable.row(named: "magic") == nil)
        #expect(Set(DefenseTable.names).count == DefenseTable.rows.count)
    }

    @Test(arguments: DefenseTable.rows.filter { !$0.norms.isEmpty }.map(\.name), Norm.allCases)
    func theNormsOfTheTableAreThoseThatADefenseIsFor(_ name: String, _ norm: Norm) throws {
        let row = try #require(DefenseTable.row(named: name))
        let threat = ThreatModel(norm: norm, epsilon: 1, bounds: Bounds(0, 1))
        let transformation = try? row.transformation(against: threat)
        #expect((transformation != nil) == row.norms.contains(norm))
    }

    @Test func stepsAreChosenWhereThereIsAChoice() throws {
        let chosen = try DefenseTable.rows.filter { $0.usualSteps != nil }.map { row in
            (row.name, try row.transformation(against: Self.threat, steps: 3) as? AdversarialTraining)
        }
        #expect(chosen.map(\.0) == ["adversarial-training"] && chosen[0].1?.steps == 3)
    }
}
