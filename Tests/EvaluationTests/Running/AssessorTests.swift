import BulwarkAttacks
import BulwarkEvaluation
import BulwarkModels
import BulwarkTensors
import TestSupport
import Testing

struct AssessorTests {
    private func plan(
        _ threat: ThreatModel,
        _ suite: AttackSuite = .quick,
        classCount: Int,
        seed: UInt64 = 0
    ) throws
        -> AssessmentPlan
    {
        AssessmentPlan(
            threat: threat,
            suite: suite.rawValue,
            attacks: try suite.attacks(for: threat, classCount: classCount),
            seed: seed
        )
    }

    /// Gradient attacks are exact on affine models, so every number is known beforehand.
    @Test(arguments: [Norm.linf, .l2], [AttackSuite.quick, .standard])
    func numbersOfALinearModelAreThoseOfTheClosedForm(_ norm: Norm, _ suite: AttackSuite) throws {
        let linear = try LinearCase(norm: norm)
        let epsilon: Float = norm == .linf ? 0.125 : 0.25
        let plan = try plan(linear.threat(epsilon: epsilon), suite, classCount: 2)
        try #require(linear.isClear(of: plan.curveEpsilons.map(Double.init)))
        let outcome = try Assessor.run(plan, linear.model, on: linear.samples)
        let assessment = outcome.assessment

        let correct = linear.isCorrect.count { $0 }
        let robust = linear.robustCount(at: Double(epsilon))
        try #require(robust > 5 && robust < correct - 5)
        #expect(assessment.cleanAccuracy == Proportion(successes: correct, trials: 60).estimate())
        #expect(assessment.worstCase.robustAccuracy == Proportion(successes: robust, trials: 60).estimate())
        #expect(assessment.accuracyDrop == Proportion(successes: correct - robust, trials: 60).estimate())
        #expect(assessment.vulnerability.breaches == correct - robust)
        #expect(assessment.vulnerability.trials == correct)
        for attack in assessment.attacks where attack.kind == "gradient" && attack.isStrong {
            #expect(attack.robustAccuracy == assessment.worstCase.robustAccuracy, "\(attack.name)")
            // The first of those that attack survivors breaks everything that can be broken.
            let wasFirst = !attack.attacksSurvivors || attack.name == "apgd-ce"
            let (broken, trials) = wasFirst ? (correct - robust, correct) : (0, robust)
            #expect(attack.successRate == Proportion(successes: broken, trials: trials).estimate())
        }
        #expect(assessment.resilienceCurve.map { Float($0.epsilon) } == plan.curveEpsilons)
        for point in assessment.resilienceCurve {
            let count = linear.robustCount(at: point.epsilon)
            #expect(
                point.robustAccuracy == Proportion(successes: count, trials: 60).estimate(),
                "\(point.epsilon)"
            )
        }
        #expect(!assessment.attacks.contains { $0.name == "apgd-t" }, "two classes are too few for it")
    }

    /// At radii near the grid of the floats a candidate's distance is rounded, and the curve still agrees
    /// with the attacks.
    @Test(arguments: [0.1, 0.03, 0.01] as [Float])
    func theCurveAgreesWithTheWorstCase(epsilon: Float) throws {
        let affine = try AffineCase(epsilon: epsilon)
        let outcome = try Assessor.run(
            plan(affine.threat, .standard, classCount: 3),
            OpenClassifier(affine.affine),
            on: affine.samples
        )
        let curve = outcome.assessment.resilienceCurve
        let rates = curve.compactMap(\.robustAccuracy.value)
        #expect(rates.count == 7)
        #expect(zip(rates, rates.dropFirst()).allSatisfy { $0 >= $1 })
        #expect(rates.first == outcome.assessment.cleanAccuracy.value)
        let atEpsilon = try #require(curve.first { Float($0.epsilon) == epsilon }?.robustAccuracy.value)
        let worst = try #require(outcome.assessment.worstCase.robustAccuracy.value)
        #expect(atEpsilon <= worst)
        #expect(worst < 1)
    }

    @Test func rowsAreViewsOfTheRecords() throws {
        let linear = try LinearCase(norm: .linf)
        let plan = try plan(linear.threat(epsilon: 0.125), classCount: 2)
        let outcome = try Assessor.run(plan, linear.model, on: linear.samples)
        let assessment = outcome.assessment
        #expect(outcome.records.map(\.attack) == assessment.attacks.map(\.name))
        #expect(assessment.attacks.map(\.name) == plan.attacks.map(\.row.name))
        for (attack, records) in zip(assessment.attacks, outcome.records.map(\.records)) {
            #expect(records.map(\.sample) == linear.samples.indices)
            #expect(records.map(\.wasAttacked) == linear.isCorrect)
            let attacked = records.filter(\.wasAttacked)
            #expect(
                records.allSatisfy {
                    $0.wasAttacked || (!$0.isBroken && $0.queries == 0 && $0.gradients == 0)
                }
            )
            let broken = attacked.filter(\.isBroken)
            #expect(attack.successRate.value == Double(broken.count) / Double(attacked.count))
            #expect(
                attack.robustAccuracy.value == Double(attacked.count - broken.count) / Double(records.count)
            )
            #expect(attack.medianPerturbation == median(broken.map(\.distances.linf)))
            #expect(attack.queries.total == records.reduce(0) { $0 + $1.queries })
            #expect(attack.queries.median == median(attacked.map { Double($0.queries) }))
            #expect(attack.gradients.total == records.reduce(0) { $0 + $1.gradients })
            #expect(attack.gradients.median == median(attacked.map { Double($0.gradients) }))
        }
        // A sample is robust if it survives every attack.
        let robust = linear.samples.labels.indices.count { position in
            linear.isCorrect[position] && outcome.records.allSatisfy { !$0.records[position].isBroken }
        }
        #expect(assessment.worstCase.robustAccuracy.value == Double(robust) / 60)
        #expect(!outcome.exhibits.isEmpty && outcome.exhibits.count <= 8)
        for exhibit in outcome.exhibits {
            let position = try #require(linear.samples.indices.firstIndex(of: exhibit.sample))
            let records = try #require(outcome.records.first { $0.attack == exhibit.attack }?.records)
            #expect(records[position].isBroken)
            #expect(exhibit.clean.isBitwiseEqual(to: linear.samples.inputs.row(position)))
            let batch = exhibit.adversarial.reshaped(to: [1, 6])
            #expect(try linear.model.labels(for: batch) == [exhibit.adversarialPrediction])
            #expect(exhibit.adversarialPrediction != exhibit.label)
            #expect(exhibit.distance == Norm.linf.distances(batch, exhibit.clean.reshaped(to: [1, 6]))[0])
        }
    }

    private func median(_ values: [Double]) -> Double? {
        let sorted = values.sorted()
        return sorted.isEmpty ? nil : (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
    }

    /// No attack alone breaks what all of them break, and the worst case knows.
    @Test func theWorstCaseIsTheMinimumOverTheAttacks() throws {
        // Gradients lead nowhere for half of the samples; noise breaks some of those.
        let affine = try AffineCase(count: 60, epsilon: 0.15)
        let masked = OpenClassifier(PartlyMaskedClassifier(base: affine.affine))
        var plan = AssessmentPlan(
            threat: affine.threat,
            suite: "custom",
            attacks: [try planned("fgsm", "standard"), try planned("noise", "fast")]
        )
        plan.curveEpsilons = [0]
        let outcome = try Assessor.run(plan, masked, on: affine.samples)
        let broken = outcome.records.map { $0.records.map(\.isBroken) }
        let onlyFirst = zip(broken[0], broken[1]).count { $0 && !$1 }
        let onlySecond = zip(broken[0], broken[1]).count { !$0 && $1 }
        try #require(onlyFirst > 0 && onlySecond > 0)
        let either = zip(broken[0], broken[1]).count { $0 || $1 }
        #expect(
            outcome.assessment.worstCase.robustAccuracy
                == Proportion(successes: 60 - either, trials: 60).estimate()
        )
        #expect(outcome.assessment.vulnerability.breaches == either)
        #expect(outcome.status(of: "gradient-beats-noise") == .fail)
    }

    /// Hides its gradient from samples whose first element is large.
    private struct PartlyMaskedClassifier: GradientAccess {
        let base: AffineClassifier
        var inputShape: Shape { base.inputShape }
        var classCount: Int { base.classCount }
        func logits(for inputs: Tensor) throws -> Tensor { try base.logits(for: inputs) }
        func inputGradient(of loss: Loss, at inputs: Tensor, aims: [Aim]) throws -> LossGradient {
            let slope = try base.inputGradient(of: loss, at: inputs, aims: aims)
            var gradient = slope.gradient
            for position in 0..<gradient.count where inputs[position / 6 * 6] > 0.5 { gradient[position] = 0 }
            return LossGradient(losses: slope.losses, gradient: gradient, logits: slope.logits)
        }
    }

    @Test func theSameSeedGivesTheSameAssessment() throws {
        let affine = try AffineCase(epsilon: 0.1)
        func run(seed: UInt64) throws -> AssessmentOutcome {
            let plan = try plan(affine.threat, classCount: 3, seed: seed)
            return try Assessor.run(plan, OpenClassifier(affine.affine), on: affine.samples)
        }
        let (first, again, other) = (try run(seed: 1), try run(seed: 1), try run(seed: 2))
        #expect(first.assessment == again.assessment)
        #expect(first.records.map(\.records) == again.records.map(\.records))
        #expect(first.records.map(\.records) != other.records.map(\.records))
    }

    @Test func threadsDoNotChangeTheAssessment() throws {
        let graph = try ClassifierGraph(
            Architecture.mlp.graph(inputShape: [4], classCount: 3, width: 6, seed: 4)
        )
        let inputs = uniform([20, 4], seed: 5)
        let threat = ThreatModel(norm: .linf, epsilon: 0.1, bounds: Bounds(0, 1))
        let plan = try plan(threat, classCount: 3)
        func run(threads: Int) throws -> AssessmentOutcome {
            let model = GraphClassifier(
                graph,
                backend: ReferenceBackend(),
                execution: Execution(threads: threads, blockSize: 6)
            )
            let labels = try model.labels(for: inputs).enumerated().map { $0 % 5 == 4 ? ($1 + 1) % 3 : $1 }
            let samples = AssessmentSamples(
                inputs: inputs,
                labels: labels,
                indices: Array(0..<20),
                reference: uniform([30, 4], seed: 6)
            )
            return try Assessor.run(plan, model, on: samples)
        }
        let one = try run(threads: 1)
        #expect(one.assessment.cleanAccuracy.value == 0.8)
        #expect(Set(one.assessment.anomaly.map(\.space)) == ["inputs", "activations"])
        for threads in 2...3 {
            let other = try run(threads: threads)
            #expect(other.assessment == one.assessment)
            #expect(other.records.map(\.records) == one.records.map(\.records))
        }
    }

    @Test func withoutAttacksNothingIsKnown() throws {
        let linear = try LinearCase(norm: .linf)
        let plan = AssessmentPlan(threat: linear.threat(epsilon: 0.01), suite: "custom", attacks: [])
        let assessment = try Assessor.run(plan, linear.model, on: linear.samples).assessment
        #expect(assessment.verdict == .inconclusive)
        #expect(assessment.vulnerability.score == assessment.vulnerability.severity)
        #expect(assessment.vulnerability.severity == VulnerabilityScore.defaultEvasionSeverity.score)
        #expect(assessment.vulnerability.trials == 0)
        #expect(assessment.attacks.isEmpty && assessment.anomaly.isEmpty)
    }

    @Test func withNoSampleClassifiedCorrectlyNothingIsAttacked() throws {
        let linear = try LinearCase(norm: .linf)
        let wrong = try linear.model.labels(for: linear.samples.inputs).map { 1 - $0 }
        let samples = AssessmentSamples(
            inputs: linear.samples.inputs,
            labels: wrong,
            indices: linear.samples.indices,
            reference: linear.samples.inputs
        )
        let plan = try plan(linear.threat(epsilon: 0.1), .standard, classCount: 2)
        let outcome = try Assessor.run(plan, linear.model, on: samples)
        let assessment = outcome.assessment
        #expect(assessment.cleanAccuracy.value == 0)
        #expect(assessment.worstCase.robustAccuracy.value == 0)
        #expect(assessment.accuracyDrop.value == 0)
        #expect(assessment.attacks.allSatisfy { $0.successRate.value == nil && $0.queries.total == 0 })
        #expect(outcome.records.allSatisfy { $0.records.allSatisfy { !$0.wasAttacked && !$0.isBroken } })
        #expect(assessment.vulnerability.score == assessment.vulnerability.severity)
        #expect(assessment.verdict == .vulnerable)
    }

    @Test(arguments: [0, 1])
    func hardlyAnySamplesGiveNoVerdict(count: Int) throws {
        let linear = try LinearCase(norm: .linf)
        let samples = AssessmentSamples(
            inputs: linear.samples.inputs.rows(0..<count),
            labels: Array(linear.samples.labels.prefix(count)),
            indices: Array(linear.samples.indices.prefix(count)),
            reference: nil
        )
        for attacks in [
            try AttackSuite.standard.attacks(for: linear.threat(epsilon: 0.1), classCount: 2), [],
        ] {
            let plan = AssessmentPlan(threat: linear.threat(epsilon: 1e-4), suite: "custom", attacks: attacks)
            let assessment = try Assessor.run(plan, linear.model, on: samples).assessment
            #expect(assessment.verdict == .inconclusive)
            #expect(assessment.cleanAccuracy.samples == count)
            #expect(assessment.worstCase.robustAccuracy.value == (count == 0 ? nil : 1))
        }
    }

    @Test(arguments: [Norm.linf, .l2])
    func aRadiusOfZeroChangesNothing(_ norm: Norm) throws {
        let linear = try LinearCase(norm: norm)
        let plan = try plan(linear.threat(epsilon: 0), .standard, classCount: 2)
        let outcome = try Assessor.run(plan, linear.model, on: linear.samples)
        #expect(outcome.assessment.worstCase.robustAccuracy == outcome.assessment.cleanAccuracy)
        #expect(outcome.assessment.resilienceCurve.map(\.epsilon) == [0])
        #expect(outcome.assessment.resilienceCurve[0].robustAccuracy == outcome.assessment.cleanAccuracy)
        #expect(
            outcome.records.allSatisfy { $0.records.allSatisfy { $0.distances == .zero && !$0.isBroken } }
        )
    }

    @Test func aTargetedAdversaryWantsItsTarget() throws {
        let affine = try AffineCase(classes: 4, count: 60, epsilon: 0.3, goal: .targeted)
        let plan = try plan(affine.threat, .standard, classCount: 4, seed: 3)
        #expect(plan.attacks.contains { $0.row.name == "apgd-t" })
        let outcome = try Assessor.run(plan, OpenClassifier(affine.affine), on: affine.samples)
        let runner = AttackRunner(
            model: affine.affine,
            samples: affine.samples,
            cleanPredictions: affine.samples.labels,
            seed: 3,
            clock: { 0 }
        )
        var wrongButNotWanted = 0
        for (_, records) in outcome.records {
            for (position, record) in records.enumerated() {
                let aim = runner.aim(position, .targeted)
                #expect(record.isBroken == aim.isReached(by: record.adversarialPrediction))
                if record.adversarialPrediction != record.label && !record.isBroken { wrongButNotWanted += 1 }
            }
        }
        #expect(wrongButNotWanted > 0)
        let rate = try #require(outcome.assessment.worstCase.robustAccuracy.value)
        #expect(rate > 0 && rate < 1)
        #expect(outcome.assessment.threat.goal == "targeted")
    }

    /// Noise that breaks nothing proves nothing.
    @Test func anAdversaryWithoutGradientsNeverShowsRobustnessByNoise() throws {
        let linear = try LinearCase(norm: .linf)
        let threat = linear.threat(epsilon: 1e-4, knowledge: .blackBox)
        var plan = AssessmentPlan(
            threat: threat,
            suite: "custom",
            attacks: [try planned("noise", "standard")]
        )
        plan.requiredRobustAccuracy = 0.1
        let outcome = try Assessor.run(plan, linear.model, on: linear.samples)
        #expect(outcome.assessment.worstCase.robustAccuracy == outcome.assessment.cleanAccuracy)
        #expect(outcome.assessment.verdict == .inconclusive)
        #expect(outcome.assessment.attacks.map(\.kind) == ["control"])
        #expect(outcome.assessment.attacks.allSatisfy { $0.gradients.total == 0 })
        #expect(outcome.status(of: "gradients-are-nonzero") == .skipped)
        #expect(outcome.assessment.vulnerability.score == outcome.assessment.vulnerability.severity)
    }

    @Test func aSoundModelUnderStrongAttacksIsRobust() throws {
        // In so many dimensions noise is weaker than gradients, which break about one sample in four.
        let affine = try AffineCase(shape: [1, 8, 8], count: 100, epsilon: 0.012)
        var attacks = try AttackSuite.standard.attacks(for: affine.threat, classCount: 3)
        let names = Set(attacks.map(\.row.name))
        attacks += strongAttacks(for: affine.threat, classCount: 3).filter { !names.contains($0.row.name) }
        let plan = AssessmentPlan(threat: affine.threat, suite: "custom", attacks: attacks)
        let outcome = try Assessor.run(plan, OpenClassifier(affine.affine), on: affine.samples)
        #expect(outcome.assessment.verdict == .robust, "\(outcome.assessment.verdictReasons)")
        #expect(outcome.assessment.vulnerability.score < outcome.assessment.vulnerability.severity)
        for gate in outcome.assessment.vulnerability.gates {
            #expect(gate.status == "passed", "\(gate.name): \(gate.evidence)")
        }
    }

    @Test func secondsAreThoseOfTheClock() throws {
        let linear = try LinearCase(norm: .linf, count: 10)
        var ticks = 0.0
        let assessor = Assessor(
            plan: try plan(linear.threat(epsilon: 0.1), classCount: 2),
            clock: {
                ticks += 0.5
                return ticks
            }
        )
        let outcome = try assessor.assess(linear.model, on: linear.samples, subject: .example)
        #expect(outcome.assessment.attacks.map(\.seconds) == [0.5, 0.5, 0.5])
    }

    /// A box without an end has no extent to move freely in.
    @Test func aBoxWithoutAnEndIsNoCrash() throws {
        let linear = try LinearCase(norm: .linf)
        for limit in [Float.infinity, .greatestFiniteMagnitude] {
            let threat = ThreatModel(norm: .linf, epsilon: 0.125, bounds: Bounds(-limit, limit))
            let outcome = try Assessor.run(plan(threat, classCount: 2), linear.model, on: linear.samples)
            let robust = linear.robustCount(at: 0.125)
            #expect(
                outcome.assessment.worstCase.robustAccuracy
                    == Proportion(successes: robust, trials: 60).estimate()
            )
            #expect(outcome.status(of: "unbounded-attack-succeeds") == .pass)
            #expect(outcome.status(of: "gradients-match-finite-differences") == .pass)
        }
    }

    /// For L1 there is no attack that the curve could be made with; then it is no evidence that success
    /// grows.
    @Test func aCurveWithoutAttacksIsNoEvidence() throws {
        let affine = try AffineCase()
        let threat = ThreatModel(norm: .l1, epsilon: 0.2, bounds: Bounds(-3, 4))
        let plan = try plan(threat, classCount: 3)
        #expect(plan.attacks.map(\.row.name) == ["fgsm", "noise"])
        let outcome = try Assessor.run(plan, OpenClassifier(affine.affine), on: affine.samples)
        #expect(outcome.status(of: "curve-is-monotone") == .skipped)
        let gates = outcome.assessment.vulnerability.gates
        #expect(gates.first { $0.name == "successGrowsWithBudget" }?.status == "not-evaluated")
        #expect(outcome.assessment.verdict != .robust)
    }
}
