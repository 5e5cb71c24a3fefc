import BulwarkAttacks
import BulwarkModels
import BulwarkTensors
import TestSupport
import Testing

struct UniversalPerturbationTests {
    /// Two classes with w = (3, −4) and b = 1: samples of class 0 with margins of 1 to 3.
    private let inputs = Tensor([5, 2], [0, 0, 0.5, 0, 1, 0.25, 1, 0.5, 0, -0.25])
    private let margins = [1.0, 2.5, 3, 2, 2]

    private func batch(_ inputs: Tensor) -> Batch {
        Batch(
            inputs: inputs,
            aims: Array(repeating: .anythingBut(0), count: inputs.rowCount),
            samples: Array(0..<inputs.rowCount)
        )
    }

    private func attack(_ norm: Norm, _ epsilon: Double, rate: Double = 1) throws -> UniversalPerturbation {
        try UniversalPerturbation(
            threat: ClosedForm.threat(norm, epsilon),
            foolingRate: rate,
            maximumRounds: 40
        )
    }

    /// On two classes one direction is the best for all: samples nearer than the radius are fooled, in L2 by
    /// 5·ε of the margin; along it, cut off to a cube, in Linf by 7·ε.
    @Test(arguments: [(Norm.l2, 5.0), (.linf, 7)])
    func foolsWhatIsNearerThanTheRadius(norm: Norm, gain: Double) throws {
        for reach in [0.9, 1.1, 2.1, 2.6, 3.1] {
            let result = try attack(norm, reach / gain)
                .perturb(batch(inputs), against: ClosedForm.twoClasses, random: .init(seed: 1, stream: ""))
            #expect(result.claimed == margins.map { $0 < reach }, "\(norm), \(reach)")
            for distance in norm.distances(result.candidates, inputs) {
                #expect(distance <= reach / gain * (1 + 1e-5))
            }
        }
    }

    /// The same difference is added to all samples.
    @Test func isOnePerturbation() throws {
        let attack = try attack(.l2, 0.5)
        let source = RandomSource(seed: 1, stream: "")
        let found = try attack.fit(batch(inputs), against: ClosedForm.twoClasses, random: source)
        let result = try attack.perturb(batch(inputs), against: ClosedForm.twoClasses, random: source)
        #expect(found.shape == [2])
        #expect(attack.apply(found, to: inputs).isBitwiseEqual(to: result.candidates))
        let differences = result.candidates - inputs
        for row in 0..<5 {
            #expect(abs(differences[2 * row] - found[0]) < 1e-6)
            #expect(abs(differences[2 * row + 1] - found[1]) < 1e-6)
        }
        // Against the weights: (−3, 4)/5 of the length 0.5.
        #expect(abs(found[0] + 0.3) < 1e-5 && abs(found[1] - 0.4) < 1e-5)
    }

    @Test func isFittedOnSomeSamplesAndAppliedToOthers() throws {
        let attack = try attack(.l2, 0.61)
        let source = RandomSource(seed: 1, stream: "")
        let found = try attack.fit(
            batch(inputs.rows(2..<3)),
            against: ClosedForm.twoClasses,
            random: source
        )
        let others = Tensor([2, 2], [0.8, 0, 3, 0])
        let labels = try ClosedForm.twoClasses.labels(for: attack.apply(found, to: others))
        // Their margins are 3.4 and 10; a little more than the 3 of the sample it was fitted on is gained.
        #expect(labels == [0, 0])
        let nearer = Tensor([2, 2], [0.6, 0, 0.3, 0])
        #expect(try ClosedForm.twoClasses.labels(for: attack.apply(found, to: nearer)) == [1, 1])
    }

