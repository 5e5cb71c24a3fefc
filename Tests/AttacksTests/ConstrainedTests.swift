import BulwarkAttacks
import BulwarkModels
import BulwarkTensors
import Synchronization
import TestSupport
import Testing

/// What an attack asks the model about is written down.
private struct Asked {
    static func rows(_ inputs: Tensor) -> [[Float]] {
        (0..<inputs.rowCount).map { row in
            (0..<inputs.rowSize).map { inputs[row * inputs.rowSize + $0] }
        }
    }
}

/// An affine model that remembers every row that it is asked about.
private final class Witness: GradientAccess {
    let base: AffineClassifier
    private let seen = Mutex<[[Float]]>([])

    init(_ base: AffineClassifier) { self.base = base }

    var inputShape: Shape { base.inputShape }
    var classCount: Int { base.classCount }
    var rows: [[Float]] { seen.withLock { $0 } }

    func logits(for inputs: Tensor) throws -> Tensor {
        seen.withLock { $0 += Asked.rows(inputs) }
        return try base.logits(for: inputs)
    }

    func inputGradient(of loss: Loss, at inputs: Tensor, aims: [Aim]) throws -> LossGradient {
        seen.withLock { $0 += Asked.rows(inputs) }
        return try base.inputGradient(of: loss, at: inputs, aims: aims)
    }
}

/// Random rows, by label.
private struct ByLabel: DecisionSearch {
    let name = "by-label"
    let threat: ThreatModel
    let keeping = Keeping.nearest

    func search(_ oracle: some LabelOracle) async throws {
        var random = oracle.random(restart: 0)
        for _ in 0..<10 {
            let rows = (0..<4).map { _ in oracle.input.map { $0 + random.uniform(-2, 2) } }
            _ = try await oracle.labels(at: rows)
        }
    }
}

/// The best of random rows, by score.
private struct ByScore: ScoreSearch {
    let name = "by-score"
    let threat: ThreatModel
    let keeping = Keeping.nearest

    func search(_ oracle: some ScoreOracle) async throws {
        var random = oracle.random(restart: 0)
        #expect(oracle.logitsOfInput.count == oracle.classCount)
        for _ in 0..<40 {
            _ = try await oracle.logits(at: [oracle.input.map { $0 + random.uniform(-2, 2) }])
        }
    }
}

/// Steps up the gradient.
private struct ByGradient: GradientSearch {
    let name = "by-gradient"
    let threat: ThreatModel
    let keeping = Keeping.first
    var queryBudget: Int? { 50 }

    func search(_ oracle: some GradientOracle) async throws {
        var point = oracle.input
        for _ in 0..<40 {
            let slope = try await oracle.slope(of: .margin, at: point)
            point = oracle.box.clamp(zip(point, slope.gradient).map { $0 + 0.1 * $1 })
        }
    }
}

struct ConstrainedTests {
    private static let threat = ThreatModel(norm: .linf, epsilon: 1.5, bounds: Bounds(-1, 4))

    /// A row with a feature that stays, whole numbers, a group, and a total.
    private static func constraints() throws -> FeatureConstraints {
        try FeatureConstraints(
            ConstraintDocument(
                immutable: [0],
                integer: [.init(1)],
                oneHot: [[2, 3]],
                linear: [.init([.init(1, 4), .init(1, 5), .init(-1, 6)], .equal, 0)]
            ),
            featureCount: 7
        )
    }

    private static let rows: [[Float]] = [
        [0.5, 1, 1, 0, 0.25, 0.5, 0.75],
        [0.25, 2, 0, 1, 0.5, 0.5, 1],
        [0.75, 0, 0, 1, 0.125, 1, 1.125],
    ]

    private func batch(_ model: AffineClassifier) throws -> Batch {
        let inputs = Tensor([3, 7], Self.rows.flatMap { $0 })
        let aims = try model.labels(for: inputs).map { Aim.anythingBut($0) }
        return Batch(inputs: inputs, aims: aims, samples: [0, 1, 2])
    }

    static let attacks: [AnyAttack] = [
        .labelOnly(ByLabel(threat: threat)), .scores(ByScore(threat: threat)),
        .whiteBox(ByGradient(threat: threat)),
    ]

