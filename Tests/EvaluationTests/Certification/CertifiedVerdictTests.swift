import BulwarkAttacks
import BulwarkEvaluation
import BulwarkTensors
import Testing

/// What certificates do to a verdict.
struct CertifiedVerdictTests {
    /// Without attacks and with a check of them that failed: only a proof can help.
    struct Draft {
        var certified = Proportion(successes: 80, trials: 100)
        var checks =
            ["model-is-deterministic", "samples-are-independent"].map { check($0, .pass) } + [
                check("gradient-beats-noise", .fail)
            ]
        var worstCase = Proportion(successes: 90, trials: 100)
        var contradictions: [Assessment.Certificates.Contradiction] = []

        var decision: (verdict: Assessment.Verdict, reasons: [String]) {
            let certificates = Assessment.Certificates(
                results: [],
                bracket: .init(
                    methods: ["crown"],
                    certified: certified.estimate(),
                    attacked: worstCase.estimate(),
                    gap: Proportion(successes: 10, trials: 100).estimate()
                ),
                contradictions: contradictions,
                notes: []
            )
            let (verdict, reasons) = VerdictRule(
                worstCase: worstCase.estimate(),
                required: 0.7,
                checks: checks,
                attacks: [],
                knowledge: .whiteBox,
                norm: .linf,
                epsilon: 0.1,
                certificates: certificates
            ).decision
            return (verdict, reasons)
        }

        static func check(_ id: String, _ status: Assessment.SanityCheck.Status) -> Assessment.SanityCheck {
            .init(id: id, meaning: "", status: status, evidence: "")
        }
    }

    @Test func aProofNeedsNoAttacks() {
        let decision = Draft().decision
        #expect(decision.verdict == .robust)
        #expect(decision.reasons.count == 3)
        #expect(decision.reasons[1].contains("crown certified 80.0 % of 100 samples"))
        #expect(
            decision.reasons[2].contains("gradient-beats-noise"),
            "what did not pass is named all the same"
        )
    }

    @Test func theLowerEndHasToReachTheRequirement() {
        var draft = Draft()
        draft.certified = Proportion(successes: 75, trials: 100)
        #expect(draft.decision.verdict == .inconclusive)
    }

    /// A certificate is about one function; a model that answers now this, now that is none.
    @Test(arguments: [0, 1], [Assessment.SanityCheck.Status.fail, .warn, .skipped])
    func theModelHasToBeOneFunction(position: Int, status: Assessment.SanityCheck.Status) {
        var draft = Draft()
        draft.checks[position] = Draft.check(draft.checks[position].id, status)
        #expect(draft.decision.verdict == .inconclusive)
        draft.checks.remove(at: position)
        #expect(draft.decision.verdict == .inconclusive)
    }

    /// Neither robust nor vulnerable can be said where one of the numbers is wrong.
    @Test func aContradictionLeavesNothingToSay() {
        for successes in [90, 10] {
            var draft = Draft()
            draft.worstCase = Proportion(successes: successes, trials: 100)
            draft.contradictions = [
                .init(method: "crown", attack: "pgd", sample: 7, certifiedRadius: 0.2, distance: 0.1)
            ]
            let decision = draft.decision
            #expect(decision.verdict == .inconclusive)
            #expect(decision.reasons[0].contains("sample 7") && decision.reasons[0].contains("0.2"))
        }
    }

    @Test func whatWasBrokenIsBrokenWhateverIsCertifiedOfAFewSamples() {
        var draft = Draft()
        draft.worstCase = Proportion(successes: 40, trials: 100)
        #expect(draft.decision.verdict == .vulnerable)
    }
}
