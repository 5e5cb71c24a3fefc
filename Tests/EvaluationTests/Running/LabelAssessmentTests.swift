import BulwarkAttacks
import BulwarkEvaluation
import BulwarkModels
import BulwarkTensors
import Synchronization
import TestSupport
import Testing

/// Assessments of models that answer with labels and nothing else.
struct LabelAssessmentTests {
    /// A model of which only the labels are shown, and which may be unsteady.
    private struct LabelsOnly<Base: LabelAccess>: LabelAccess {
        let base: Base
        /// What becomes of the labels of a call, by its number from 0.
        var altered: @Sendable (Int, [Int]) -> [Int] = { $1 }
        private let calls = Counter()

        init(_ base: Base, altered: @escaping @Sendable (Int, [Int]) -> [Int] = { $1 }) {
            self.base = base
            self.altered = altered
        }

        var inputShape: Shape { base.inputShape }
        var classCount: Int { base.classCount }
        func labels(for inputs: Tensor) throws -> [Int] {
            altered(calls.next(), try base.labels(for: inputs))
        }
    }

    private final class Counter: Sendable {
        private let count = Mutex(0)

        func next() -> Int {
            count.withLock { count in
                defer { count += 1 }
                return count
            }
        }
    }

    private static let obstacle = "labels are all it shows"

    private func plan(_ linear: LinearCase, epsilon: Float, _ attacks: [PlannedAttack]) -> AssessmentPlan {
        AssessmentPlan(
            threat: linear.threat(epsilon: epsilon, knowledge: .blackBox),
            suite: "custom",
            attacks: attacks
        )
    }

    private func assess(
        epsilon: Float,
        _ attacks: [PlannedAttack],
        altered: @escaping @Sendable (Int, [Int]) -> [Int] = { $1 }
    ) throws -> AssessmentOutcome {
        let linear = try LinearCase(norm: .linf)
        return try Assessor(plan: plan(linear, epsilon: epsilon, attacks), clock: { 0 }).assess(
            labelsOf: LabelsOnly(linear.model, altered: altered),
            obstacle: Self.obstacle,
            on: linear.samples,
            subject: .example
        )
    }

    @Test func attacksFindWhatTheyFindWithScoresAround() throws {
        let attacks = try [planned("hop-skip-jump", "fast"), planned("noise", "fast")]
        let byLabels = try assess(epsilon: 0.3, attacks)
        let linear = try LinearCase(norm: .linf)
        let byScores = try Assessor(plan: plan(linear, epsilon: 0.3, attacks), clock: { 0 }).assess(
            scoresOf: linear.model,
            obstacle: Self.obstacle,
            on: linear.samples,
            subject: .example
        )
        #expect(byLabels.records.map(\.attack) == ["hop-skip-jump", "noise"])
        for (labels, scores) in zip(byLabels.records, byScores.records) {
            #expect(labels.records == scores.records, "\(labels.attack)")
        }
        let broken = byLabels.records[0].records.count { $0.isBroken }
        #expect(broken > 0)
        #expect(byLabels.assessment.resilienceCurve == byScores.assessment.resilienceCurve)
    }

    @Test func whatNeedsMoreThanLabelsIsRefused() throws {
        let (square, pgd) = try (planned("square", "standard"), planned("pgd", "fast"))
        #expect(throws: AttackError.needsScores(attack: "square")) { try assess(epsilon: 0.1, [square]) }
        #expect(throws: AttackError.needsGradients(attack: "pgd")) { try assess(epsilon: 0.1, [pgd]) }
    }

    @Test func checksOfScoresAndGradientsAreSkippedWithTheReason() throws {
        let outcome = try assess(epsilon: 0.01, [try planned("noise", "fast")])
        for id in ["gradients-are-nonzero", "gradients-are-finite", "gradients-match-finite-differences"] {
            let check = try #require(outcome.assessment.sanityChecks.first { $0.id == id })
            #expect(check.status == .skipped && check.evidence.contains(Self.obstacle), "\(id)")
        }
        let scores = try #require(outcome.assessment.sanityChecks.first { $0.id == "outputs-are-logits" })
        #expect(scores.status == .skipped && scores.evidence.contains("labels"))
        for id in ["model-is-deterministic", "samples-are-independent", "threat-model-respected"] {
            #expect(outcome.status(of: id) == .pass, "\(id)")
        }
    }

    /// The calls are: clean samples, the first of them, again, every second one, the others.
    @Test(
        arguments: [(2, .fail, .skipped), (3, .pass, .fail), (0, .pass, .fail)]
            as [(Int, Assessment.SanityCheck.Status, Assessment.SanityCheck.Status)]
    )
    func unsteadyLabelsAreFound(
        call: Int,
        repeated: Assessment.SanityCheck.Status,
        company: Assessment.SanityCheck.Status
    ) throws {
        let outcome = try assess(epsilon: 1e-6, [try planned("noise", "fast")]) { number, labels in
            var labels = labels
            if number == call { labels[0] = 1 - labels[0] }
            return labels
        }
        #expect(outcome.status(of: "model-is-deterministic") == repeated)
        #expect(outcome.status(of: "samples-are-independent") == company)
    }

    private func decision(
        _ names: [(String, String)],
        showsScores: Bool
    ) throws -> (verdict: Assessment.Verdict, reasons: [String]) {
        VerdictRule(
            worstCase: Estimate(value: 0.9, lower: 0.8, upper: 0.95, samples: 100),
            required: 0.5,
            checks: [],
            attacks: try names.map { try planned($0.0, $0.1) },
            knowledge: .blackBox,
            norm: .linf,
            epsilon: 0.1,
            showsScores: showsScores
        ).decision
    }

    @Test func aStrongAttackOnLabelsIsEnoughWhereLabelsAreAllThereIs() throws {
        let strong = [("hop-skip-jump", "standard")]
        let found = try decision(strong, showsScores: false)
        #expect(found.verdict == .robust)
        // Whoever reads the verdict has to read what it does not cover.
        #expect(found.reasons.contains { $0.contains("sees labels and nothing else") })
        #expect(found.reasons.contains { $0.contains("another adversary") })
        #expect(try decision(strong, showsScores: true).verdict == .inconclusive)
        let both = try decision(strong + [("square", "standard")], showsScores: true)
        #expect(both.verdict == .robust)
        #expect(!both.reasons.contains { $0.contains("labels and nothing else") })
    }

    @Test func weakAttacksOnLabelsProveNothing() throws {
        let found = try decision([("hop-skip-jump", "fast"), ("noise", "standard")], showsScores: false)
        #expect(found.verdict == .inconclusive)
        #expect(found.reasons.contains { $0.contains("No strong preset of a decision attack") })
    }

    @Test func theJudgeAsksWhoeverIsNamed() throws {
        let linear = try LinearCase(norm: .linf)
        let outcome = try Assessor(
            plan: plan(linear, epsilon: 5, [try planned("noise", "fast")]),
            clock: { 0 }
        ).assess(
            labelsOf: LabelsOnly(linear.model),
            obstacle: Self.obstacle,
            judgedBy: LabelsOnly(linear.model) { _, labels in labels.map { _ in 0 } },
            on: linear.samples,
            subject: .example
        )
        let attacked = outcome.records[0].records.filter(\.wasAttacked)
        #expect(Set(attacked.map(\.cleanPrediction)) == [0, 1])
        #expect(attacked.allSatisfy { $0.adversarialPrediction == 0 })
    }
}
