import BulwarkEvidence
import Foundation
import Testing

/// What findings say in numbers beside their sentences.
struct GateNumberTests {
    private func result(
        _ rule: String,
        in decision: GateDecision
    ) throws -> (requirement: GateRequirement, finding: GateFinding) {
        let result = try #require(decision.results.first { $0.rule.name == rule })
        return (result.rule.requirement, result.finding)
    }

    @Test func aFindingCarriesWhatWasComparedWithWhat() throws {
        let decision = try GateBench().decision()
        let robust = try result("robust-accuracy", in: decision)
        #expect(robust.finding.number?.value == 0.6)
        #expect(robust.finding.number?.interval == 0.55...0.65)
        #expect(robust.finding.number?.samples == 100)
        #expect(robust.requirement.limit?.bound == .atLeast && robust.requirement.limit?.value == 0.5)
        #expect(robust.requirement.conditions == ["white-box, linf, radius 0.1", "at most 30 days old"])
        let score = try result("vulnerability-score", in: decision)
        #expect(score.finding.number?.value == 4 && score.requirement.limit?.unit == .points)
        #expect(score.requirement.limit?.bound == .atMost && score.requirement.limit?.value == 5)
        let age = try result("evidence-age", in: decision)
        #expect(age.finding.number?.value == 1 && age.finding.number?.samples == nil)
        #expect(age.requirement.limit?.unit == .days && age.requirement.limit?.value == 90)
        let approval = try result("approval", in: decision)
        #expect(approval.requirement.limit == nil)
        #expect(approval.requirement.conditions == ["security: guard", "owner: owner"])
    }

    @Test func whatIsTooOldStillHasItsNumber() throws {
        var bench = try GateBench()
        bench.replace(.assessment, with: try bench.assessment(age: 31))
        let robust = try result("robust-accuracy", in: bench.decision())
        #expect(robust.finding.outcome == .fail && robust.finding.number?.value == 0.6)
        #expect(!robust.finding.isMissing)
    }

    @Test func whatIsMissingHasALimitAndNoNumber() throws {
        var bench = try GateBench()
        bench.replace(.assessment, with: nil)
        let decision = try bench.decision()
        for name in ["robust-accuracy", "vulnerability-score", "sanity-checks", "evidence-age"] {
            let found = try result(name, in: decision)
            #expect(found.finding.isMissing && found.finding.number == nil, "\(name)")
        }
        #expect(try result("robust-accuracy", in: decision).requirement.limit?.value == 0.5)
        #expect(!(try result("scan", in: decision).finding.isMissing))
        var unscored = try GateBench()
        unscored.replace(.assessment, with: try unscored.assessment(score: nil))
        let score = try result("vulnerability-score", in: unscored.decision()).finding
        #expect(score.isMissing && score.reason.contains("states a score"))
    }

    @Test func rulesThatThePolicyLeavesOutAreKnown() throws {
        let decision = try GateBench().decision()
        #expect(
            decision.unusedRules.map(\.name) == [
                "isolated-training", "privacy-budget", "group-accuracy", "calibration", "abstention",
                "operating-envelope", "regression", "drift",
            ]
        )
        #expect(decision.citedEntries == Set(decision.results.flatMap(\.finding.entries)))
    }
}
