import BulwarkAttacks
import BulwarkModels
import BulwarkTensors
import TestSupport
import Testing

/// The attacks that have loops of their own, run as searches under constraints.
struct ConstrainedSearchTests {
    private static let nothing = ConstraintDocument()

    private func batch(
        _ model: some LabelAccess,
        _ rows: [[Float]],
        goal: ThreatModel.Goal = .untargeted
    ) throws -> Batch {
        let inputs = Tensor(try Shape([rows.count, rows[0].count]), rows.flatMap { $0 })
        let aims = try model.labels(for: inputs).map { label in
            goal == .untargeted
                ? Aim.anythingBut(label) : .exactly((label + 1) % model.classCount, not: label)
        }
        return Batch(inputs: inputs, aims: aims, samples: Array(rows.indices))
    }

    private func rows(_ count: Int, of size: Int) -> [[Float]] {
        var random = SeededRandom(seed: 3, stream: "rows")
        return (0..<count).map { _ in (0..<size).map { _ in random.uniform(-0.5, 0.5) } }
    }

    /// What an attack needs of a model it needs under constraints, too.
    @Test func fewClassesAreRefusedAsWithoutConstraints() throws {
        let threat = ClosedForm.threat(.linf, 0.3)
        let constraints = try FeatureConstraints(Self.nothing, featureCount: 2)
        let attack = Constrained(try APGD(threat: threat, loss: .differenceOfLogitsRatio), constraints)
        let batch = Batch(inputs: ClosedForm.twoClassInput, aims: [.anythingBut(0)], samples: [0])
        #expect(throws: AttackError.tooFewClasses(attack: "apgd-dlr", classCount: 2, minimum: 3)) {
            try attack.perturb(
                batch,
                against: ClosedForm.twoClasses,
                random: RandomSource(seed: 0, stream: "")
            )
        }
    }

    /// Without a constraint they are the same attacks: what they find is the same to the last bit.
    @Test(arguments: [ThreatModel.Goal.untargeted, .targeted], ["pgd", "pgd-margin", "fgsm", "noise"])
    func withoutConstraintsTheSameIsFound(goal: ThreatModel.Goal, name: String) throws {
        let model = AffineClassifier(randomClasses: 4, inputShape: [5], seed: 1)
        let batch = try batch(model, rows(40, of: 5), goal: goal)
        let constraints = try FeatureConstraints(Self.nothing, featureCount: 5)
        var (broken, whole) = (0, 0)
        for norm in [Norm.linf, .l2] {
            let bounds = Bounds(lower: [-1, -1, -1, -0.6, 0], upper: [1, 1, 0.5, 1, 0.25])
            let threat = ThreatModel(goal: goal, norm: norm, epsilon: 0.25, bounds: bounds)
            let clamped = Batch(
                inputs: bounds.clamp(batch.inputs),
                aims: batch.aims,
                samples: batch.samples
            )
            let row = try AttackTable.row(named: name)
            let preset = try #require(row.presets.first)
            let attack = try row.make(threat: threat, preset: preset, classCount: 4)
            let search = try #require(attack.constrained(by: constraints))
            let source = RandomSource(seed: 7, stream: attack.attack.name)
            let plain = try attack.perturb(clamped, against: model, random: source)
            let found = try search.perturb(clamped, against: model, random: source)
            #expect(search.attack.name == name)
            for index in plain.claimed.indices {
                whole += 1
                #expect(plain.claimed[index] == found.claimed[index], "\(name), \(norm), sample \(index)")
                guard plain.claimed[index] else { continue }
                broken += 1
                #expect(
                    plain.candidates.row(index).isBitwiseEqual(to: found.candidates.row(index)),
                    "\(name), \(norm), sample \(index)"
                )
                #expect(plain.restarts[index] == found.restarts[index])
            }
        }
        #expect(broken > 5 && broken < whole)
    }

    /// A walk of small steps gets from one whole number to the next.
    @Test(arguments: ["pgd", "pgd-margin", "apgd-ce"])
    func wholeNumbersAreReachedInSmallSteps(name: String) throws {
        // The margin of class 0 is 2.5 − x₀, so x₀ has to become 3, three steps of the lattice away.
        let model = AffineClassifier(weights: [[-1, 0], [0, 0]], bias: [2.5, 0])
        let batch = try batch(model, [[0, 0]])
        let document = ConstraintDocument(integer: [.init(0)], monotone: [.init(0, .rising)])
        let constraints = try FeatureConstraints(document, featureCount: 2)
        let row = try AttackTable.row(named: name)
        let preset = try #require(row.presets.last)
        func run(_ epsilon: Float) throws -> Perturbed {
            let threat = ThreatModel(norm: .linf, epsilon: epsilon, bounds: Bounds(-8, 8))
            let attack = try row.make(threat: threat, preset: preset, classCount: 2)
            let search = try #require(attack.constrained(by: constraints))
            return try search.perturb(batch, against: model, random: RandomSource(seed: 0, stream: name))
        }
        let found = try run(3)
        #expect(found.claimed == [true] && found.candidates[0] == 3)
        #expect(try run(2.75).claimed == [false])
    }

    /// The radius is not spent on features that cannot move: the step goes where it can.
    @Test(arguments: ["pgd", "fgsm", "apgd-ce"])
    func featuresThatCannotMoveTakeNothingOfTheRadius(name: String) throws {
        // The slope of the immutable feature is a hundred times that of the other, which suffices alone.
        let model = AffineClassifier(weights: [[-100, -1], [0, 0]], bias: [0.9, 0])
        let batch = try batch(model, [[0, 0]])
        let constraints = try FeatureConstraints(ConstraintDocument(immutable: [0]), featureCount: 2)
        let threat = ThreatModel(norm: .l2, epsilon: 1, bounds: Bounds(-2, 2))
        let row = try AttackTable.row(named: name)
        let preset = try #require(row.presets.first)
        let attack = try row.make(threat: threat, preset: preset, classCount: 2)
        let search = try #require(attack.constrained(by: constraints))
        let found = try search.perturb(batch, against: model, random: RandomSource(seed: 0, stream: name))
        #expect(found.claimed == [true])
        #expect(found.candidates[0] == 0 && found.candidates[1] > 0.9)
    }

    /// Images, and perturbations of all rows at once.
    private static let withoutConstraints = ["spatial", "universal-perturbation", "adversarial-patch"]

    /// Every attack of the table that tables can be attacked with keeps every kind of constraint.
    @Test(arguments: AttackTable.rows.map(\.name).filter { !Self.withoutConstraints.contains($0) })
    func everyAttackOfTheTableKeepsConstraints(name: String) throws {
        let document = ConstraintDocument(
            immutable: [0],
            integer: [.init(1)],
            range: [.init(2, lower: -0.5, upper: 0.25)],
            oneHot: [[3, 4]],
            monotone: [.init(5, .falling)],
            linear: [.init([.init(1, 6), .init(1, 2)], .atMost, 0.5)]
        )
        let constraints = try FeatureConstraints(document, featureCount: 7)
        let model = AffineClassifier(randomClasses: 4, inputShape: [7], seed: 5)
        let rows: [[Float]] = [
            [0.5, 1, 0.125, 1, 0, 0.25, 0.25], [-0.25, 0, -0.25, 0, 1, 0.5, 0.5], [0, -1, 0, 1, 0, 0, 0],
        ]
        let batch = try batch(model, rows)
        let row = try AttackTable.row(named: name)
        for norm in row.norms {
            let epsilon: Float = norm == .l0 ? 3 : norm == .linf ? 1 : 2
            let threat = ThreatModel(norm: norm, epsilon: epsilon, bounds: Bounds(-2, 2))
            guard row.isDefined(for: threat, classCount: 4), let preset = row.presets.first else { continue }
            let attack = try row.make(threat: threat, preset: preset, classCount: 4)
            let search = try #require(attack.constrained(by: constraints), "\(name) cannot be constrained")
            let source = RandomSource(seed: 1, stream: name)
            let found = try search.perturb(batch, against: model, random: source)
            let labels = try model.labels(for: found.candidates)
            for (index, original) in rows.enumerated() {
                let candidate = (0..<7).map { found.candidates[index * 7 + $0] }
                let violations = constraints.violations(of: candidate, around: original)
                #expect(violations.isEmpty, "\(name), \(norm)")
                #expect(norm.distance(candidate, original) <= threat.allowance(around: original))
                #expect(batch.aims[index].isReached(by: labels[index]) == found.claimed[index])
            }
        }
    }
}
