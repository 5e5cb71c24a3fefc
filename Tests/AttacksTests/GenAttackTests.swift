import BulwarkAttacks
import BulwarkModels
import BulwarkTensors
import TestSupport
import Testing

struct GenAttackTests {
    @Test func mutationsBecomeRarerAndSmallerWithEveryPlateau() throws {
        let attack = try GenAttack(threat: ClosedForm.threat(.linf, 0.1))
        for (plateaus, rate, range) in [
            (0, 0.5, 0.4), (1, 0.45, 0.36), (5, 0.5 * 0.59049, 0.4 * 0.59049),
            (9, 0.5 * 0.387420489, 0.4 * 0.387420489),
            (10, 0.5 * 0.3486784401, 0.15), (15, 0.5 * 0.205891132094649, 0.15), (16, 0.1, 0.15),
            (1000, 0.1, 0.15),
        ] {
            let mutation = attack.mutation(plateaus: plateaus)
            #expect(abs(mutation.rate - rate) < 1e-12 && abs(mutation.range - range) < 1e-12)
        }
    }

    private func watch(
        _ attack: (ThreatModel) throws -> GenAttack,
        epsilon: Float,
        shape: Shape = [40],
        bounds: Bounds? = nil,
        budget: Int
    ) async throws -> ScoreRecorder<AffineClassifier> {
        let model = AffineClassifier(randomClasses: 3, inputShape: shape, seed: 2)
        let bounds = bounds ?? CrampedBox.bounds(shape.count)
        let threat = ThreatModel(norm: .linf, epsilon: epsilon, bounds: bounds)
        let input = CrampedBox.input(shape.count)
        let recorder = try ScoreRecorder(model, input, threat, aim: .anythingBut(1), budget: budget)
        try await recorder.watch(attack(threat))
        return recorder
    }

    @Test func everyPointLiesInTheBallAndTheBox() async throws {
        for shape: Shape in [[2, 6, 5], [1]] {
            for epsilon: Float in [0.05, 0.4, 5] {
                let recorder = try await watch(
                    { try GenAttack(threat: $0) },
                    epsilon: epsilon,
                    shape: shape,
                    budget: 300
                )
                #expect(recorder.trespasses == [])
            }
        }
    }

    /// The first generation is anywhere in the ball; of later ones all but the survivor are asked about.
    @Test func asksForAGenerationAtOnce() async throws {
        let recorder = try await watch(
            { try GenAttack(threat: $0) },
            epsilon: 0.5,
            bounds: Bounds(-9, 9),
            budget: 6 + 5 * 50
        )
        #expect(recorder.questions.map(\.count) == [6] + Array(repeating: 5, count: 50))
        let offsets = recorder.questions[0].flatMap(\.self)
        let changes = zip(offsets, (0..<6).flatMap { _ in recorder.input }).map { $0 - $1 }
        // Uniform between −ε and ε: five standard deviations of the mean and the mean square.
        let mean = changes.reduce(0, +) / 240
        let square = changes.reduce(0) { $0 + $1 * $1 } / 240
        #expect(abs(mean) < 5 * 0.289 / 15.5)
        #expect(abs(square - 0.0833) < 5 * 0.0745 / 15.5)
    }

    /// When it is cold, both parents are the fittest so far, and all children are that one, mutated.
    @Test func childrenOfTheFittestDifferByMutationsOnly() async throws {
        let recorder = try await watch(
            { try GenAttack(threat: $0, temperature: 1e-9) },
            epsilon: 0.5,
            bounds: Bounds(-9, 9),
            budget: 400
        )
        var fittest = recorder.input
        var height = -Float.infinity
        var (changed, total) = (0, 0)
        for (question, answers) in zip(recorder.questions, recorder.answers) {
            if height > -.infinity {
                for child in question {
                    #expect(Norm.linf.distance(child, fittest) < 0.4 * 0.5 + 1e-6)
                    changed += child.indices.filter { child[$0] != fittest[$0] }.count
                    total += child.count
                }
            }
            for (child, logits) in zip(question, answers) where loss(logits) > height {
                (fittest, height) = (child, loss(logits))
            }
        }
        // Half of the elements mutate, some of them at the end of the ball to no effect.
        #expect(Double(changed) / Double(total) > 0.25 && Double(changed) / Double(total) < 0.52)
    }

