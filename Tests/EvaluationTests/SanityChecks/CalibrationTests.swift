import BulwarkAttacks
import BulwarkEvaluation
import BulwarkModels
import BulwarkTensors
import TestSupport
import Testing

/// The calibration of the checks in miniature: each published defense that misleads is named by a check, and
/// sound models are named by none.
struct CalibrationTests {
    private let heaps = Heaps()
    private let threat = ThreatModel(norm: .linf, epsilon: 0.1, bounds: Bounds(0, 1))

    /// The checks that did not pass, and the verdict.
    private func assess(
        _ model: some ActivationAccess,
        stepped: [String] = [],
        on samples: AssessmentSamples? = nil
    ) throws -> (fired: [String], verdict: Assessment.Verdict) {
        let attacks = try [planned("fgsm", "standard"), planned("pgd", "fast"), planned("noise", "fast")]
        var plan = AssessmentPlan(threat: threat, suite: "custom", attacks: attacks)
        plan.requiredRobustAccuracy = 0.01
        plan.curveEpsilons = [0, 0.05, 0.1]
        var subject = Assessor.Subject.example
        subject.model.stepped = stepped.isEmpty ? nil : stepped
        let outcome = try Assessor(plan: plan, clock: { 0 }).assess(
            model,
            on: samples ?? heaps.samples,
            subject: subject
        )
        let fired = outcome.assessment.sanityChecks.filter { $0.status == .fail || $0.status == .warn }
        return (fired.map(\.id), outcome.assessment.verdict)
    }

    private func assess(_ graph: Graph) throws -> (fired: [String], verdict: Assessment.Verdict) {
        try assess(classifier(graph), stepped: graph.steppedOperators)
    }

    private func classifier(_ graph: Graph) throws -> GraphClassifier {
        GraphClassifier(
            try ClassifierGraph(graph),
            backend: ReferenceBackend(),
            execution: Execution(threads: 1)
        )
    }

    @Test(arguments: [0, 24])
    func soundModelsAreNotDoubted(hidden: Int) throws {
        let found = try assess(heaps.network(hidden: hidden))
        #expect(found.fired.isEmpty)
    }

    /// Carlini and Wagner (S&P 2017), section VIII.
    @Test func loudLogitsAreNamed() throws {
        let found = try assess(heaps.network().followed { try $0.times($1, 1e4) })
        #expect(found.fired.contains("gradients-are-nonzero"), "\(found)")
        #expect(found.verdict == .inconclusive)
    }

    /// Distillation (Papernot et al., S&P 2016): what was trained at a high temperature is deployed at 1.
    @Test func distillationIsNamed() throws {
        let student = try heaps.network(trainedThrough: { try $0.times($1, 1 / 100) })
        let found = try assess(student)
        #expect(found.fired.contains("gradients-are-nonzero"), "\(found)")
        #expect(found.verdict == .inconclusive)
    }

    @Test func probabilitiesAreNamed() throws {
        let graph = try heaps.network().followed {
            try $0.times($0.apply(Softmax(axis: -1), to: [$0.times($1, 10)]), 1)
        }
        #expect(try assess(graph).fired.contains("outputs-are-logits"))
    }

    /// Nayebi and Ganguli (arXiv 1703.09202).
    @Test func saturatedUnitsAreNamed() throws {
        let graph = try heaps.network(activation: { try $0.apply(Sigmoid(), to: [$0.times($1, 300)]) })
        let found = try assess(graph)
        #expect(found.fired.contains("gradients-are-nonzero"), "\(found)")
    }

    /// Feature squeezing (Xu et al., NDSS 2018), and every other rounding of the input.
    @Test func roundedInputsAreNamed() throws {
        let rounded = FlatClassifier(base: try classifier(heaps.network())) { ($0 * 7).rounded() / 7 }
        let found = try assess(rounded)
        #expect(found.fired.contains("gradients-are-nonzero"), "\(found)")
    }

    /// Random inputs (Xie et al., ICLR 2018; Liu et al., ECCV 2018).
    @Test func randomizedInputsAreNamed() throws {
        let found = try assess(RandomizedDefense(classifier(heaps.network())))
        #expect(found.fired.contains("model-is-deterministic"), "\(found)")
    }

    /// K-winners-take-all (Xiao et al., ICLR 2020): by its structure, and by what it does.
    @Test func winnersAreNamed() throws {
        // With many units the order of two of them changes within any small step.
        let wide = try heaps.network(hidden: 300, epochs: 0, activation: { try $0.winners($1) })
        let model = try classifier(wide)
        let samples = AssessmentSamples(
            inputs: heaps.samples.inputs,
            labels: try model.labels(for: heaps.samples.inputs),
            indices: heaps.samples.indices,
            reference: nil
        )
        let found = try assess(model, stepped: wide.steppedOperators, on: samples)
        #expect(found.fired.contains("gradients-reach-the-input"), "\(found)")
        #expect(found.fired.contains("gradients-match-finite-differences"), "\(found)")
    }

    /// A detector (Gong et al., arXiv 1704.04960): *rejected* by a threshold that gradients do not see.
    @Test func thresholdsAreNamed() throws {
        let graph = try heaps.network().followed { builder, scores in
            let largest = try builder.apply(TopK(count: 1), to: [scores])
            let limit = try builder.parameter("limit", Tensor(scalar: 2))
            let isUnsure = try builder.apply(Comparison(.less), to: [largest, limit])
            let rejected = try builder.times(isUnsure, 100)
            return try builder.apply(Concat(axis: 1), to: [scores, rejected])
        }
        #expect(try assess(graph).fired.contains("gradients-reach-the-input"))
    }
}
