import BulwarkAttacks
import BulwarkEvaluation
import BulwarkModels
import BulwarkTensors
import Testing

struct AdequacyGatesTests {
    /// Sound evidence with one thing changed, and the gate that has to notice.
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let gate: AdequacyGate
        let result: AdequacyResult
        let spoil: @Sendable (inout EvidenceDraft) throws -> Void

        init(
            _ description: String,
            _ gate: AdequacyGate,
            _ result: AdequacyResult,
            spoil: @escaping @Sendable (inout EvidenceDraft) throws -> Void
        ) {
            testDescription = description
            self.gate = gate
            self.result = result
            self.spoil = spoil
        }
    }

    static let cases = [
        Case("98 % without a limit", .unboundedAttackSucceeds, .failed) {
            $0.unbounded = EvidenceDraft.run("pgd-margin", broken: 0..<98)
        },
        Case("no attack without a limit", .unboundedAttackSucceeds, .notEvaluated) { $0.unbounded = nil },
        // The upper end of the interval for 60 of 100 is 69.7 %.
        Case("noise far better than gradients", .whiteBoxBeatsBlackBox, .failed) {
            $0.runs[2].run = EvidenceDraft.run("noise", broken: 0..<80)
        },
        Case("more broken at a smaller radius", .successGrowsWithBudget, .failed) {
            $0.curve[1].broken = EvidenceDraft.flags(0..<90)
        },
        Case("no curve", .successGrowsWithBudget, .notEvaluated) { $0.curve = [] },
        Case("one more of a hundred with twice the steps", .attackHasConverged, .failed) {
            $0.doubled = .init(attack: "pgd", steps: 200, trials: 100, retried: 40, newlyBroken: 1)
        },
        Case("never tried twice the steps", .attackHasConverged, .notEvaluated) { $0.doubled = nil },
        Case("noise nearly as good as gradients", .noiseIsWeaker, .failed) {
            $0.runs[2].run = EvidenceDraft.run("noise", broken: 0..<55)
        },
        Case("gradients of the wrong sign", .gradientsAreSound, .failed) {
            $0.gradients = try GradientStudy(AffineCase(), scaledBy: -1)
        },
        Case("gradients nobody checked", .gradientsAreSound, .notEvaluated) { $0.gradients = nil },
    ]

    @Test func soundEvidencePassesEveryGate() throws {
        let gates = AdequacyGates(try EvidenceDraft().evidence)
        #expect(gates.findings.map(\.gate) == AdequacyGate.allCases)
        #expect(gates.findings.allSatisfy { $0.result == .passed }, "\(gates.findings)")
        #expect(gates.report.isAdmissible)
        #expect(try score(gates).headline < score(gates).severity.score)
    }

    @Test(arguments: cases)
    func oneGateThatDoesNotPassMakesTheScoreTheSeverity(_ subject: Case) throws {
        var draft = try EvidenceDraft()
        try subject.spoil(&draft)
        let gates = AdequacyGates(try draft.evidence)
        let finding = try #require(gates.findings.first { $0.gate == subject.gate })
        #expect(finding.result == subject.result)
        #expect(!finding.evidence.isEmpty)
        // Noise that beats gradients cannot be weaker than them: two gates share that evidence.
        let others = gates.report.notPassed.filter { $0 != subject.gate }
        #expect(subject.gate == .whiteBoxBeatsBlackBox ? others == [.noiseIsWeaker] : others.isEmpty)
        let score = try score(gates)
        #expect(score.headline == score.severity.score)
        #expect(score.point < score.headline)
    }

    @Test func withoutGradientAttacksNothingIsAdaptive() throws {
        var draft = try EvidenceDraft()
        draft.runs = [draft.runs[2]]
        let gates = AdequacyGates(try draft.evidence)
        #expect(gates.report[.attackIsAdaptive] == .notEvaluated)
        #expect(gates.report[.whiteBoxBeatsBlackBox] == .notEvaluated)
    }

    /// Where nothing breaks at the radius the comparison with noise moves to where something has to break.
    @Test func noiseIsComparedWithoutALimitWhereNothingBreaks() throws {
        var draft = try EvidenceDraft()
        for index in draft.runs.indices {
            draft.runs[index].run = EvidenceDraft.run(draft.runs[index].name, broken: 0..<0)
        }
        #expect(try AdequacyGates(draft.evidence).report[.noiseIsWeaker] == .passed)
        draft.unboundedNoise = EvidenceDraft.run("noise", broken: 0..<97)
        #expect(try AdequacyGates(draft.evidence).report[.noiseIsWeaker] == .failed)
        draft.unboundedNoise = nil
        #expect(try AdequacyGates(draft.evidence).report[.noiseIsWeaker] == .notEvaluated)
    }

    /// The evidence tells what happened: something did break here, only noise was never tried at the radius.
    @Test func evidenceWithoutNoiseDoesNotSayThatNothingBreaks() throws {
        var draft = try EvidenceDraft()
        draft.runs.removeAll { $0.name == "noise" }
        let finding = try #require(AdequacyGates(draft.evidence).findings.first { $0.gate == .noiseIsWeaker })
        #expect(finding.result == .passed)
        #expect(!finding.evidence.contains("nothing breaks"))
    }

    /// Few breaches among the trials, so that the score is low if the gates pass.
    private func score(_ gates: AdequacyGates) throws -> VulnerabilityScore {
        try VulnerabilityScore(
            severity: VulnerabilityScore.defaultEvasionSeverity,
            breaches: Proportion(successes: 1, trials: 1000),
            budget: "linf:0.05",
            knowledge: .whiteBox,
            gates: gates.report,
            seed: 0,
            system: "sha256:00"
        )
    }
}
