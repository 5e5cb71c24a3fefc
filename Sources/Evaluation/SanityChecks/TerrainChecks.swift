import BulwarkAttacks

/// Checks on the way that an ascent takes: Pintor et al., "Indicators of attack failure" (NeurIPS 2022).
enum TerrainChecks {
    static let rows: [SanityCheckRule] = [
        SanityCheckRule(
            id: "ascent-does-not-fall-back",
            meaning:
                "A plain ascent ends near the highest loss it has seen; otherwise its steps do not climb.",
            judge: ascentDoesNotFallBack
        ),
        SanityCheckRule(
            id: "ascent-has-flattened",
            meaning:
                "After 50 steps the loss of a plain ascent rises no more; otherwise attacks end too early.",
            judge: ascentHasFlattened
        ),
        SanityCheckRule(
            id: "predictions-are-smooth",
            meaning:
                "Tiny random changes of an input hardly change the scores; otherwise single points mislead.",
            judge: predictionsAreSmooth
        ),
    ]

    /// The share of its range that an ascent may lose, and by how much its mean may still rise.
    private static let tolerance = 0.1
    /// The largest median change of the margin by tiny random changes, relative to itself.
    private static let roughest = 0.5

    @Sendable private static func ascentDoesNotFallBack(
        _ evidence: CheckEvidence
    ) -> (Assessment.SanityCheck.Status, String) {
        guard let falls = evidence.terrain?.falls, !falls.isEmpty else {
            return (.skipped, nothingToSee(evidence))
        }
        let fallen = falls.count { $0 > 2 * tolerance }
        let text =
            "\(fallen) of \(falls.count) ascents end more than a fifth of their range below their highest loss"
        return (Double(fallen) <= tolerance * Double(falls.count) ? .pass : .fail, text)
    }

    @Sendable private static func ascentHasFlattened(
        _ evidence: CheckEvidence
    ) -> (Assessment.SanityCheck.Status, String) {
        guard let rises = evidence.terrain?.lateRises, !rises.isEmpty else {
            return (.skipped, nothingToSee(evidence))
        }
        let rising = rises.count { $0 > 0.05 }
        let text =
            "\(rising) of \(rises.count) ascents still rise by more than 5 % of their range in the last steps"
        return (Double(rising) <= tolerance * Double(rises.count) ? .pass : .warn, text)
    }

    @Sendable private static func predictionsAreSmooth(
        _ evidence: CheckEvidence
    ) -> (Assessment.SanityCheck.Status, String) {
        guard let roughness = evidence.terrain?.roughness, !roughness.isEmpty else {
            return (.skipped, nothingToSee(evidence))
        }
        let median = Quantiles.median(of: roughness) ?? 0
        let rounded = (median * 1000).rounded() / 1000
        let text =
            "tiny random changes change the margin by \(rounded) of itself, the median of "
            + "\(roughness.count) samples"
        return (median <= roughest ? .pass : .fail, text)
    }

    private static func nothingToSee(_ evidence: CheckEvidence) -> String {
        evidence.shortcomings.obstacle.map { "not applicable: \($0)" }
            ?? "no gradients with this knowledge, no sample to look at, or no ascent in this norm"
    }
}
