import BulwarkAttacks
import BulwarkModels
import BulwarkTensors
import TestSupport
import Testing

struct CarliniWagnerL2Tests {
    @Test(arguments: AffineProblem.all)
    func reachesTheDistance(problem: AffineProblem) throws {
        let attack = try CarliniWagnerL2(
            threat: problem.threat(.l2),
            searchSteps: 8,
            steps: 400,
            learningRate: 0.03,
            initialConstant: 0.01
        )
        try problem.expect(attack, within: 0.01)
    }

    /// Three attacks that have little in common but their aim agree on how robust a network is.
    ///
    /// The cross-entropy, which DDN follows as published, also pulls towards classes that are not the
    /// nearest: here its median is 4.2 % farther.
    @Test func agreesWithOtherMinimumNormAttacks() throws {
        let sample = CurvedSample(count: 9)
        let threat = ThreatModel(norm: .l2, epsilon: .infinity, bounds: Bounds(0, 1))
        let carlini = try CarliniWagnerL2(
            threat: threat,
            searchSteps: 6,
            steps: 200,
            learningRate: 0.03,
            initialConstant: 0.1
        )
        let medians = [
            try sample.median(carlini),
            try sample.median(DDN(threat: threat, loss: .margin, steps: 300)),
            try sample.median(FMN(threat: threat, steps: 300)),
        ]
        let (smallest, largest) = (medians.min() ?? 0, medians.max() ?? .infinity)
        #expect(largest <= smallest * 1.03, "\(medians)")
        let published = try sample.median(DDN(threat: threat, steps: 300))
        #expect(published >= smallest * 0.99 && published <= smallest * 1.06, "\(published), \(medians)")
    }

    /// Without an early end every weight takes every step, and each is one gradient.
    @Test func costsOneGradientAStep() throws {
        let problem = AffineProblem.twoClasses
        let attack = try CarliniWagnerL2(
            threat: problem.threat(.l2),
            searchSteps: 3,
            steps: 20,
            abortsEarly: false
        )
        let counter = CountingClassifier(problem.model)
        let batch = Batch(inputs: ClosedForm.twoClassInput, aims: [problem.aim], samples: [0])
        let result = try attack.perturb(batch, against: counter, random: RandomSource(seed: 0, stream: ""))
        #expect(result.gradients == [60] && counter.gradients == 60)
        #expect(result.queries == [counter.predictions])
    }

    /// With so small a weight the sample itself is the best point, and a descent that stays there gains
    /// nothing.
    @Test func aDescentThatGainsNothingEndsEarly() throws {
        let problem = AffineProblem.twoClasses
        let attack = try CarliniWagnerL2(
            threat: problem.threat(.l2),
            searchSteps: 1,
            steps: 1000,
            initialConstant: 1e-6
        )
        #expect(try problem.run(attack).gradients[0] < 500)
    }

    /// The weight grows tenfold until it is large enough: with 0.1 the pull of the distance is the stronger
    /// one.
    @Test func looksForTheWeight() throws {
        let problem = AffineProblem.twoClasses
        func attack(searchSteps: Int) throws -> CarliniWagnerL2 {
            try CarliniWagnerL2(
                threat: problem.threat(.l2),
                searchSteps: searchSteps,
                steps: 200,
                learningRate: 0.03,
                initialConstant: 0.02
            )
        }
        #expect(try problem.run(attack(searchSteps: 1)).nearest == [nil])
        // The smallest weight that works is 2·d/‖w‖ = 0.24.
        #expect(try problem.run(attack(searchSteps: 3)).nearest[0] != nil)
    }

    /// The first step of Adam moves every variable by the learning rate, downhill.
    @Test func stepsInTheFreeVariables() throws {
        let (points, _) = try walk(searchSteps: 1, steps: 2, learningRate: 0.1)
        #expect(points.count == 2)
        #expect(zip(points[0], [1, 0.25]).allSatisfy { abs($0 - $1) < 1e-5 })
        // The box is 0.5 ± 1.5: tanh(atanh(1/3) − 0.1) and tanh(atanh(−1/6) + 0.1) of the way.
        #expect(abs(points[1][0] - (0.5 + 1.5 * 0.2416951)) < 1e-4)
        #expect(abs(points[1][1] - (0.5 - 1.5 * 0.0681304)) < 1e-4)
    }

    /// A strong penalty leads to where the margin is what was asked for.
    @Test(arguments: [Float(0), 1.5])
    func endsWhereTheMarginIsTheConfidence(confidence: Float) throws {
        let (points, _) = try walk(searchSteps: 1, steps: 300, learningRate: 0.01, confidence: confidence)
        let last = try #require(points.last)
        let margin = -(3 * last[0] - 4 * last[1] + 1)
        #expect(abs(margin - confidence) < 0.2)
    }

    /// A weight has worked only if the confidence was reached: 0.28 leads over the boundary, but not far.
    @Test func aSuccessWithoutConfidenceIsNone() throws {
        let (short, found) = try walk(searchSteps: 1, steps: 300, constant: 0.28, confidence: 1)
        #expect(found.claimed == [true])
        let (long, _) = try walk(searchSteps: 2, steps: 300, constant: 0.28, confidence: 1)
        // The second weight is ten times the first and goes to the margin of 1, not half of it and back.
        let last = try #require(long.last)
        #expect(long.count == 2 * short.count)
        #expect(-(3 * last[0] - 4 * last[1] + 1) > 0.7)
    }

    private func walk(
        searchSteps: Int,
        steps: Int,
        learningRate: Float = 0.01,
        constant: Float = 1,
        confidence: Float = 0
    ) throws -> (points: [[Float]], result: Perturbed) {
        let problem = AffineProblem.twoClasses
        let attack = try CarliniWagnerL2(
            threat: problem.threat(.l2),
            searchSteps: searchSteps,
            steps: steps,
            learningRate: learningRate,
            initialConstant: constant,
            confidence: confidence,
            abortsEarly: false
        )
        let model = RecordingClassifier(problem.model)
        let batch = Batch(inputs: ClosedForm.twoClassInput, aims: [problem.aim], samples: [0])
        let result = try attack.perturb(batch, against: model, random: RandomSource(seed: 0, stream: ""))
        return (model.points, result)
    }

    @Test(arguments: [Norm.linf, .l1, .l0])
    func isNotDefinedForOtherNorms(norm: Norm) {
        #expect(throws: AttackError.unsupportedNorm(attack: "cw-l2", norm: norm)) {
            try CarliniWagnerL2(threat: ClosedForm.threat(norm, 1))
        }
    }

    @Test func needsAFiniteBox() {
        #expect(throws: AttackError.unboundedInputs(attack: "cw-l2")) {
            try CarliniWagnerL2(threat: ClosedForm.threat(.l2, 1, box: Bounds(0, .infinity)))
        }
    }
}
