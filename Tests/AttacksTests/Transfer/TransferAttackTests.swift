import BulwarkAttacks
import BulwarkModels
import BulwarkTensors
import TestSupport
import Testing

struct TransferAttackTests {
    private static let recipes: [TransferRecipe] = [
        .momentum(.crossEntropy, steps: 10), .momentum(.margin, steps: 10),
        .diverse(.crossEntropy, steps: 12), .ascent(.margin, steps: 25, restarts: 1),
    ]

    /// Other scores with the same boundaries: all rows times 3, and the same row added to each.
    private static func twin(of model: AffineClassifier) -> AffineClassifier {
        AffineClassifier(
            weights: model.weights.map { row in row.enumerated().map { 3 * $1 + 0.5 - 0.1 * Double($0) } },
            bias: model.bias.map { 3 * $0 + 2 },
            inputShape: model.inputShape
        )
    }

    private func claims(_ problem: AffineProblem, _ norm: Norm, _ radius: Double) throws -> Bool {
        let threat = ThreatModel(
            goal: problem.aim.goal,
            norm: norm,
            epsilon: Float(radius),
            bounds: problem.box
        )
        let attack = try TransferAttack(
            threat: threat,
            surrogates: [Self.twin(of: problem.model)],
            recipes: Self.recipes
        )
        let batch = Batch(
            inputs: Tensor([1, problem.input.count], problem.input),
            aims: [problem.aim],
            samples: [0]
        )
        let found = try attack.perturb(
            batch,
            against: LabelOnlyClassifier(problem.model),
            random: RandomSource(seed: 1, stream: "transfer")
        )
        #expect(
            try found.claimed == [problem.aim.isReached(by: problem.model.labels(for: found.candidates)[0])]
        )
        return found.claimed[0]
    }

    /// Two models with one boundary are one model to an adversary.
    @Test(arguments: [AffineProblem.twoClasses, .nearerClass, .threeClasses(target: 1, Bounds(-1, 2))])
    func succeedsExactlyBeyondTheDistanceToTheSharedBoundary(problem: AffineProblem) throws {
        for norm in [Norm.linf, .l2] {
            let distance = problem.distance(norm)
            #expect(try claims(problem, norm, distance * 1.001), "\(norm)")
            #expect(try !claims(problem, norm, distance * 0.999), "\(norm)")
        }
        #expect(try claims(problem, .l1, problem.distance(.l1) * 1.1))
        #expect(try !claims(problem, .l1, problem.distance(.l1) * 0.999))
    }

    @Test func noRecipeForTheNormIsAnError() {
        let threat = ThreatModel(norm: .l0, epsilon: 1, bounds: Bounds(0, 1))
        #expect(throws: AttackError.unsupportedNorm(attack: "transfer", norm: .l0)) {
            try TransferAttack(
                threat: threat,
                surrogates: [AffineProblem.twoClasses.model],
                recipes: Self.recipes
            )
        }
    }

    /// A surrogate that is fooled at once goes on to be fooled: the last point lies on the border of the ball.
    @Test func stepsGoOnBehindTheBoundaryOfTheSurrogate() throws {
        let surrogate = ClosedForm.twoClasses
        // The target changes its mind at nine tenths of the radius, the surrogate at a third of it.
        let distance = AffineProblem.twoClasses.distance(.linf)
        let weights = surrogate.weights
        let slope = zip(weights[1], weights[0]).map { $0 - $1 }
        let gap = distance * slope.reduce(0) { $0 + abs($1) }
        let target = AffineClassifier(
            weights: weights,
            bias: [surrogate.bias[0] + 1.7 * gap, surrogate.bias[1]],
            inputShape: surrogate.inputShape
        )
        let threat = ThreatModel(norm: .linf, epsilon: Float(3 * distance), bounds: Bounds(-5, 5))
        for recipe in Self.recipes {
            let attack = try TransferAttack(threat: threat, surrogates: [surrogate], recipes: [recipe])
            let found = try attack.perturb(
                Batch(inputs: ClosedForm.twoClassInput, aims: [.anythingBut(0)], samples: [0]),
                against: target,
                random: RandomSource(seed: 1, stream: "transfer")
            )
            #expect(found.claimed == [true], "\(recipe)")
            #expect(found.queries == [2] && found.gradients == [0])
        }
    }

    /// One query for the sample and one a candidate, whatever comes of it.
    @Test func queriesAreCountedOneByOne() throws {
        let model = TwoLayerClassifier(classCount: 4, hidden: 6, inputShape: [1, 4, 4], seed: 2)
        let other = TwoLayerClassifier(classCount: 4, hidden: 6, inputShape: [1, 4, 4], seed: 3)
        var random = SeededRandom(seed: 1, stream: "inputs")
        let inputs = Tensor([40, 1, 4, 4], generating: { _ in random.uniform() })
        let aims = try model.labels(for: inputs).enumerated().map { row, label in
            Aim.anythingBut(row % 8 == 0 ? (label + 1) % 4 : label)
        }
        let batch = Batch(inputs: inputs, aims: aims, samples: Array(0..<40))
        let threat = ThreatModel(norm: .linf, epsilon: 0.08, bounds: Bounds(0, 1))
        func run(_ budget: Int?, limit: Int? = nil) throws -> (found: Perturbed, asked: Int) {
            let attack = try TransferAttack(
                threat: threat,
                surrogates: [other, model],
                recipes: Self.recipes,
                queryBudget: budget
            )
            #expect(attack.mostQueries == min(9, budget ?? 9))
            let counter = CountingClassifier(model)
            var batch = batch
            batch.maximumQueries = limit
            let source = RandomSource(seed: 1, stream: "transfer")
            return (try attack.perturb(batch, against: counter, random: source), counter.predictions)
        }
        let (found, asked) = try run(nil)
        #expect(found.queries.reduce(0, +) == asked)
        let unbroken = found.claimed.indices.filter { !found.claimed[$0] }
        #expect(!unbroken.isEmpty && unbroken.allSatisfy { found.queries[$0] == 9 })
        #expect(unbroken.allSatisfy { found.firstSuccess[$0] == nil })
        let broken = found.claimed.indices.filter { found.claimed[$0] }
        #expect(broken.allSatisfy { found.firstSuccess[$0] == found.queries[$0] })
        #expect(broken.filter { $0 % 8 == 0 }.allSatisfy { found.queries[$0] == 1 })
        let crafted = broken.filter { $0 % 8 != 0 }
        #expect(crafted.count > 5 && crafted.allSatisfy { found.restarts[$0] == found.queries[$0] - 2 })
        for (budget, limit) in [(3, nil), (nil, 3)] as [(Int?, Int?)] {
            let (cut, asked) = try run(budget, limit: limit)
            #expect(cut.queries.max() == 3 && cut.queries.reduce(0, +) == asked)
            for row in 0..<40 where found.queries[row] <= 3 {
                #expect(cut.candidates.row(row).isBitwiseEqual(to: found.candidates.row(row)))
            }
        }
    }
}
