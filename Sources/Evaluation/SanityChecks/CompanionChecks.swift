/// Checks against what is run beside the attacks: certificates, and a twin of the model without its defense.
enum CompanionChecks {
    static let rows: [SanityCheckRule] = [
        SanityCheckRule(
            id: "undefended-twin-breaks",
            meaning:
                "Attacks that leave a defense unbroken break the same model without it; otherwise the attacks are at fault.",
            judge: undefendedTwinBreaks
        ),
        SanityCheckRule(
            id: "certificate-holds",
            meaning:
                "No attack breaks a sample within its certified radius; otherwise a number of ours is wrong.",
            judge: certificateHolds
        ),
    ]

    /// The share of the twin's samples that may withstand.
    ///
    /// Published attacks leave hardly anything of an undefended image model at the radii that defenses are
    /// measured at. A tenth is room for samples that are far from every other class by nature.
    private static let largestShareOfSurvivors = 0.1

    @Sendable private static func undefendedTwinBreaks(
        _ evidence: CheckEvidence
    ) -> (Assessment.SanityCheck.Status, String) {
        guard let twin = evidence.twin else {
            return (.skipped, "needs a twin without the defense (--undefended-twin) and a gradient attack")
        }
        guard twin.attacked > 0 else { return (.skipped, "the twin classifies no sample correctly") }
        let text =
            "\(twin.attacks.joined(separator: ", ")) left \(twin.survivors) of \(twin.attacked) samples of the twin unbroken"
        let share = Double(twin.survivors) / Double(twin.attacked)
        guard share > largestShareOfSurvivors else { return (.pass, text) }
        return (.fail, text + ": the attacks are too weak, or the radius too small to show a defense")
    }

    @Sendable private static func certificateHolds(
        _ evidence: CheckEvidence
    ) -> (Assessment.SanityCheck.Status, String) {
        guard let comparison = evidence.certificates, !comparison.methods.isEmpty else {
            let others = evidence.certificates?.leftOut.map(\.rawValue).joined(separator: ", ") ?? ""
            let reason =
                others.isEmpty ? "no certificate was computed" : "\(others) says nothing of the model itself"
            return (.skipped, reason)
        }
        let names = comparison.methods.map(\.rawValue).joined(separator: ", ")
        var text =
            "\(comparison.successCount) successful attacks on samples with a radius certified by \(names) were compared "
            + "with \(comparison.radiusCount) radii"
        if !comparison.leftOut.isEmpty {
            let others = comparison.leftOut.map(\.rawValue).joined(separator: ", ")
            text += "; \(others) says nothing of the model itself and was not compared"
        }
        guard let first = comparison.contradictions.first else { return (.pass, text) }
        return (
            .fail,
            text
                + "; \(comparison.contradictions.count) are nearer: \(first.attack) broke sample \(first.sample) at "
                + "\(first.distance), within the radius \(first.certifiedRadius) certified by \(first.method)"
        )
    }
}
