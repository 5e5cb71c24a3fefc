import BulwarkModels
import BulwarkTensors

/// Further attacks that follow gradients, or change an image as a whole.
extension AttackTable {
    static let whiteBoxRows: [Row] = [
        Row(
            name: "mi-fgsm",
            summary: "steps along a running sum of gradients of the cross-entropy",
            kind: .gradient,
            norms: [.linf, .l2],
            loss: .crossEntropy,
            variants: [
                momentum("fast", .fast, steps: 5, "5 steps of ε/5, decay 1"),
                momentum("standard", .paper, steps: 10, "10 steps of ε/10, decay 1 (Dong et al., CVPR 2018)"),
            ]
        ),
        Row(
            name: "di2-fgsm",
            summary: "steps along gradients at randomly shrunken and shifted copies of an image",
            kind: .gradient,
            norms: [.linf, .l2],
            loss: .crossEntropy,
            variants: [
                diverse("fast", .fast, steps: 10, decay: 0, "10 steps of 1.25·ε/10 without momentum"),
                diverse(
                    "standard",
                    .paper,
                    steps: 19,
                    decay: 1,
                    "19 steps of 1.25·ε/19, half of them at changed images, decay 1 (Xie et al., CVPR 2019)"
                ),
            ]
        ),
        Row(
            name: "jsma",
            summary: "two features at a time, those that do most for a target",
            kind: .gradient,
            norms: [.l0],
            loss: .crossEntropy,
            variants: [
                saliency("fast", .fast, .either, targets: 1, "pairs to either end, 1 target"),
                saliency(
                    "increasing",
                    .paper,
                    .increasing,
                    targets: 9,
                    "pairs to the upper bound, up to 9 targets (Papernot et al., EuroS&P 2016)"
                ),
                saliency(
                    "standard",
                    .paper,
                    .either,
                    targets: 9,
                    "pairs to either end, up to 9 targets (Papernot et al., EuroS&P 2016)"
                ),
            ]
        ),
        Row(
            name: "brendel-bethge",
            summary: "along the boundary from a point far away to the nearest one",
            kind: .gradient,
            norms: Norm.allCases,
            loss: .margin,
            variants: [
                alongBoundary("fast", .fast, isStrong: false, steps: 100, draws: 100),
                alongBoundary("standard", .reference, isStrong: true, steps: 1000, draws: 1000),
            ]
        ),
        Row(
            name: "spatial",
            summary: "turned and moved images; with a radius as large as the box all of them count",
            kind: .decision,
            norms: Norm.allCases,
            variants: [
                spatial("fast", .random(draws: 10), "the worst of 10 (Engstrom et al., ICML 2019)"),
                spatial(
                    "standard",
                    .grid(rotations: 31, translations: 5),
                    "31 angles by 25 moves, up to 30° and 10 % (Engstrom et al., ICML 2019)"
                ),
            ]
        ),
    ]

    /// Attacks that find one perturbation for all samples they are given, so that what becomes of a sample depends
    /// on the others.
    static let universalRows: [Row] = [
        Row(
            name: "universal-perturbation",
            summary: "one perturbation for all samples of a batch",
            kind: .gradient,
            norms: [.linf, .l2],
            loss: .margin,
            variants: [
                universal("fast", .fast, rounds: 2, "up to 2 rounds"),
                universal(
                    "standard",
                    .paper,
                    rounds: 10,
                    "up to 10 rounds, until 80 % are fooled (Moosavi-Dezfooli et al., CVPR 2017)"
                ),
            ]
        ),
        Row(
            name: "adversarial-patch",
            summary: "one round sticker for all images of a batch, anywhere on them; radius: its elements",
            kind: .gradient,
            norms: [.l0],
            loss: .crossEntropy,
            variants: [
                patch("fast", .fast, steps: 100, "100 steps, 10 places"),
                patch("standard", .reference, steps: 500, "500 steps, 10 places (Brown et al., 2017)"),
            ]
        ),
    ]

    private static func momentum(
        _ name: String,
        _ provenance: Preset.Provenance,
        steps: Int,
        _ summary: String
    ) -> Variant {
        Variant(
            preset: Preset(name: name, provenance: provenance, isStrong: false, summary: summary),
            build: { threat throws(AttackError) in .whiteBox(try MIFGSM(threat: threat, steps: steps)) }
        )
    }

    private static func diverse(
        _ name: String,
        _ provenance: Preset.Provenance,
        steps: Int,
        decay: Float,
        _ summary: String
    ) -> Variant {
        Variant(
            preset: Preset(name: name, provenance: provenance, isStrong: false, summary: summary),
            build: { threat throws(AttackError) in
                .whiteBox(try DI2FGSM(threat: threat, steps: steps, decay: decay))
            }
        )
    }

    private static func saliency(
        _ name: String,
        _ provenance: Preset.Provenance,
        _ direction: JSMA.Direction,
        targets: Int,
        _ summary: String
    ) -> Variant {
        Variant(
            preset: Preset(name: name, provenance: provenance, isStrong: false, summary: summary),
            build: { threat throws(AttackError) in
                .whiteBox(try JSMA(threat: threat, direction: direction, maximumTargets: targets))
            }
        )
    }

    private static func alongBoundary(
        _ name: String,
        _ provenance: Preset.Provenance,
        isStrong: Bool,
        steps: Int,
        draws: Int
    ) -> Variant {
        Variant(
            preset: Preset(
                name: name,
                provenance: provenance,
                isStrong: isStrong,
                summary: "\(steps) steps in regions that shrink by half 20 times, momentum 0.8"
            ),
            build: { threat throws(AttackError) in
                .whiteBox(try BrendelBethge(threat: threat, steps: steps, draws: draws))
            }
        )
    }

    /// Never strong: that no turn fools a model says nothing about the points of a ball.
    private static func spatial(
        _ name: String,
        _ choice: SpatialTransformation.Choice,
        _ summary: String
    ) -> Variant {
        Variant(
            preset: Preset(name: name, provenance: .paper, isStrong: false, summary: summary),
            build: { threat throws(AttackError) in
                .labelOnly(SpatialTransformation(threat: threat, choice: choice))
            }
        )
    }

    private static func universal(
        _ name: String,
        _ provenance: Preset.Provenance,
        rounds: Int,
        _ summary: String
    ) -> Variant {
        Variant(
            preset: Preset(name: name, provenance: provenance, isStrong: false, summary: summary),
            build: { threat throws(AttackError) in
                .whiteBox(try UniversalPerturbation(threat: threat, maximumRounds: rounds))
            }
        )
    }

    private static func patch(
        _ name: String,
        _ provenance: Preset.Provenance,
        steps: Int,
        _ summary: String
    ) -> Variant {
        Variant(
            preset: Preset(name: name, provenance: provenance, isStrong: false, summary: summary),
            build: { threat throws(AttackError) in
                .whiteBox(try AdversarialPatch(threat: threat, steps: steps))
            }
        )
    }
}
