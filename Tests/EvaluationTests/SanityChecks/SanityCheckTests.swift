import BulwarkAttacks
import BulwarkEvaluation
import BulwarkModels
import BulwarkTensors
import TestSupport
import Testing

/// The checks on models that are known to be sound or broken, through whole assessments.
struct SanityCheckTests {
    private func assess(
        _ model: some GradientAccess,
        _ affine: AffineCase,
        attacks: [PlannedAttack]? = nil
    ) throws -> AssessmentOutcome {
        var plan = AssessmentPlan(
            threat: affine.threat,
            suite: "standard",
            attacks: try attacks ?? AttackSuite.standard.attacks(for: affine.threat, classCount: 3)
        )
        plan.requiredRobustAccuracy = 0.05
        return try Assessor.run(plan, OpenClassifier(model), on: affine.samples)
    }

    /// The verdict is not *robust*, and a reason names the check.
    private func expectBlocked(
        _ outcome: AssessmentOutcome,
        by id: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(outcome.assessment.verdict == .inconclusive, sourceLocation: sourceLocation)
        #expect(
            outcome.assessment.verdictReasons.contains { $0.contains(id) },
            "\(outcome.assessment.verdictReasons)",
            sourceLocation: sourceLocation
        )
    }

    /// Checks of what a plain run does not have: word of how the model was trained, a surrogate, a twin,
    /// certificates.
    private static let needMore: Set<String> = [
        "attacks-differ-from-training", "transfer-does-not-beat-white-box", "undefended-twin-breaks",
        "certificate-holds",
    ]

    @Test func everyCheckPassesOnASoundModel() throws {
        let affine = try AffineCase(count: 60)
        let outcome = try assess(affine.affine, affine)
        #expect(outcome.assessment.sanityChecks.count == SanityCheckTable.rows.count)
        for check in outcome.assessment.sanityChecks {
            let expected: Assessment.SanityCheck.Status = Self.needMore.contains(check.id) ? .skipped : .pass
            #expect(check.status == expected, "\(check.id): \(check.evidence)")
            #expect(!check.meaning.isEmpty && !check.evidence.isEmpty)
        }
        #expect(Set(outcome.assessment.sanityChecks.map(\.id)).count == SanityCheckTable.rows.count)
    }

    @Test func everyCheckPassesOnASoundCurvedModel() throws {
        let model = TwoLayerClassifier(classCount: 3, hidden: 8, inputShape: [2, 3], seed: 6)
        let inputs = uniform([40, 2, 3], seed: 30)
        let samples = AssessmentSamples(
            inputs: inputs,
            labels: try model.labels(for: inputs),
            indices: Array(0..<40),
            reference: nil
        )
        let threat = ThreatModel(norm: .linf, epsilon: 0.02, bounds: Bounds(-3, 4))
        let plan = AssessmentPlan(
            threat: threat,
            suite: "standard",
            attacks: try AttackSuite.standard.attacks(for: threat, classCount: 3)
        )
        let outcome = try Assessor.run(plan, OpenClassifier(model), on: samples)
        for check in outcome.assessment.sanityChecks where !Self.needMore.contains(check.id) {
            #expect(check.status == .pass, "\(check.id): \(check.evidence)")
        }
    }

    @Test func stepsThatHideTheGradientAreFound() throws {
        let affine = try AffineCase()
        let outcome = try assess(StaircaseClassifier(base: affine.affine), affine)
        #expect(outcome.status(of: "gradients-are-nonzero") == .fail)
        expectBlocked(outcome, by: "gradients-are-nonzero")
        #expect(outcome.assessment.vulnerability.score == outcome.assessment.vulnerability.severity)
    }

    /// Samples in the middle of a step: the model is flat around every one of them, whatever its gradient
    /// says.
    @Test func aGradientWhereTheModelIsFlatIsFound() throws {
        let affine = try AffineCase()
        let inputs = affine.samples.inputs.map { (($0 * 2).rounded(.down) + 0.5) / 2 }
        let stairs = StaircaseClassifier(base: affine.affine, steps: 2, isStraightThrough: true)
        let labels = try stairs.labels(for: inputs)
        let study = try GradientStudy(
            stairs,
            inputs: inputs,
            aims: labels.map { .anythingBut($0) },
            bounds: affine.threat.bounds,
            seed: 0,
            limit: 40
        )
        #expect(study.zero == 0)
        var draft = try EvidenceDraft()
        draft.gradients = study
        #expect(try draft.check("gradients-match-finite-differences")?.status == .fail)
        #expect(try AdequacyGates(draft.evidence).report[.gradientsAreSound] == .failed)
    }

    /// Logits so large that the cross-entropy is saturated: harmless where an attack follows the margin.
    @Test func saturationCountsUnlessAnAttackFollowsTheMargin() throws {
        let affine = try AffineCase()
        let loud = AffineClassifier(
            weights: affine.affine.weights.map { $0.map { 1e4 * $0 } },
            bias: affine.affine.bias.map { 1e4 * $0 },
            inputShape: [2, 3]
        )
        let all = try assess(loud, affine)
        #expect(all.status(of: "gradients-are-nonzero") == .pass)
        #expect(all.assessment.inputGradients.zero > 0)
        let some = try assess(
            loud,
            affine,
            // Square follows the margin, too, but not its gradient.
            attacks: [planned("fgsm", "standard"), planned("pgd", "standard"), planned("square", "fast")]
        )
        #expect(some.status(of: "gradients-are-nonzero") == .warn)
        expectBlocked(some, by: "gradients-are-nonzero")
        // The margin sees through it: the strong attack breaks what it breaks of the quiet model.
        let quiet = try assess(affine.affine, affine)
        #expect(all.assessment.worstCase == quiet.assessment.worstCase)
    }

    @Test func gradientsOfTheWrongSignAreFound() throws {
        let affine = try AffineCase()
        let outcome = try assess(AlteredGradientClassifier(base: affine.affine) { -1 * $0 }, affine)
        #expect(outcome.status(of: "gradients-match-finite-differences") == .fail)
        expectBlocked(outcome, by: "gradients-match-finite-differences")
    }

    /// Where the other class is a far corner of the box, only a gradient leads there.
    @Test func gradientsThatLeadNowhereFailWithoutALimit() throws {
        let model = AffineClassifier(
            weights: [[Double](repeating: 0, count: 36), (0..<36).map { $0 % 2 == 0 ? 1 : -1 }],
            bias: [8, 0]
        )
        let samples = AssessmentSamples(
            inputs: uniform([30, 36], seed: 40),
            labels: [Int](repeating: 0, count: 30),
            indices: Array(0..<30),
            reference: nil
        )
        let threat = ThreatModel(norm: .linf, epsilon: 0.02, bounds: Bounds(0, 1))
        let attacks = [try planned("pgd", "fast")]
        let plan = AssessmentPlan(threat: threat, suite: "custom", attacks: attacks)
        for (factor, status) in [
            (1.0, Assessment.SanityCheck.Status.pass), (-1, .fail), (0, .fail), (.nan, .fail),
        ] {
            let altered = AlteredGradientClassifier(base: model) { gradient in
                gradient.map { Float(factor) * $0 }
            }
            let outcome = try Assessor.run(plan, OpenClassifier(altered), on: samples)
            #expect(outcome.status(of: "unbounded-attack-succeeds") == status, "\(factor)")
        }
    }

    @Test func gradientsOfAnotherModelAreFound() throws {
        let affine = try AffineCase()
        let outcome = try assess(
            AlteredGradientClassifier(base: affine.affine) { gradient in
                var random = SeededRandom(seed: 3, stream: "wrong")
                return gradient.map { _ in random.normal() }
            },
            affine
        )
        #expect(outcome.status(of: "gradients-match-finite-differences") == .fail)
        expectBlocked(outcome, by: "gradients-match-finite-differences")
    }

    @Test func gradientsThatAreNoNumbersAreFound() throws {
        let affine = try AffineCase()
        let outcome = try assess(NaNClassifier(affine.affine, logitsToo: false), affine)
        #expect(outcome.status(of: "gradients-are-finite") == .fail)
        expectBlocked(outcome, by: "gradients-are-finite")
        #expect(outcome.assessment.inputGradients.nonFinite == 40)
        #expect(outcome.assessment.inputGradients.medianL2 == nil)
    }

    @Test func outputsThatAreNoNumbersAreFound() throws {
        let affine = try AffineCase()
        let outcome = try assess(NaNClassifier(affine.affine, logitsToo: true), affine)
        #expect(outcome.status(of: "outputs-are-logits") == .fail)
        #expect(outcome.assessment.verdict != .robust)
    }

    @Test func aModelThatAnswersAtRandomIsFound() throws {
        let affine = try AffineCase()
        let outcome = try assess(AlteredScoreClassifier.noisy(affine.affine), affine)
        #expect(outcome.status(of: "model-is-deterministic") == .fail)
        expectBlocked(outcome, by: "model-is-deterministic")
        #expect(outcome.status(of: "samples-are-independent") == .skipped)
    }

    @Test func probabilitiesInPlaceOfScoresAreFound() throws {
        let affine = try AffineCase()
        let outcome = try assess(AlteredScoreClassifier.softmax(affine.affine), affine)
        #expect(outcome.status(of: "outputs-are-logits") == .fail)
        expectBlocked(outcome, by: "outputs-are-logits")
    }

    /// A whole batch in one call, or blocks of 8: more samples than are asked again, fewer, and a multiple of
    /// the block.
    @Test(arguments: [2, 3, 40, 64, 100])
    func aModelThatMixesSamplesIsFound(count: Int) throws {
        let affine = try AffineCase(count: count)
        let mixing = AlteredScoreClassifier.mixing(affine.affine)
        let study = try OutputStudy(
            mixing,
            inputs: affine.samples.inputs,
            logits: try mixing.logits(for: affine.samples.inputs),
            limit: 64
        )
        #expect(study.changedByCompany > 0)
        #expect(study.changedOnRepeat == 0, "it is as deterministic as any")
        for operation in [ReduceMean(axes: [0]) as any Operator, Softmax(axis: 0)] {
            let graph = try GraphClassifier(
                ClassifierGraph(graph(subtracting: operation)),
                backend: ReferenceBackend(),
                execution: Execution(threads: 1, blockSize: 8)
            )
            let study = try OutputStudy(
                graph,
                inputs: affine.samples.inputs,
                logits: try graph.logits(for: affine.samples.inputs),
                limit: 64
            )
            #expect(study.changedByCompany > 0, "\(operation.name)")
            #expect(study.changedOnRepeat == 0)
        }
        var draft = try EvidenceDraft()
        draft.outputs = study
        #expect(try draft.check("samples-are-independent")?.status == .fail)
        #expect(try draft.check("model-is-deterministic")?.status == .pass)
    }

    /// A dense layer whose inputs are set against what an operator makes of the whole batch.
    private func graph(subtracting operation: some Operator) throws -> Graph {
        var builder = GraphBuilder()
        let input = try builder.input("x", [.batch, 2, 3])
        let flat = try builder.apply(Flatten(), to: [input])
        let centered = try builder.apply(Sub(), to: [flat, builder.apply(operation, to: [flat])])
        var random = SeededRandom(seed: 4, stream: "mixing")
        let weights = try builder.parameter("w", Tensor([6, 3], generating: { _ in random.normal() }))
        let output = try builder.apply(MatMul(), to: [centered, weights])
        return builder.graph(outputs: [output])
    }

    /// The step of the finite differences follows the box: features may differ in size by orders of
    /// magnitude.
    @Test func gradientsOfInputsOfAnySizeAreFoundSound() throws {
        let model = TwoLayerClassifier(classCount: 3, hidden: 8, inputShape: [2, 3], seed: 6)
        for scale in [1e-5, 1, 255] as [Float] {
            let scaled = ScaledClassifier(base: model, scale: scale)
            let inputs = scale * uniform([40, 2, 3], seed: 31)
            let samples = AssessmentSamples(
                inputs: inputs,
                labels: try scaled.labels(for: inputs),
                indices: Array(0..<40),
                reference: nil
            )
            let threat = ThreatModel(norm: .linf, epsilon: 0.02 * scale, bounds: Bounds(0, scale))
            let attacks = [try planned("fgsm", "standard")]
            let plan = AssessmentPlan(threat: threat, suite: "custom", attacks: attacks)
            let outcome = try Assessor.run(plan, OpenClassifier(scaled), on: samples)
            #expect(outcome.status(of: "gradients-match-finite-differences") == .pass, "\(scale)")
        }
    }

    /// A model of inputs in other units.
    private struct ScaledClassifier: GradientAccess {
        let base: TwoLayerClassifier
        let scale: Float
        var inputShape: Shape { base.inputShape }
        var classCount: Int { base.classCount }
        func logits(for inputs: Tensor) throws -> Tensor { try base.logits(for: inputs.map { $0 / scale }) }
        func inputGradient(of loss: Loss, at inputs: Tensor, aims: [Aim]) throws -> LossGradient {
            let slope = try base.inputGradient(of: loss, at: inputs.map { $0 / scale }, aims: aims)
            return LossGradient(
                losses: slope.losses,
                gradient: (1 / scale) * slope.gradient,
                logits: slope.logits
            )
        }
    }
}