    /// Every row that the model sees satisfies the constraints, and so does what comes back.
    @Test(arguments: attacks.indices)
    func everyRowSatisfiesTheConstraints(index: Int) throws {
        let constraints = try Self.constraints()
        let attack = try #require(Self.attacks[index].constrained(by: constraints))
        #expect(attack.attack.name == Self.attacks[index].attack.name)
        var (successes, changes) = (0, 0)
        for seed in 0..<6 {
            let model = AffineClassifier(randomClasses: 3, inputShape: [7], seed: UInt64(seed))
            let witness = Witness(model)
            let batch = try batch(model)
            let source = RandomSource(seed: 1, stream: attack.attack.name)
            let result = try attack.perturb(batch, against: witness, random: source)
            for row in witness.rows {
                // Samples differ in the feature that stays.
                let original = Self.rows.first { $0[0] == row[0] }
                #expect(original.map { constraints.isSatisfied(row, around: $0) } == true)
                if row != original { changes += 1 }
            }
            let labels = try model.labels(for: result.candidates)
            for (sample, candidate) in Asked.rows(result.candidates).enumerated() {
                #expect(constraints.isSatisfied(candidate, around: Self.rows[sample]))
                #expect(batch.aims[sample].isReached(by: labels[sample]) == result.claimed[sample])
                if result.claimed[sample] { successes += 1 }
            }
        }
        #expect(changes > 20 && successes > 2)
    }

    /// Without constraints the same attacks ask about rows that are none.
    @Test(arguments: attacks.indices)
    func theAttacksDoNotKeepThemByThemselves(index: Int) throws {
        let constraints = try Self.constraints()
        let model = AffineClassifier(randomClasses: 3, inputShape: [7], seed: 0)
        let witness = Witness(model)
        let source = RandomSource(seed: 1, stream: "")
        _ = try Self.attacks[index].perturb(batch(model), against: witness, random: source)
        let broken = witness.rows.filter { row in
            !Self.rows.contains { constraints.isSatisfied(row, around: $0) }
        }
        #expect(broken.count > 2)
    }

    /// On an affine model with separable constraints the box of the constraints decides what can be reached.
    @Test func whatConstraintsPutOutOfReachIsNotFound() throws {
        // The margin of class 0 is 1 − x₀ − x₁, and the ball is 0.75 around 0.
        let model = AffineClassifier(weights: [[-1, -1], [0, 0]], bias: [1, 0])
        let batch = Batch(inputs: Tensor([1, 2], [0, 0]), aims: [.anythingBut(0)], samples: [0])
        let threat = ThreatModel(norm: .linf, epsilon: 0.75, bounds: Bounds(-1, 1))
        func succeeds(_ document: ConstraintDocument) throws -> Bool {
            let constraints = try FeatureConstraints(document, featureCount: 2)
            let attack = Constrained(ByGradient(threat: threat), constraints)
            let source = RandomSource(seed: 0, stream: "")
            return try attack.perturb(batch, against: model, random: source).claimed[0]
        }
        #expect(try succeeds(ConstraintDocument()))
        #expect(try !succeeds(ConstraintDocument(immutable: [1])))
        #expect(try !succeeds(ConstraintDocument(monotone: [.init(0, .falling)])))
        #expect(try succeeds(ConstraintDocument(monotone: [.init(0, .rising)])))
        #expect(try succeeds(ConstraintDocument(integer: [.init(0, step: 0.625)])))
        #expect(try !succeeds(ConstraintDocument(integer: [.init(0)])))
        let sum = ConstraintDocument.Relation([.init(1, 0), .init(1, 1)], .atMost, 0.875)
        #expect(try !succeeds(ConstraintDocument(linear: [sum])))
        let other = ConstraintDocument.Relation([.init(1, 0), .init(-1, 1)], .atMost, 0.125)
        #expect(try succeeds(ConstraintDocument(linear: [other])))
    }

    @Test func aSampleOfAnotherTableIsRefused() throws {
        let model = AffineClassifier(randomClasses: 3, inputShape: [7], seed: 0)
        let constraints = try FeatureConstraints(ConstraintDocument(), featureCount: 6)
        let attack = Constrained(ByLabel(threat: Self.threat), constraints)
        #expect(throws: ConstraintError.featureCount(expected: 6, found: 7)) {
            try attack.perturb(batch(model), against: model, random: RandomSource(seed: 0, stream: ""))
        }
    }

    /// Nothing can be put in front of an attack that asks no oracle.
    @Test func anAttackWithoutQuestionsIsNotWrapped() throws {
        struct Silent: LabelOnlyAttack {
            let name = "silent"
            let threat: ThreatModel
            func perturb(_ batch: Batch, against: some LabelAccess, random: RandomSource) throws -> Perturbed
            {
                Perturbed(unchanged: batch)
            }
        }
        let attack = AnyAttack.labelOnly(Silent(threat: Self.threat))
        let constraints = try Self.constraints()
        #expect(attack.constrained(by: constraints) == nil)
    }
}
