import BulwarkAttacks
import BulwarkModels
import BulwarkTensors
import TestSupport
import Testing

struct PGDTests {
    private func pgd(
        _ threat: ThreatModel,
        _ loss: Loss,
        steps: Int = 100,
        stepsToCross: Float = 40,
        restarts: Int = 1,
        randomStart: Bool = false,
        stopping: PGD.Stopping = .atSuccess
    ) throws -> PGD {
        try PGD(
            threat: threat,
            loss: loss,
            stepSize: threat.epsilon / stepsToCross,
            steps: steps,
            restarts: restarts,
            randomStart: randomStart,
            stopping: stopping
        )
    }

    /// Where the smallest perturbation is, and how to find it: from the input where the loss points to the
    /// nearest class, from many starts where it first points elsewhere.
    static let thresholds:
        [(norm: Norm, loss: Loss, target: Int?, restarts: Int, radius: Double, margin: Double)] = [
            (.linf, .crossEntropy, nil, 1, 0.3, 3e-5),
            (.linf, .crossEntropy, nil, 5, 0.3, 3e-5),
            (.linf, .margin, nil, 20, 0.3, 3e-5),
            (.linf, .differenceOfLogitsRatio, nil, 20, 0.3, 3e-5),
            (.linf, .margin, 2, 1, 0.3, 3e-5),
            (.l2, .margin, nil, 20, 0.51537341, 1e-3),
            (.l2, .margin, 2, 1, 0.51537341, 1e-5),
            (.l2, .margin, 1, 1, 0.92376043, 1e-5),
            // From the input the margin climbs towards class 1, the larger of the two at first, and stays
            // there: a local maximum, which is why one start is not a strong attack.
            (.linf, .margin, nil, 1, 0.53333333, 3e-5),
            (.l2, .margin, nil, 1, 0.92376043, 1e-5),
        ]

    @Test(arguments: thresholds)
    func succeedsExactlyBeyondTheDistanceToTheBoundary(
        norm: Norm,
        loss: Loss,
        target: Int?,
        restarts: Int,
        radius: Double,
        margin: Double
    ) throws {
        func succeeds(_ radius: Double) throws -> Bool {
            let threat = ClosedForm.threat(norm, radius, target: target)
            let attack = try pgd(threat, loss, steps: 400, restarts: restarts, randomStart: restarts > 1)
            return try ClosedForm.succeeds(
                attack,
                on: ClosedForm.threeClasses,
                at: ClosedForm.threeClassInput,
                target: target
            )
        }
        #expect(try !succeeds(radius * (1 - margin)))
        #expect(try succeeds(radius * (1 + margin)))
    }

    @Test(arguments: [Loss.crossEntropy, .margin], [(Norm.linf, 3.0 / 7), (.l2, 0.6)])
    func isExactForTwoClasses(loss: Loss, oracle: (norm: Norm, radius: Double)) throws {
        for (factor, isExpected) in [(0.9999, false), (1.0001, true)] {
            let attack = try pgd(ClosedForm.threat(oracle.norm, oracle.radius * factor), loss)
            let result = try ClosedForm.succeeds(
                attack,
                on: ClosedForm.twoClasses,
                at: ClosedForm.twoClassInput
            )
            #expect(result == isExpected)
        }
    }

    /// In the unit box class 2 is as near as outside it, and class 1 cannot be reached at all.
    @Test func knowsWhatTheBoxPutsOutOfReach() throws {
        let box = Bounds(0, 1)
        for (target, radius, isExpected) in [(2, 0.2999, false), (2, 0.3001, true), (1, 1, false)] {
            let attack = try pgd(ClosedForm.threat(.linf, radius, target: target, box: box), .margin)
            let result = try ClosedForm.succeeds(
                attack,
                on: ClosedForm.threeClasses,
                at: ClosedForm.threeClassInput,
                target: target
            )
            #expect(result == isExpected, "target \(target) at \(radius)")
        }
    }

