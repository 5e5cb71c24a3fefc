import BulwarkAnonymity
import Foundation
import Testing

struct DiversityTests {
    /// Three classes of four patients, from figure 3 of Machanavajjhala and others (TKDD 2007).
    @Test func thePaperPatientsAreThreeDiverse() throws {
        let rows =
            ["heart", "viral", "cancer", "cancer"].map { ["1305*", "<=40", $0] }
            + ["cancer", "heart", "viral", "viral"].map { ["1485*", ">40", $0] }
            + ["heart", "viral", "cancer", "cancer"].map { ["1306*", "<=40", $0] }
        let check = try ReleaseCheck(
            Support.table(["zip", "age", "condition"], rows),
            quasiIdentifiers: ["zip", "age"],
            requirements: [
                PrivacyRequirement(column: "condition", .distinct(l: 3)),
                PrivacyRequirement(column: "condition", .entropy(l: 2.8)),
                PrivacyRequirement(column: "condition", .recursive(c: 2, l: 2)),
            ]
        )
        #expect(check.k == 4)
        #expect(check.reached[0].value == 3)
        // Shares of 1/2, 1/4 and 1/4 have an entropy of 1.5 bits.
        #expect(abs(check.reached[1].value - exp2(1.5)) < 1e-12)
        #expect(check.reached[2].value == 1)
        #expect(check.reached.allSatisfy { $0.isMet })
    }

    /// Figure 2 of the same paper: a class of four patients who all have cancer.
    @Test func aClassOfOneDiseaseHasNoDiversity() {
        #expect(Diversity.distinct([0, 4, 0]) == 1)
        #expect(Diversity.entropy([0, 4, 0]) == 1)
        #expect(Diversity.recursiveRatio([0, 4, 0], l: 2) == .infinity)
    }

    /// The smallest c for l = 2 leaves out the most frequent value only, for l = 3 the two most frequent.
    @Test(arguments: [(2, 5.0 / 6), (3, 5.0 / 3), (4, .infinity)])
    func theRatioLeavesOutTheMostFrequent(_ l: Int, _ ratio: Double) {
        #expect(Diversity.recursiveRatio([3, 0, 5, 3], l: l) == ratio)
    }

    @Test func asManyEqualSharesAsAskedForAreEnough() {
        for l in 2...40 {
            let requirement = PrivacyRequirement(column: "s", .entropy(l: Double(l)))
            #expect(requirement.isMet(by: Diversity.entropy([Int](repeating: 3, count: l))))
            #expect(
                !requirement.isMet(by: Diversity.entropy([4] + [Int](repeating: 3, count: l - 1)))
            )
        }
    }
}
