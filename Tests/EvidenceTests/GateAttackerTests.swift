import BulwarkEvidence
import BulwarkProvenance
import Foundation
import Testing

/// Which attacks have to have failed before the gate believes that a model withstands an attacker.
struct GateAttackerTests {
    private func outcome(
        _ rule: String = "robust-accuracy",
        _ policy: String = GateBench.policy,
        _ assessments: (GateBench) throws -> [Data]
    ) throws -> GateOutcome {
        var bench = try GateBench()
        bench.replace(.assessment, with: nil)
        for entry in try assessments(bench) { bench.append(entry) }
        let decision = try bench.decision(policy)
        return try #require(decision.results.first { $0.rule.name == rule }).outcome
    }

    private static func policy(_ settings: String) -> String {
        GateBench.policy.replacing("minimum: 0.5, radius", with: "minimum: 0.5, \(settings), radius")
    }

    @Test func weakAttacksThatFailShowNothing() throws {
        for rule in ["robust-accuracy", "vulnerability-score", "sanity-checks"] {
            #expect(try outcome(rule) { [try $0.assessment(attacks: [])] } == .inconclusive)
            #expect(try outcome(rule) { [try $0.assessment(gaps: ["no gradient attack"])] } == .inconclusive)
        }
        // A proof needs no attack.
        let gaps = ["no gradient attack"]
        #expect(try outcome { [try $0.assessment(gaps: gaps, certified: 0.55)] } == .pass)
        #expect(try outcome { [try $0.assessment(gaps: gaps, certified: 0.54)] } == .inconclusive)
        // What they broke is broken.
        #expect(try outcome { [try $0.assessment(robust: (0.2, 0.1, 0.3), gaps: ["weak"])] } == .fail)
    }

    @Test func attacksThatThePolicyNamesHaveToHaveBeenRun() throws {
        let named = Self.policy("attacks: [apgd-ce, fab-t]")
        #expect(try outcome("robust-accuracy", named) { [try $0.assessment()] } == .fail)
        let ran = try outcome("robust-accuracy", named) {
            [try $0.assessment(attacks: ["square", "fab-t", "apgd-ce"])]
        }
        #expect(ran == .pass)
    }

    @Test func anAttackerWhoIsHeldBackIsAnother() throws {
        for conditions in [["targeted": "true"], ["constraints": "a"], ["queries-per-sample": "100"]] {
            let held = try outcome { [try $0.assessment(conditions: conditions)] }
            #expect(held == .fail, "\(conditions)")
        }
        #expect(try outcome { [try $0.assessment(conditions: ["bounds": "0,1"])] } == .pass)

        let limited = Self.policy("queriesPerSample: 100, constraints: a")
        func limit(_ queries: String, _ constraints: String) throws -> GateOutcome {
            try outcome("robust-accuracy", limited) {
                [try $0.assessment(conditions: ["queries-per-sample": queries, "constraints": constraints])]
            }
        }
        #expect(try limit("100", "a") == .pass)
        #expect(try limit("99", "a") == .fail)
        #expect(try limit("many", "a") == .fail)
        #expect(try limit("100", "b") == .fail)
    }

    @Test func aScoreForAnotherSeverityIsAnotherScore() throws {
        let harmless = ["severity": "CVSS:4.0/harmless"]
        #expect(try outcome("vulnerability-score") { [try $0.assessment(conditions: harmless)] } == .fail)
        let asked = GateBench.policy.replacing(
            "{maximum: 5,",
            with: "{maximum: 5, severity: CVSS:4.0/harmless,"
        )
        let found = try outcome("vulnerability-score", asked) { [try $0.assessment(conditions: harmless)] }
        #expect(found == .pass)
    }

    /// Whoever is broken by less is broken by more.
    @Test func whatAWeakerAttackerBrokeIsBroken() throws {
        let broken = (0.2, 0.1, 0.3)
        func beside(_ weaker: (GateBench) throws -> Data) throws -> GateOutcome {
            try outcome { [try weaker($0), try $0.assessment()] }
        }
        #expect(try beside { try $0.assessment(robust: broken, radius: 0.05) } == .fail)
        #expect(try beside { try $0.assessment(robust: broken, knowledge: "black-box") } == .fail)
        #expect(
            try beside { try $0.assessment(robust: broken, conditions: ["queries-per-sample": "9"]) } == .fail
        )
        #expect(try beside { try $0.assessment(robust: broken, age: 900) } == .fail)
        // A stronger attacker, or one of another kind, is another question.
        #expect(try beside { try $0.assessment(robust: broken, radius: 0.2) } == .pass)
        #expect(try beside { try $0.assessment(robust: broken, norm: "l2") } == .pass)
    }

    /// To assess again is what the gate asks for when evidence is old.
    @Test func aFreshAssessmentRenewsAnOldOne() throws {
        for rule in ["robust-accuracy", "vulnerability-score", "sanity-checks"] {
            let text = GateBench.policy.replacing("radius: 0.1}", with: "radius: 0.1, maximumAgeDays: 30}")
            #expect(try outcome(rule, text) { [try $0.assessment(age: 31)] } == .fail)
            let renewed = try outcome(rule, text) { [try $0.assessment(age: 31), try $0.assessment(age: 1)] }
            #expect(renewed == .pass, "\(rule)")
        }
        let accuracy = try outcome("accuracy", Self.unlimited) {
            [try $0.assessment(age: 200), try $0.assessment(age: 1)]
        }
        #expect(accuracy == .pass)
    }

    private static let unlimited = GateBench.policy.replacing(", maximumAgeDays: 30", with: "")

    @Test func securityIsFreshUnlessThePolicySaysOtherwise() throws {
        #expect(try outcome("robust-accuracy", Self.unlimited) { [try $0.assessment(age: 89)] } == .pass)
        #expect(try outcome("robust-accuracy", Self.unlimited) { [try $0.assessment(age: 91)] } == .fail)
        let old = GateBench.policy.replacing("maximumAgeDays: 30", with: "maximumAgeDays: 3650")
        #expect(try outcome("robust-accuracy", old) { [try $0.assessment(age: 91)] } == .pass)
    }

    @Test func theWorstAccuracyCounts() throws {
        let twice = try outcome("accuracy") { [try $0.assessment(clean: 0.7), try $0.assessment()] }
        #expect(twice == .inconclusive)
    }
}