    /// In a box the distance is where Σ|dwᵢ|·δᵢ meets the margin, with δᵢ = min(e, slackᵢ) for Linf and
    /// min(t·|dwᵢ|, slackᵢ) with ‖δ‖₂ = e for L2.
    @Test(arguments: [Norm.linf, .l2], 0..<60)
    func isExactInABoxForTwoClasses(norm: Norm, seed: Int) throws {
        let size = 10
        let model = AffineClassifier(randomClasses: 2, inputShape: [size], seed: UInt64(seed))
        var random = SeededRandom(seed: UInt64(seed), stream: "point")
        // Some elements begin on the border, where the box cuts at once.
        let input = Tensor([1, size], (0..<size).map { $0 % 4 == 0 ? Float($0 % 8 / 4) : random.uniform() })
        let truth = try model.labels(for: input)[0]
        let slope = zip(model.weights[1 - truth], model.weights[truth]).map { $0 - $1 }
        let gap =
            model.bias[truth] - model.bias[1 - truth]
            - zip(slope, input.elements).map { $0 * Double($1) }.reduce(0, +)
        let slack = zip(slope, input.elements).map { $0 > 0 ? 1 - Double($1) : Double($1) }
        func offsets(_ reach: Double) -> [Double] {
            zip(slope, slack).map { min(norm == .linf ? reach : reach * abs($0), $1) }
        }
        func gain(_ reach: Double) -> Double {
            zip(slope, offsets(reach)).reduce(0) { $0 + abs($1.0) * $1.1 }
        }
        var (low, high) = (0.0, 1e4)
        let isReachable = gain(high) > gap
        for _ in 0..<200 {
            let middle = (low + high) / 2
            if gain(middle) < gap { low = middle } else { high = middle }
        }
        let radius = norm == .linf ? high : offsets(high).reduce(0) { $0 + $1 * $1 }.squareRoot()

        func succeeds(_ radius: Double) throws -> Bool {
            // Steps as long as the radius: only the nearest point of ball and box leaves nothing to lose by
            // that.
            let attack = try pgd(
                ClosedForm.threat(norm, radius, box: Bounds(0, 1)),
                .crossEntropy,
                stepsToCross: 1
            )
            return try ClosedForm.succeeds(attack, on: model, at: input, truth: truth)
        }
        if isReachable {
            #expect(try !succeeds(radius * 0.9999))
            #expect(try succeeds(radius * 1.0001))
        } else {
            #expect(try !succeeds(norm == .linf ? 1 : Double(size)))
        }
    }

    @Test func oneWholeStepFromTheInputIsFGSM() throws {
        let model = TwoLayerClassifier(classCount: 4, hidden: 6, inputShape: [9], seed: 2)
        var random = SeededRandom(seed: 1, stream: "inputs")
        let inputs = Tensor([12, 9], generating: { _ in random.uniform() })
        let aims = try model.labels(for: inputs).map { Aim.anythingBut($0) }
        let batch = Batch(inputs: inputs, aims: aims, samples: Array(0..<12))
        let threat = ThreatModel(norm: .linf, epsilon: 0.05, bounds: Bounds(0, 1))
        let source = RandomSource(seed: 0, stream: "")
        let step = try pgd(threat, .crossEntropy, steps: 1, stepsToCross: 1)
        let many = try step.perturb(batch, against: model, random: source)
        let once = try FGSM(threat: threat).perturb(batch, against: model, random: source)
        #expect(many.candidates.isBitwiseEqual(to: once.candidates))
    }

    /// One start at the input stays with class 1 until 0.5333; random ones find class 2 at 0.30.
    @Test func laterRestartsAreRandomEvenIfTheFirstIsNot() throws {
        for (restarts, isExpected) in [(1, false), (20, true)] {
            let attack = try pgd(ClosedForm.threat(.linf, 0.31), .margin, restarts: restarts)
            let result = try ClosedForm.succeeds(
                attack,
                on: ClosedForm.threeClasses,
                at: ClosedForm.threeClassInput
            )
            #expect(result == isExpected)
        }
    }

    @Test(arguments: [Norm.linf, .l2])
    func anElementWithoutInfluenceStaysWhereItIs(norm: Norm) throws {
        let model = AffineClassifier(weights: [[4, 0], [0, 0]], bias: [0, 0])
        let batch = Batch(inputs: Tensor([1, 2], [1, 0.25]), aims: [.anythingBut(0)], samples: [0])
        let attack = try pgd(ClosedForm.threat(norm, 0.5), .crossEntropy)
        let result = try attack.perturb(batch, against: model, random: RandomSource(seed: 0, stream: ""))
        #expect(result.candidates == Tensor([1, 2], [0.5, 0.25]))
    }

    @Test(arguments: [PGD.Stopping.atSuccess, .afterAllSteps])
    func anAdversarialIterateOnTheWayIsReturned(stopping: PGD.Stopping) throws {
        let model = BandClassifier(band: 0.55...0.65)
        let batch = Batch(inputs: Tensor([1, 1], [0.5]), aims: [.anythingBut(0)], samples: [0])
        let threat = ThreatModel(norm: .linf, epsilon: 0.4, bounds: Bounds(0, 1))
        let attack = try pgd(threat, .margin, steps: 8, stepsToCross: 4, stopping: stopping)
        let result = try attack.perturb(batch, against: model, random: RandomSource(seed: 0, stream: ""))
        #expect(result.claimed == [true])
        #expect(try model.labels(for: result.candidates) == [1])
    }