    /// With a rate of 0.4 two of five samples are enough, and nobody looks for more.
    @Test func stopsAtTheFoolingRate() throws {
        let model = CountingClassifier(ClosedForm.twoClasses)
        let source = RandomSource(seed: 1, stream: "")
        let far = Tensor([2, 2], [0, 0, 9, 0])
        let once = try attack(.l2, 1, rate: 0.5).perturb(batch(far), against: model, random: source)
        #expect(once.claimed == [true, false])
        #expect(once.queries.reduce(0, +) == model.predictions)
        #expect(once.gradients.reduce(0, +) == model.gradients)
        let all = try attack(.l2, 1, rate: 1).perturb(batch(far), against: model, random: source)
        #expect(all.queries.reduce(0, +) > 3 * once.queries.reduce(0, +))
    }

    @Test func whatIsReachedAlreadyTakesNoPart() throws {
        let mixed = Tensor([2, 2], [-1, 0, 0, 0])
        let result = try attack(.l2, 1)
            .perturb(batch(mixed), against: ClosedForm.twoClasses, random: .init(seed: 1, stream: ""))
        #expect(result.claimed == [true, true])
        #expect(result.queries[0] == 1 && result.gradients[0] == 0)
        #expect(result.candidates.row(0) == mixed.row(0) && result.candidates.row(1) != mixed.row(1))
    }

    /// Towards the target, though another class is nearer.
    @Test func aTargetIsReached() throws {
        let threat = ClosedForm.threat(.l2, 0.95, target: 1)
        let batch = Batch(
            inputs: ClosedForm.threeClassInput,
            aims: [.exactly(1, not: 0)],
            samples: [0]
        )
        let result = try UniversalPerturbation(threat: threat, foolingRate: 1)
            .perturb(batch, against: ClosedForm.threeClasses, random: .init(seed: 1, stream: ""))
        #expect(try ClosedForm.threeClasses.labels(for: result.candidates) == [1])
    }

    @Test func holdsWhatAttacksHold() throws {
        let model = TwoLayerClassifier(classCount: 5, hidden: 8, inputShape: [1, 3, 4], seed: 4)
        var random = SeededRandom(seed: 9, stream: "samples")
        let inputs = Tensor([23, 1, 3, 4], generating: { _ in random.uniform() })
        let aims = try model.labels(for: inputs).map { Aim.anythingBut($0) }
        let batch = Batch(inputs: inputs, aims: aims, samples: Array(0..<23))
        for norm in [Norm.linf, .l2] {
            let epsilon: Float = norm == .linf ? 0.2 : 0.6
            let threat = ThreatModel(norm: norm, epsilon: epsilon, bounds: Bounds(0, 1))
            let attack = try UniversalPerturbation(threat: threat)
            let counter = CountingClassifier(model)
            let result = try attack.perturb(batch, against: counter, random: .init(seed: 1, stream: ""))
            #expect(result.queries.reduce(0, +) == counter.predictions)
            #expect(result.gradients.reduce(0, +) == counter.gradients)
            let again = try attack.perturb(batch, against: model, random: .init(seed: 1, stream: ""))
            #expect(again.candidates.isBitwiseEqual(to: result.candidates))
            let labels = try model.labels(for: result.candidates)
            #expect(zip(aims, labels).map { $0.isReached(by: $1) } == result.claimed)
            #expect(result.claimed.contains(true))
            for row in 0..<23 { #expect(threat.bounds.contains(row: row, of: result.candidates)) }
            #expect(norm.distances(result.candidates, inputs).allSatisfy { $0 <= Double(epsilon) * 1.00001 })
            let none = try UniversalPerturbation(threat: threat.with(epsilon: 0))
                .perturb(batch, against: model, random: .init(seed: 1, stream: ""))
            #expect(none.candidates.isBitwiseEqual(to: inputs))
        }
    }

    @Test(arguments: [Norm.l1, .l0]) func isNotDefinedForOtherNorms(norm: Norm) {
        #expect(throws: AttackError.unsupportedNorm(attack: "universal-perturbation", norm: norm)) {
            try UniversalPerturbation(threat: ClosedForm.threat(norm, 1))
        }
    }
}
