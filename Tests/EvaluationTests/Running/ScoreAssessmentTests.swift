import BulwarkAttacks
import BulwarkEvaluation
import BulwarkModels
import BulwarkTensors
import TestSupport
import Testing

/// Assessments of models that give scores and no gradients.
struct ScoreAssessmentTests {
    /// A model of `TestSupport` of which only the scores are shown.
    private struct ScoresOnly<Base: ScoreAccess>: ScoreAccess {
        let base: Base
        var inputShape: Shape { base.inputShape }
        var classCount: Int { base.classCount }
        func logits(for inputs: Tensor) throws -> Tensor { try base.logits(for: inputs) }
    }

    private static let obstacle = "its scores move in steps (TreeEnsembleRegressor)"

    private func assess(
        epsilon: Float,
        _ suite: AttackSuite = .standard,
        attacks: [PlannedAttack]? = nil
    ) throws -> AssessmentOutcome {
        let linear = try LinearCase(norm: .linf)
        let threat = linear.threat(epsilon: epsilon, knowledge: .blackBox)
        let plan = AssessmentPlan(
            threat: threat,
            suite: suite.rawValue,
            attacks: try attacks ?? suite.attacks(for: threat, classCount: 2)
        )
        return try Assessor(plan: plan, clock: { 0 }).assess(
            scoresOf: ScoresOnly(base: linear.model),
            obstacle: Self.obstacle,
            on: linear.samples,
            subject: .example
        )
    }

    /// Nothing strong can be run, so that nothing was found proves nothing.
    @Test(arguments: [AttackSuite.quick, .autoAttackRand])
    func whatWeakAttacksLeaveIsInconclusive(_ suite: AttackSuite) throws {
        let assessment = try assess(epsilon: 1e-6, suite).assessment
        #expect(assessment.attacks.allSatisfy { $0.kind == "control" })
        #expect(assessment.worstCase.robustAccuracy.value == assessment.cleanAccuracy.value)
        #expect(assessment.worstCase.robustAccuracy.lower > assessment.requiredRobustAccuracy)
        #expect(assessment.verdict == .inconclusive)
        #expect(assessment.verdictReasons.contains { $0.contains("No strong preset") })
    }

    @Test func whatNoiseBreaksIsBroken() throws {
        let assessment = try assess(epsilon: 5).assessment
        #expect(assessment.verdict == .vulnerable)
        #expect(assessment.vulnerability.breaches > 0)
    }

    @Test func checksOfGradientsDoNotApply() throws {
        let outcome = try assess(epsilon: 0.01)
        let gradients = [
            "gradients-are-nonzero", "gradients-are-finite", "gradients-match-finite-differences",
            "unbounded-attack-succeeds", "attack-has-converged",
        ]
        for id in gradients {
            let check = try #require(outcome.assessment.sanityChecks.first { $0.id == id })
            #expect(check.status == .skipped)
            #expect(check.evidence.contains(Self.obstacle), "\(id): \(check.evidence)")
        }
        for id in ["model-is-deterministic", "samples-are-independent", "threat-model-respected"] {
            #expect(outcome.status(of: id) == .pass, "\(id)")
        }
        #expect(outcome.assessment.inputGradients.samples == 0)
        #expect(outcome.assessment.inputGradients.medianL2 == nil)
    }

    @Test func anAttackThatFollowsGradientsIsRefused() throws {
        let pgd = try planned("pgd", "fast")
        #expect(throws: AttackError.needsGradients(attack: "pgd")) {
            try assess(epsilon: 0.1, attacks: [pgd])
        }
    }

    /// What straight-through estimates and steps do to the gates of the score is said.
    @Test func gatesKnowWhatGradientsAreNot() throws {
        func gate(_ shortcomings: CheckEvidence.GradientShortcomings) throws -> (AdequacyResult, String) {
            var draft = try EvidenceDraft()
            draft.shortcomings = shortcomings
            let found = try AdequacyGates(draft.evidence).findings.first { $0.gate == .attackIsAdaptive }
            return try (#require(found).result, #require(found).evidence)
        }
        #expect(try gate(.init()).0 == .passed)
        let passed = try gate(.init(straightThrough: ["QuantizeLinear"]))
        #expect(passed.0 == .passed && passed.1.contains("straight-through"))
        let stopped = try gate(.init(stepped: ["ArgMax"]))
        #expect(stopped.0 == .notEvaluated && stopped.1.contains("ArgMax"))
    }
}
