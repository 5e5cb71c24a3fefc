extension CVSS4Vector {
    /// The qualitative severity ratings of CVSS version 4.0 (section "Qualitative Severity Rating Scale").
    public enum Rating: String, Sendable, Hashable, CaseIterable {
        /// 0.0.
        case none
        /// 0.1 to 3.9.
        case low
        /// 4.0 to 6.9.
        case medium
        /// 7.0 to 8.9.
        case high
        /// 9.0 to 10.0.
        case critical
    }

    /// The score, 0.0 to 10.0 in steps of one tenth.
    public var score: Double { Double(scoreInTenths) / 10 }

    /// The rating of the score.
    public var rating: Rating {
        switch scoreInTenths {
        case 0: .none
        case 1..<40: .low
        case 40..<70: .medium
        case 70..<90: .high
        default: .critical
        }
    }

    /// The score in tenths, from the table of macrovectors and the specification's interpolation.
    ///
    /// Along each equivalence set that has a next lower level, the vector has gone a part of the way from the
    /// most severe vector of its macrovector; the mean of those parts of the drops in score is subtracted.
    /// Everything is a whole number here: all depths divide 840, so a tie is a tie and is rounded up. (In
    /// floating point that takes a lift of 10⁻⁶ before rounding; nothing lies that close below a tie without
    /// being one.)
    var scoreInTenths: Int {
        let impacts: [CVSS4Metric] = [
            .vulnerableConfidentiality, .vulnerableIntegrity, .vulnerableAvailability,
            .subsequentConfidentiality, .subsequentIntegrity, .subsequentAvailability,
        ]
        let macroVector = macroVector
        guard
            impacts.contains(where: { (self[$0.modified ?? $0] ?? self[$0]) != "N" }),
            let top = CVSS4ScoreTable.tenths(macroVector)
        else { return 0 }
        var weightedDrops = 0
        var directions = 0
        for set in macroVector.equivalenceSets {
            guard let next = set.next.compactMap(CVSS4ScoreTable.tenths).max() else { continue }
            directions += 1
            let distance = set.metrics.reduce(0) { $0 + severityLevel(of: $1) } - set.origin
            weightedDrops += (top - next) * distance * (Self.commonDepth / set.depth)
        }
        guard directions > 0 else { return top }
        // top − weightedDrops / (840 · directions), rounded half up.
        let denominator = Self.commonDepth * directions
        let numerator = top * denominator - weightedDrops
        return max(0, (2 * numerator + denominator) / (2 * denominator))
    }

    /// The least common multiple of the depths of all equivalence sets.
    private static let commonDepth = 840
}

/// One direction in which a vector can be less severe than the worst of its macrovector.
private struct EquivalenceSet {
    /// The metrics whose levels add up to the position along this direction.
    let metrics: [CVSS4Metric]
    /// The sum of levels of the most severe vectors of the macrovector: the same for all of them.
    let origin: Int
    /// The number of steps from there to the next lower macrovector.
    let depth: Int
    /// The macrovectors one level lower, of which the highest score counts; some do not exist.
    let next: [CVSS4MacroVector]
}

extension CVSS4MacroVector {
    /// The five directions of the interpolation, with sets 3 and 6 as one.
    fileprivate var equivalenceSets: [EquivalenceSet] {
        [
            EquivalenceSet(
                metrics: [.attackVector, .privilegesRequired, .userInteraction],
                origin: [0, 1, 3][eq1],
                depth: [1, 4, 5][eq1],
                next: [lowered(1)]
            ),
            EquivalenceSet(
                metrics: [.attackComplexity, .attackRequirements],
                origin: [0, 1][eq2],
                depth: [1, 2][eq2],
                next: [lowered(2)]
            ),
            EquivalenceSet(
                metrics: [
                    .vulnerableConfidentiality, .vulnerableIntegrity, .vulnerableAvailability,
                    .confidentialityRequirement, .integrityRequirement, .availabilityRequirement,
                ],
                origin: [[0, 3], [1, 3], [3, 3]][eq3][eq6],
                depth: [[7, 6], [8, 8], [10, 10]][eq3][eq6],
                // From level 0 of set 6 the way down leads through its level 1; both are open from 00.
                next: eq6 == 1 ? [lowered(3)] : eq3 == 0 ? [lowered(3), lowered(6)] : [lowered(6)]
            ),
            EquivalenceSet(
                metrics: [.subsequentConfidentiality, .subsequentIntegrity, .subsequentAvailability],
                origin: [0, 2, 5][eq4],
                depth: [6, 5, 4][eq4],
                next: [lowered(4)]
            ),
            // Exploit maturity has one value a level: there is nothing to interpolate, but the direction
            // counts.
            EquivalenceSet(metrics: [], origin: 0, depth: 1, next: [lowered(5)]),
        ]
    }

    /// This macrovector with one equivalence set, numbered 1 to 6, a level lower; it may not exist.
    private func lowered(_ set: Int) -> CVSS4MacroVector {
        CVSS4MacroVector(
            eq1: eq1 + (set == 1 ? 1 : 0),
            eq2: eq2 + (set == 2 ? 1 : 0),
            eq3: eq3 + (set == 3 ? 1 : 0),
            eq4: eq4 + (set == 4 ? 1 : 0),
            eq5: eq5 + (set == 5 ? 1 : 0),
            eq6: eq6 + (set == 6 ? 1 : 0)
        )
    }
}
