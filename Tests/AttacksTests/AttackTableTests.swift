import BulwarkAttacks
import BulwarkModels
import BulwarkTensors
import TestSupport
import Testing

struct AttackTableTests {
    private func threat(_ norm: Norm, _ goal: ThreatModel.Goal = .untargeted) -> ThreatModel {
        ThreatModel(goal: goal, norm: norm, epsilon: 0.5, bounds: Bounds(0, 1))
    }

    @Test func everyNameOccursOnce() {
        let names = AttackTable.rows.map(\.name)
        #expect(Set(names).count == names.count)
        for row in AttackTable.rows { #expect(Set(row.presets.map(\.name)).count == row.presets.count) }
    }

    @Test func whatIsBuiltHasTheNameOfItsRow() throws {
        for row in AttackTable.rows {
            for norm in row.norms {
                for preset in row.presets {
                    let attack = try row.make(threat: threat(norm), preset: preset, classCount: 10).attack
                    #expect(attack.name == row.name)
                    #expect(attack.threat == threat(norm))
                }
            }
        }
    }

    @Test(arguments: ["pgd", "pgd-margin", "pgd-dlr"])
    func thePresetsOfPGDAreWhatTheySay(name: String) throws {
        let row = try AttackTable.row(named: name)
        for (preset, steps, restarts, isStrong) in [("fast", 20, 1, false), ("standard", 100, 5, true)] {
            let preset = try row.preset(named: preset)
            let attack = try row.make(threat: threat(.linf), preset: preset, classCount: 10).attack
            let pgd = try #require(attack as? PGD)
            #expect(pgd.steps == steps && pgd.restarts == restarts && pgd.randomStart)
            #expect(pgd.stepSize == 1.25 / Float(steps))
            #expect(preset.isStrong == isStrong)
        }
    }

    @Test func oneStepAndNoiseAreNeverStrong() throws {
        for name in ["fgsm", "noise"] {
            #expect(try AttackTable.row(named: name).presets.allSatisfy { !$0.isStrong })
        }
    }

    @Test func aWeakPresetSaysSo() throws {
        let row = try AttackTable.row(named: "pgd")
        #expect(row.presets.map(\.label) == ["fast (weak)", "standard"])
    }

    @Test(arguments: [(ThreatModel.Goal.untargeted, 2, 3), (.targeted, 3, 4)])
    func theRatioOfLogitsNeedsMoreClasses(goal: ThreatModel.Goal, classCount: Int, minimum: Int) throws {
        let row = try AttackTable.row(named: "pgd-dlr")
        let preset = try row.preset(named: "fast")
        #expect(
            throws: AttackError.tooFewClasses(attack: "pgd-dlr", classCount: classCount, minimum: minimum)
        ) {
            try row.make(threat: threat(.linf, goal), preset: preset, classCount: classCount)
        }
        #expect(throws: Never.self) {
            try row.make(threat: threat(.linf, goal), preset: preset, classCount: minimum)
        }
    }

    /// The parameters of the published implementation.
    @Test func thePartsOfAutoAttackAreWhatTheySay() throws {
        func make(_ name: String, _ norm: Norm, _ preset: String = "standard") throws -> any Attack {
            let row = try AttackTable.row(named: name)
            let preset = try row.preset(named: preset)
            return try row.make(threat: threat(norm), preset: preset, classCount: 10).attack
        }
        for (norm, restarts, isLarger) in [(Norm.linf, 1, false), (.l2, 1, false), (.l1, 5, true)] {
            let apgd = try #require(try make("apgd-ce", norm) as? APGD)
            #expect(apgd.steps == 100 && apgd.restarts == restarts && apgd.loss == .crossEntropy)
            #expect(apgd.threshold == 0.75 && apgd.targetClasses == 0 && apgd.startsLarger == isLarger)
            let targeted = try #require(try make("apgd-t", norm) as? APGD)
            #expect(targeted.steps == 100 && targeted.restarts == 1)
            #expect(targeted.targetClasses == (norm == .l1 ? 5 : 9) && targeted.startsLarger == isLarger)
            let fab = try #require(try make("fab-t", norm) as? FAB)
            #expect(fab.steps == 100 && fab.restarts == 1 && fab.targetClasses == 9)
            #expect(fab.largestPull == 0.1 && fab.overshoot == 1.05 && fab.retreat == 0.9)
        }
        let plus = try #require(try make("apgd-dlr", .linf, "plus") as? APGD)
        #expect(plus.restarts == 5 && plus.loss == .differenceOfLogitsRatio)
        let rand = try #require(try make("apgd-ce", .linf, "rand") as? APGD)
        #expect(rand.draws == 20 && rand.restarts == 1)
        let fab = try #require(try make("fab", .linf) as? FAB)
        #expect(fab.restarts == 5 && fab.targetClasses == 0)
    }

    @Test func whatDoesNotExistIsNamed() throws {
        #expect(throws: AttackError.unknownAttack(name: "pdg")) { try AttackTable.row(named: "pdg") }
        let row = try AttackTable.row(named: "pgd")
        #expect(throws: AttackError.unknownPreset(attack: "pgd", preset: "best")) {
            try row.preset(named: "best")
        }
        let message = "\(AttackError.unknownPreset(attack: "apgd-ce", preset: "best"))"
        #expect(message == "the attack apgd-ce has no preset \"best\"; it has fast, standard, rand, plus")
        #expect(throws: AttackError.unsupportedNorm(attack: "pgd", norm: .l1)) {
            try row.make(threat: threat(.l1), preset: try row.preset(named: "fast"), classCount: 10)
        }
    }

    @Test func theQuickSuiteProvesNothing() throws {
        let attacks = try AttackSuite.quick.attacks(for: threat(.linf), classCount: 10)
        #expect(attacks.map(\.row.name) == ["fgsm", "pgd", "noise"])
        #expect(attacks.allSatisfy { !$0.preset.isStrong })
    }

    @Test func theStandardSuiteIsAutoAttackAndMore() throws {
        let attacks = try AttackSuite.standard.attacks(for: threat(.linf), classCount: 10)
        let names = [
            "fgsm", "apgd-ce", "apgd-t", "fab-t", "square", "apgd-margin", "hop-skip-jump", "noise",
        ]
        #expect(attacks.map(\.row.name) == names)
        #expect(attacks.map(\.preset.isStrong) == [false, true, true, true, true, true, false, false])
        #expect(attacks.map(\.attacksSurvivors) == [false, true, true, true, true, true, true, false])
        let last = try #require(attacks.last).make(threat: threat(.linf), classCount: 10)
        let noise = try #require(last.attack as? UniformNoise)
        #expect(noise.draws == 1000)
    }

    @Test func aSuiteLeavesOutWhatIsNotDefined() throws {
        func names(_ threat: ThreatModel, _ classCount: Int) throws -> [String] {
            try AttackSuite.standard.attacks(for: threat, classCount: classCount).map(\.row.name)
        }
        #expect(
            try names(threat(.linf), 2) == [
                "fgsm", "apgd-ce", "fab-t", "square", "apgd-margin", "hop-skip-jump", "noise",
            ]
        )
        #expect(
            try names(threat(.l2, .targeted), 3)
                == ["fgsm", "apgd-ce", "fab-t", "square", "apgd-margin", "hop-skip-jump", "noise"]
        )
        #expect(
            try names(threat(.l1), 10)
                == ["fgsm", "apgd-ce", "apgd-t", "fab-t", "square", "apgd-margin", "noise"]
        )
        #expect(try names(threat(.l0), 10) == ["noise"])
    }
}
