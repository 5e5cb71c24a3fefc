import BulwarkModels
import BulwarkTensors

/// Attacks that see labels only.
///
/// A strong preset is what evaluations of black-box models have accepted as a serious try; the failure of any
/// of them says nothing about an adversary who sees more. Where there is a radius they end with their first success
/// in it, and their queries with them.
extension AttackTable {
    static let decisionRows: [Row] = [
        Row(
            name: "hop-skip-jump",
            summary: "jumps away from the boundary, whose direction labels give, and back towards the sample",
            kind: .decision,
            norms: [.linf, .l2],
            variants: [
                decision("fast", .fast, isStrong: false, "as standard, ended after 2,500 queries") {
                    threat throws(AttackError) in
                    try HopSkipJump(threat: threat, queryBudget: 2500, keeping: threat.keeping)
                },
                decision(
                    "standard",
                    .reference,
                    isStrong: true,
                    "64 steps, directions from 100·√t points: about 35,000 queries (Chen et al., S&P 2020)"
                ) { threat throws(AttackError) in try HopSkipJump(threat: threat, keeping: threat.keeping) },
            ]
        ),
        Row(
            name: "boundary",
            summary: "random steps along the boundary, and towards the sample where that is possible",
            kind: .decision,
            norms: [.l2],
            variants: [
                decision(
                    "fast",
                    .fast,
                    isStrong: false,
                    "2,500 queries, larger steps that adapt sooner"
                ) { threat throws(AttackError) in
                    try BoundaryAttack(
                        threat: threat,
                        orthogonalStep: 0.1,
                        sourceStep: 0.05,
                        window: 20,
                        checkInterval: 5,
                        queryBudget: 2500,
                        keeping: threat.keeping
                    )
                },
                decision(
                    "standard",
                    .reference,
                    isStrong: true,
                    "25,000 steps, about 27,500 queries (Brendel et al., ICLR 2018, as in its implementation)"
                ) { threat throws(AttackError) in try BoundaryAttack(threat: threat, keeping: threat.keeping)
                },
            ]
        ),
        Row(
            name: "geoda",
            summary: "straight to the boundary along its normal, which labels give",
            kind: .decision,
            norms: [.linf, .l2, .l1],
            variants: [
                decision("fast", .fast, isStrong: false, "1,000 queries, low frequencies of images") {
                    threat throws(AttackError) in
                    try GeoDA(threat: threat, queries: 1000, frequencies: 75.0 / 224, keeping: threat.keeping)
                },
                decision(
                    "standard",
                    .reference,
                    isStrong: false,
                    "4,000 queries, low frequencies of images (Rahmati et al., CVPR 2020)"
                ) { threat throws(AttackError) in
                    try GeoDA(threat: threat, frequencies: 75.0 / 224, keeping: threat.keeping)
                },
            ]
        ),
        Row(
            name: "sign-opt",
            summary: "descent to the direction of the nearest boundary by signs of its distance",
            kind: .decision,
            norms: [.linf, .l2],
            variants: [
                decision("fast", .fast, isStrong: false, "2,500 queries, gradients from 100 directions") {
                    threat throws(AttackError) in
                    try SignOPT(
                        threat: threat,
                        evaluations: 100,
                        directions: 30,
                        queryBudget: 2500,
                        keeping: threat.keeping
                    )
                },
                decision(
                    "standard",
                    .reference,
                    isStrong: true,
                    "20,000 queries (40,000 with a target), 200 for a gradient (Cheng et al., ICLR 2020)"
                ) { threat throws(AttackError) in
                    try SignOPT(
                        threat: threat,
                        queryBudget: threat.goal == .targeted ? 40_000 : 20_000,
                        keeping: threat.keeping
                    )
                },
            ]
        ),
    ]

    private static func decision(
        _ name: String,
        _ provenance: Preset.Provenance,
        isStrong: Bool,
        _ summary: String,
        build: @escaping @Sendable (ThreatModel) throws(AttackError) -> any LabelOnlyAttack
    ) -> Variant {
        Variant(
            preset: Preset(name: name, provenance: provenance, isStrong: isStrong, summary: summary),
            build: { threat throws(AttackError) in .labelOnly(try build(threat)) }
        )
    }
}