    /// It rises with the odds against class 1.
    private func loss(_ logits: [Float]) -> Float {
        Loss.crossEntropy.value(ofLogits: logits, aim: .anythingBut(1))
    }

    /// When it is hot, any two are parents, and every element comes from one of them.
    @Test func childrenTakeElementsFromTwoParents() async throws {
        let recorder = try await watch(
            { try GenAttack(threat: $0, temperature: 1e9) },
            epsilon: 0.5,
            bounds: Bounds(-9, 9),
            budget: 11
        )
        let parents = recorder.questions[0]
        for child in recorder.questions[1] {
            // Half of the elements do not mutate: their origin can be told.
            let origins = child.indices.compactMap { index in
                parents.indices.first { parents[$0][index] == child[index] }
            }
            #expect(origins.count > 8 && origins.count < 32)
            #expect(Set(origins).count <= 2)
        }
        let all = recorder.questions[1].map { child in
            Set(
                child.indices.compactMap { index in
                    parents.indices.first { parents[$0][index] == child[index] }
                }
            )
        }
        #expect(all.contains { $0.count == 2 })
    }

    @Test(arguments: [nil, 1], [(0.9999, false), (1.001, true)])
    func isExactForTwoClasses(target: Int?, oracle: (factor: Double, isExpected: Bool)) throws {
        let threat = ClosedForm.threat(.linf, 3.0 / 7 * oracle.factor, target: target)
        let attack = try GenAttack(threat: threat, maximumQueries: 2000)
        let found = try Self.run(attack, ClosedForm.twoClasses, ClosedForm.twoClassInput, target)
        #expect(found.claimed == [oracle.isExpected])
        #expect(oracle.isExpected || found.queries == [2000], "the budget is used to the last query")
    }

    @Test(arguments: [(2, 0.2999, false), (2, 0.303, true), (1, 1, false)])
    func knowsWhatTheBoxPutsOutOfReach(target: Int, radius: Double, isExpected: Bool) throws {
        let threat = ClosedForm.threat(.linf, radius, target: target, box: Bounds(0, 1))
        let attack = try GenAttack(threat: threat, maximumQueries: 4000)
        let found = try Self.run(attack, ClosedForm.threeClasses, ClosedForm.threeClassInput, target)
        #expect(found.claimed == [isExpected])
    }

    private static func run(
        _ attack: GenAttack,
        _ model: AffineClassifier,
        _ input: Tensor,
        _ target: Int?
    ) throws -> Perturbed {
        let aim = target.map { Aim.exactly($0, not: 0) } ?? .anythingBut(0)
        return try attack.perturb(
            Batch(inputs: input, aims: [aim], samples: [0]),
            against: model,
            random: RandomSource(seed: 3, stream: "genattack")
        )
    }

    @Test func answersThatAreNoNumbersEndNothing() async throws {
        let model = NaNClassifier(
            AffineClassifier(randomClasses: 3, inputShape: [5], seed: 4),
            logitsToo: true
        )
        let threat = ClosedForm.threat(.linf, 0.1)
        let recorder = try ScoreRecorder(model, Array(repeating: 0.5, count: 5), threat, budget: 100)
        try await recorder.watch(GenAttack(threat: threat))
        #expect(recorder.points.count == 96)
        #expect(recorder.trespasses == [])
    }

    @Test(arguments: [Norm.l2, .l1, .l0])
    func isNotDefinedForOtherNorms(norm: Norm) {
        #expect(throws: AttackError.unsupportedNorm(attack: "genattack", norm: norm)) {
            try GenAttack(threat: ClosedForm.threat(norm, 1))
        }
    }
}