    @Test func aSampleThatIsDoneCostsNothingMore() throws {
        // The second input is out of reach.
        let inputs = Tensor([2, 2], [1, 0.25, 9, 0.25])
        let batch = Batch(inputs: inputs, aims: [.anythingBut(0), .anythingBut(0)], samples: [0, 1])
        let attack = try pgd(
            ClosedForm.threat(.linf, 0.5),
            .crossEntropy,
            steps: 20,
            stepsToCross: 10,
            restarts: 3
        )
        let source = RandomSource(seed: 0, stream: "")
        let result = try attack.perturb(batch, against: ClosedForm.twoClasses, random: source)
        // Steps of 0.05 gain 0.35 of the margin of 3 each: the ninth point is over it, and its gradient shows
        // that.
        #expect(result.claimed == [true, false])
        #expect(result.gradients == [10, 60])
        #expect(result.queries == [2, 4])
    }

    @Test func everyStepIsTakenWhereThatIsAskedFor() throws {
        let inputs = Tensor([2, 2], [1, 0.25, 9, 0.25])
        let batch = Batch(inputs: inputs, aims: [.anythingBut(0), .anythingBut(0)], samples: [0, 1])
        let threat = ClosedForm.threat(.linf, 0.5)
        let attack = try pgd(
            threat,
            .crossEntropy,
            steps: 20,
            stepsToCross: 10,
            restarts: 3,
            stopping: .afterAllSteps
        )
        let source = RandomSource(seed: 0, stream: "")
        let result = try attack.perturb(batch, against: ClosedForm.twoClasses, random: source)
        #expect(result.gradients == [60, 60])
        // The corner of the ball has the highest loss.
        #expect(result.candidates == Tensor([2, 2], [0.5, 0.75, 8.5, 0.75]))
    }

    @Test func aRandomStartIsUniformInTheBall() throws {
        // No steps: of the start and the input the one with the higher loss is returned. The loss grows with
        // x, so that is the start where it lies above the input, which happens to one sample in two.
        let count = 4000
        let model = AffineClassifier(weights: [[0], [1]], bias: [5, 0])
        let batch = Batch(
            inputs: Tensor([count, 1]),
            aims: Array(repeating: .anythingBut(0), count: count),
            samples: Array(0..<count)
        )
        let attack = try pgd(ClosedForm.threat(.linf, 2), .margin, steps: 0, randomStart: true)
        let result = try attack.perturb(batch, against: model, random: RandomSource(seed: 1, stream: "pgd"))
        let moved = result.candidates.elements.filter { $0 > 0 }
        let mean = moved.reduce(0, +) / Float(moved.count)
        // Five standard deviations on either side: √(n/4) of the count, and 2/√12 in √(n/2) of the mean.
        #expect(abs(moved.count - count / 2) < 158)
        #expect(abs(mean - 1) < 0.065)
    }

    @Test(arguments: [Norm.l1, .l0])
    func isNotDefinedForOtherNorms(norm: Norm) {
        #expect(throws: AttackError.unsupportedNorm(attack: "pgd-dlr", norm: norm)) {
            try pgd(ClosedForm.threat(norm, 1), .differenceOfLogitsRatio)
        }
    }

    @Test func refusesALossThatNeedsMoreClasses() throws {
        let attack = try pgd(ClosedForm.threat(.linf, 1), .differenceOfLogitsRatio)
        #expect(throws: AttackError.tooFewClasses(attack: "pgd-dlr", classCount: 2, minimum: 3)) {
            try ClosedForm.succeeds(attack, on: ClosedForm.twoClasses, at: ClosedForm.twoClassInput)
        }
    }
}

/// Wrong only in a band of its one input, with a loss that goes on rising behind it.
private struct BandClassifier: GradientAccess {
    let band: ClosedRange<Float>
    let inputShape: Shape = [1]
    let classCount = 2

    func logits(for inputs: Tensor) throws -> Tensor {
        Tensor([inputs.rowCount, 2], inputs.elements.flatMap { band.contains($0) ? [0, 1] : [1 - $0, 0] })
    }

    func inputGradient(of loss: Loss, at inputs: Tensor, aims: [Aim]) throws -> LossGradient {
        LossGradient(
            losses: Array(inputs.elements),
            gradient: Tensor(inputs.shape, repeating: 1),
            logits: try logits(for: inputs)
        )
    }
}
