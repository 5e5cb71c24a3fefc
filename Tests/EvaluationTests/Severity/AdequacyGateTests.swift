import BulwarkEvaluation
import Testing

struct AdequacyGateTests {
    @Test func thereAreSevenGatesFromAToG() {
        #expect(AdequacyGate.allCases.map(\.rawValue).joined() == "abcdefg")
    }

    @Test func aGateNobodyLookedAtHasNotPassed() {
        var report = AdequacyReport()
        #expect(report[.noiseIsWeaker] == .notEvaluated)
        #expect(report.notPassed == AdequacyGate.allCases)
        #expect(!report.isAdmissible)
        for gate in AdequacyGate.allCases { report[gate] = .passed }
        #expect(report.isAdmissible)
        report[.attackHasConverged] = .failed
        #expect(report.notPassed == [.attackHasConverged])
        report[.attackHasConverged] = .notEvaluated
        #expect(report.notPassed == [.attackHasConverged])
        #expect(report.passed.count == 6)
    }

    @Test func notEvaluatedIsTheSameAsLeftOut() {
        #expect(AdequacyReport([.noiseIsWeaker: .notEvaluated]) == AdequacyReport())
    }
}
