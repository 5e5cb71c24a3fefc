import BulwarkAttacks
import BulwarkEvaluation
import BulwarkModels
import BulwarkTensors
import Testing

struct VerdictRuleTests {
    /// Evidence for *robust*, of which a test spoils one part.
    struct Draft {
        var worstCase = Estimate(value: 0.9, lower: 0.8, upper: 0.95, samples: 100)
        var checks = [check(.pass), check(.skipped)]
        var attacks: [PlannedAttack]
        var knowledge = ThreatModel.Knowledge.whiteBox

        init() {
            let threat = ThreatModel(norm: .linf, epsilon: 0.1, bounds: Bounds(0, 1))
            attacks = strongAttacks(for: threat, classCount: 10)
        }

        var decision: (Assessment.Verdict, [String]) {
            VerdictRule(
                worstCase: worstCase,
                required: 0.5,
                checks: checks,
                attacks: attacks,
                knowledge: knowledge,
                norm: .linf,
                epsilon: 0.1
            ).decision
        }

        static func check(_ status: Assessment.SanityCheck.Status) -> Assessment.SanityCheck {
            .init(
                id: "check-that-\(status.rawValue)s",
                meaning: "",
                status: status,
                evidence: "seen \(status.rawValue)"
            )
        }
    }

    @Test func strongAttacksPassingChecksAndAHighLowerEndMeanRobust() throws {
        let (verdict, reasons) = Draft().decision
        #expect(verdict == .robust)
        #expect(
            reasons[0].contains("90.0 %") && reasons[0].contains("80.0 %") && reasons[0].contains("95.0 %")
        )
        #expect(reasons[0].contains("100 samples") && reasons[0].contains("0.1"))
        var draft = Draft()
        draft.worstCase = Estimate(value: 0.6, lower: 0.5, upper: 0.7, samples: 10)
        #expect(draft.decision.0 == .robust, "the lower end has to reach the requirement, not to exceed it")
    }

    @Test func anIntervalBelowTheRequirementMeansVulnerableWhateverElseIsKnown() {
        for checks in [[], [Draft.check(.pass)], [Draft.check(.fail), Draft.check(.warn)]] {
            for knowledge in ThreatModel.Knowledge.allCases {
                for attacks in [Draft().attacks, []] {
                    var draft = Draft()
                    draft.worstCase = Estimate(value: 0.2, lower: 0.1, upper: 0.4999, samples: 100)
                    draft.checks = checks
                    draft.knowledge = knowledge
                    draft.attacks = attacks
                    #expect(draft.decision.0 == .vulnerable)
                }
            }
        }
        var draft = Draft()
        draft.worstCase = Estimate(value: 0.4, lower: 0.3, upper: 0.5, samples: 100)
        #expect(draft.decision.0 == .inconclusive, "an interval that touches the requirement is not below it")
    }

    @Test func aLowerEndBelowTheRequirementIsInconclusive() throws {
        var draft = Draft()
        draft.worstCase = Estimate(value: 0.9, lower: 0.4999, upper: 0.95, samples: 10)
        let (verdict, reasons) = draft.decision
        #expect(verdict == .inconclusive)
        #expect(reasons.count == 2)
        #expect(reasons[1].contains("reaches below the required 50.0 %"))
    }

    @Test(arguments: [Assessment.SanityCheck.Status.fail, .warn])
    func aCheckThatDidNotPassIsInconclusive(_ status: Assessment.SanityCheck.Status) {
        var draft = Draft()
        draft.checks.append(Draft.check(status))
        let (verdict, reasons) = draft.decision
        #expect(verdict == .inconclusive)
        #expect(reasons.count == 2)
        #expect(
            reasons[1].contains("check-that-\(status.rawValue)s")
                && reasons[1].contains("seen \(status.rawValue)")
        )
    }

    /// Without an attack that sees labels only, strong or not, nothing is robust.
    @Test func anAttackThatSeesLabelsHasToBeThere() throws {
        let decision = AttackTable.rows.filter { $0.kind == .decision && $0.norms.contains(.linf) }
        let others = Draft().attacks.filter { $0.row.kind != .decision }
        var draft = Draft()
        draft.attacks = others
        #expect(draft.decision.0 == .inconclusive)
        #expect(draft.decision.1.count == 2 && draft.decision.1[1].contains("labels only"))
        for row in decision {
            for preset in row.presets {
                draft.attacks = others + [PlannedAttack(row: row, preset: preset)]
                #expect(draft.decision.0 == .robust)
            }
        }
    }

    /// For gradients and scores, leaving an attack out or running it weakly is told.
    @Test func eachKindOfAttackHasToBeStrong() throws {
        for attack in Draft().attacks where attack.row.kind != .decision {
            let others = Draft().attacks.filter { $0.row.kind != attack.row.kind }
            let weak = AttackTable.rows.filter { $0.kind == attack.row.kind }
                .flatMap { row in
                    row.presets.filter { !$0.isStrong }.map { PlannedAttack(row: row, preset: $0) }
                }
            for attacks in [others, others + weak] {
                var draft = Draft()
                draft.attacks = attacks
                let (verdict, reasons) = draft.decision
                #expect(verdict == .inconclusive)
                #expect(reasons.count == 2)
                #expect(reasons[1].contains("No strong preset of a \(attack.row.kind.rawValue) attack"))
            }
        }
        #expect(Set(Draft().attacks.map(\.row.kind)) == [.gradient, .score, .decision])
    }

    @Test func everythingThatIsMissingIsNamed() {
        var draft = Draft()
        draft.worstCase = Estimate(value: 0.6, lower: 0.4, upper: 0.8, samples: 10)
        draft.attacks = []
        draft.checks = [Draft.check(.fail), Draft.check(.warn), Draft.check(.pass)]
        let (verdict, reasons) = draft.decision
        #expect(verdict == .inconclusive)
        #expect(reasons.count == 4 + Draft().attacks.count)
    }

    @Test(arguments: [ThreatModel.Knowledge.blackBox, .grayBox])
    func gradientsOfNoUseAreNotEnoughWithoutThem(_ knowledge: ThreatModel.Knowledge) throws {
        var draft = Draft()
        draft.knowledge = knowledge
        draft.attacks = [try planned("noise", "standard")]
        let (verdict, reasons) = draft.decision
        #expect(verdict == .inconclusive)
        #expect(reasons.dropFirst().contains { $0.contains("No strong preset") })
    }

    @Test func withoutSamplesNothingIsKnown() {
        var draft = Draft()
        draft.worstCase = .undefined()
        #expect(draft.decision.0 == .inconclusive)
        #expect(draft.decision.1.count == 1)
    }
}
