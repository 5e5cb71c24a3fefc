import BulwarkModels
import BulwarkTensors

/// Attacks that see scores and no gradients.
extension AttackTable {
    static let scoreRows: [Row] = [
        Row(
            name: "square",
            summary: "random search that changes one square of the image at a time",
            kind: .score,
            norms: [.linf, .l2, .l1],
            loss: .margin,
            variants: [
                square("fast", .fast, isStrong: false, queries: 500, scheduleLength: 500),
                square("standard", .reference, isStrong: true, queries: 5000, scheduleLength: 10_000),
            ]
        ),
        Row(
            name: "nes",
            summary: "gradient ascent on the cross-entropy with gradients estimated from random points",
            kind: .score,
            norms: [.linf, .l2],
            loss: .crossEntropy,
            variants: [nes("fast", .fast, queries: 1000), nes("standard", .paper, queries: 10_000)]
        ),
        simba(.elements, "steps along one element after the other, kept if they help"),
        simba(.cosines, "steps along cosine waves, low frequencies first, kept if they help"),
        Row(
            name: "zoo",
            summary: "Carlini and Wagner's attack with differences of scores in place of gradients",
            kind: .score,
            norms: [.l2],
            loss: .margin,
            variants: [
                zoo("fast", .fast, searches: 3, steps: 40, initialConstant: 1),
                zoo("standard", .paper, searches: 9, steps: 1000, initialConstant: 0.01),
            ]
        ),
        Row(
            name: "genattack",
            summary: "a genetic algorithm with six members a generation",
            kind: .score,
            norms: [.linf],
            variants: [
                genetic("fast", .fast, queries: 1000), genetic("standard", .paper, queries: 100_000),
            ]
        ),
    ]

    /// The width of the box, by which lengths grow that publications give for images from 0 to 1; 1 if there
    /// is none.
    private static func width(_ threat: ThreatModel) -> Float {
        let extent = threat.bounds.extent
        return extent > 0 && extent.isFinite ? extent : 1
    }

    private static func square(
        _ name: String,
        _ provenance: Preset.Provenance,
        isStrong: Bool,
        queries: Int,
        scheduleLength: Int
    ) -> Variant {
        Variant(
            preset: Preset(
                name: name,
                provenance: provenance,
                isStrong: isStrong,
                summary: "\(queries) squares, the first of 80 % of the image, 1 start"
            ),
            build: { threat throws(AttackError) in
                .scores(
                    try SquareAttack(threat: threat, queries: queries, scheduleLength: scheduleLength)
                )
            }
        )
    }

    private static func nes(_ name: String, _ provenance: Preset.Provenance, queries: Int) -> Variant {
        Variant(
            preset: Preset(
                name: name,
                provenance: provenance,
                isStrong: false,
                summary: "\(queries) queries, 50 for a step of at most ε/5 (Ilyas et al., ICML 2018)"
            ),
            build: { threat throws(AttackError) in
                .scores(
                    try NES(
                        threat: threat,
                        deviation: 0.001 * width(threat),
                        stepSize: share(of: threat, 5),
                        maximumQueries: queries
                    )
                )
            }
        )
    }

    private static func simba(_ basis: SimBA.Basis, _ summary: String) -> Row {
        func variant(_ name: String, _ provenance: Preset.Provenance, queries: Int) -> Variant {
            Variant(
                preset: Preset(
                    name: name,
                    provenance: provenance,
                    isStrong: false,
                    summary: "\(queries) queries, steps of 0.2 or ε/10 (Guo et al., ICML 2019)"
                ),
                build: { threat throws(AttackError) in
                    .scores(
                        try SimBA(
                            threat: threat,
                            basis: basis,
                            stepSize: min(0.2 * width(threat), share(of: threat, 10)),
                            maximumQueries: queries
                        )
                    )
                }
            )
        }
        return Row(
            name: basis == .elements ? "simba" : "simba-dct",
            summary: summary,
            kind: .score,
            norms: [.l2],
            loss: .crossEntropy,
            variants: [variant("fast", .fast, queries: 1000), variant("standard", .paper, queries: 20_000)]
        )
    }

    private static func zoo(
        _ name: String,
        _ provenance: Preset.Provenance,
        searches: Int,
        steps: Int,
        initialConstant: Double
    ) -> Variant {
        Variant(
            preset: Preset(
                name: name,
                provenance: provenance,
                isStrong: false,
                summary: "\(searches) constants, \(steps) steps of 128 coordinates (Chen et al., AISec 2017)"
            ),
            build: { threat throws(AttackError) in
                .scores(
                    try ZOO(
                        threat: threat,
                        searches: searches,
                        steps: steps,
                        initialConstant: initialConstant,
                        learningRate: Double(0.01 * width(threat)),
                        difference: 0.001 * width(threat)
                    )
                )
            }
        )
    }

    private static func genetic(_ name: String, _ provenance: Preset.Provenance, queries: Int) -> Variant {
        Variant(
            preset: Preset(
                name: name,
                provenance: provenance,
                isStrong: false,
                summary: "\(queries) queries, 6 members, adaptive mutations (Alzantot et al., GECCO 2019)"
            ),
            build: { threat throws(AttackError) in
                .scores(try GenAttack(threat: threat, maximumQueries: queries))
            }
        )
    }

    /// A part of the radius; the smallest length there is where the radius is zero, and nothing is searched.
    private static func share(of threat: ThreatModel, _ parts: Float) -> Float {
        max(threat.epsilon / parts, .leastNormalMagnitude)
    }
}
