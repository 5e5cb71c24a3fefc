import BulwarkModels
import BulwarkTensors

/// The parts of AutoAttack that follow gradients: Croce and Hein (ICML 2020), with the parameters of the
/// published implementation.
extension AttackTable {
    static let autoAttackRows: [Row] = [
        apgd("apgd-ce", .crossEntropy, "Auto-PGD on the cross-entropy"),
        apgd("apgd-dlr", .differenceOfLogitsRatio, "Auto-PGD on the difference of logits ratio"),
        apgd("apgd-margin", .margin, "Auto-PGD on the difference of the two logits that decide"),
        Row(
            name: "apgd-t",
            summary: "Auto-PGD on the difference of logits ratio towards one likely class after the other",
            kind: .gradient,
            norms: [.linf, .l2, .l1],
            loss: .differenceOfLogitsRatio,
            aimsAtClasses: true,
            variants: [
                targetedAPGD("fast", .fast, isStrong: false, steps: 20, classes: { _ in 3 }),
                targetedAPGD("standard", .reference, isStrong: true, steps: 100) { $0 == .l1 ? 5 : 9 },
            ]
        ),
        Row(
            name: "fab",
            summary: "steps to the nearest of all boundaries, linearised, while pulled to the sample",
            kind: .gradient,
            norms: [.linf, .l2, .l1],
            loss: .logitDifference,
            variants: [
                fab("fast", .fast, isStrong: false, steps: 20, restarts: 1, classes: 0),
                fab("standard", .reference, isStrong: true, steps: 100, restarts: 5, classes: 0),
            ]
        ),
        Row(
            name: "fab-t",
            summary: "the same towards the boundary with one likely class after the other",
            kind: .gradient,
            norms: [.linf, .l2, .l1],
            loss: .logitDifference,
            variants: [
                fab("fast", .fast, isStrong: false, steps: 20, restarts: 1, classes: 3),
                fab("standard", .reference, isStrong: true, steps: 100, restarts: 1, classes: 9),
            ]
        ),
    ]

    private static func apgd(_ name: String, _ loss: Loss, _ summary: String) -> Row {
        Row(
            name: name,
            summary: summary,
            kind: .gradient,
            norms: [.linf, .l2, .l1],
            loss: loss,
            variants: [
                untargetedAPGD("fast", .fast, isStrong: false, loss, steps: 20) { _ in 1 },
                untargetedAPGD("standard", .reference, isStrong: true, loss, steps: 100) {
                    $0 == .l1 ? 5 : 1
                },
                untargetedAPGD("rand", .reference, isStrong: true, loss, steps: 100, draws: 20) { _ in 1 },
                // Last, because the last is taken for the strongest, and `rand` is for models that answer at random.
                untargetedAPGD("plus", .reference, isStrong: true, loss, steps: 100) { _ in 5 },
            ]
        )
    }

    private static func untargetedAPGD(
        _ name: String,
        _ provenance: Preset.Provenance,
        isStrong: Bool,
        _ loss: Loss,
        steps: Int,
        draws: Int = 1,
        restarts: @escaping @Sendable (Norm) -> Int
    ) -> Variant {
        let averaging = draws > 1 ? ", each gradient the mean of \(draws)" : ""
        let starts =
            restarts(.linf) == 1 && restarts(.l1) > 1
            ? "1 random start (\(restarts(.l1)) for L1)" : "\(restarts(.linf)) random starts"
        return Variant(
            preset: Preset(
                name: name,
                provenance: provenance,
                isStrong: isStrong,
                summary: "\(steps) steps, \(starts)\(averaging)"
            ),
            build: { threat throws(AttackError) in
                .whiteBox(
                    try APGD(
                        threat: threat,
                        loss: loss,
                        steps: steps,
                        restarts: restarts(threat.norm),
                        draws: draws,
                        startsLarger: threat.norm == .l1
                    )
                )
            }
        )
    }

    private static func targetedAPGD(
        _ name: String,
        _ provenance: Preset.Provenance,
        isStrong: Bool,
        steps: Int,
        classes: @escaping @Sendable (Norm) -> Int
    ) -> Variant {
        Variant(
            preset: Preset(
                name: name,
                provenance: provenance,
                isStrong: isStrong,
                summary: "\(steps) steps for each of the \(classes(.linf)) likeliest classes"
                    + (classes(.l1) == classes(.linf) ? "" : " (\(classes(.l1)) for L1)")
            ),
            build: { threat throws(AttackError) in
                .whiteBox(
                    try APGD(
                        threat: threat,
                        loss: .differenceOfLogitsRatio,
                        steps: steps,
                        targetClasses: classes(threat.norm),
                        startsLarger: threat.norm == .l1
                    )
                )
            }
        )
    }

    private static func fab(
        _ name: String,
        _ provenance: Preset.Provenance,
        isStrong: Bool,
        steps: Int,
        restarts: Int,
        classes: Int
    ) -> Variant {
        Variant(
            preset: Preset(
                name: name,
                provenance: provenance,
                isStrong: isStrong,
                summary: classes > 0
                    ? "\(steps) steps for each of the \(classes) likeliest classes"
                    : "\(steps) steps, \(restarts) starts, the first at the input"
            ),
            build: { threat throws(AttackError) in
                .whiteBox(
                    try FAB(
                        threat: threat,
                        steps: steps,
                        restarts: restarts,
                        targetClasses: classes,
                        keeping: threat.keeping
                    )
                )
            }
        )
    }
}

extension ThreatModel {
    /// What an attack is after that can look for either: any point in the ball, or the nearest one if the ball has
    /// no end.
    var keeping: Keeping { epsilon.isFinite ? .first : .nearest }
}
