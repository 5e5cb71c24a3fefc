import BulwarkAttacks
import BulwarkEvaluation
import BulwarkModels
import BulwarkTensors
import TestSupport
import Testing

/// Attacks have to break the same model without its defense.
struct TwinStudyTests {
    private func outcome(
        twin: (any GradientAccess)?,
        attacks: [(String, String)] = [("pgd", "fast"), ("apgd-ce", "standard")],
        epsilon: Float = 0.3,
        constraints: ConstraintDocument? = nil
    ) throws -> AssessmentOutcome {
        let linear = try LinearCase(norm: .linf, count: 40)
        var plan = AssessmentPlan(
            threat: linear.threat(epsilon: epsilon),
            suite: "custom",
            attacks: try attacks.map { try planned($0.0, $0.1) }
        )
        plan.maximumProbes = 10
        plan.constraints = try constraints.map {
            try FeatureConstraints($0, featureCount: linear.model.inputShape.count)
        }
        return try Assessor(plan: plan, clock: { 0 }).assess(
            linear.model,
            on: linear.samples,
            subject: .example,
            with: .init(twin: twin)
        )
    }

    private func check(_ outcome: AssessmentOutcome) -> Assessment.SanityCheck? {
        outcome.assessment.sanityChecks.first { $0.id == "undefended-twin-breaks" }
    }

    @Test func aTwinThatBreaksClearsTheAttacks() throws {
        let twin = try LinearCase(norm: .linf).model.base
        let found = try #require(check(try outcome(twin: twin, epsilon: 2)))
        #expect(found.status == .pass)
        #expect(
            found.evidence.hasPrefix("apgd-ce left 0 of "),
            "the strong attacks of the plan, and no others"
        )
    }

    @Test func aTwinThatHoldsAccusesThem() throws {
        let twin = try LinearCase(norm: .linf).model.base
        let found = try #require(check(try outcome(twin: twin, epsilon: 0.001)))
        #expect(found.status == .fail)
        #expect(found.evidence.contains("too weak"))
    }

    /// Rows that the attacks may not use do not speak for them.
    @Test func constraintsHoldOnTheTwinAsWell() throws {
        let twin = try LinearCase(norm: .linf).model.base
        let count = twin.inputShape.count
        let nothingMoves = ConstraintDocument(immutable: (0..<count).map { .index($0) })
        let found = try #require(check(try outcome(twin: twin, epsilon: 2, constraints: nothingMoves)))
        #expect(found.status == .fail)
    }

    /// Gradients that say nothing leave the twin whole at a radius that would break it.
    @Test func anAttackWithoutBiteIsFoundOut() throws {
        let twin = AlteredGradientClassifier(base: try LinearCase(norm: .linf).model.base) { 0 * $0 }
        let found = try #require(check(try outcome(twin: twin, attacks: [("pgd", "fast")], epsilon: 0.2)))
        #expect(found.status == .fail)
    }

    @Test func withoutATwinOrGradientAttacksNothingIsSaid() throws {
        #expect(check(try outcome(twin: nil))?.status == .skipped)
        let twin = try LinearCase(norm: .linf).model.base
        #expect(check(try outcome(twin: twin, attacks: [("noise", "fast")]))?.status == .skipped)
    }

    @Test func theLimitIsATenthOfTheSamples() throws {
        for (survivors, status) in [(0, Assessment.SanityCheck.Status.pass), (10, .pass), (11, .fail)] {
            var draft = try EvidenceDraft()
            draft.twin = TwinStudy(attacks: ["apgd-ce"], attacked: 100, survivors: survivors)
            #expect(try draft.check("undefended-twin-breaks")?.status == status)
        }
    }
}
