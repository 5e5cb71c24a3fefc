import BulwarkModels
import BulwarkTensors

/// Attacks that follow gradients to the nearest wrong answer, however far it is.
///
/// Their published parameters are those of inputs between 0 and 1; in a wider box lengths grow with its
/// width, squared lengths with its square.
extension AttackTable {
    static let minimumNormRows: [Row] = [
        Row(
            name: "deepfool",
            summary: "steps to the nearest of all boundaries, each taken as flat",
            kind: .gradient,
            norms: [.linf, .l2],
            loss: .logitDifference,
            variants: [
                deepFool("fast", .fast, steps: 10, candidates: 4),
                deepFool("standard", .reference, steps: 50, candidates: 10),
                deepFool("all-classes", .paper, steps: 50, candidates: nil),
            ]
        ),
        Row(
            name: "cw-l2",
            summary: "the squared distance and a penalty on right answers minimised together by Adam",
            kind: .gradient,
            norms: [.l2],
            loss: .margin,
            variants: [carliniWagnerL2Fast, carliniWagnerL2Standard]
        ),
        Row(
            name: "cw-linf",
            summary: "a limit on the change of any element lowered for as long as Adam finds a wrong answer",
            kind: .gradient,
            norms: [.linf],
            loss: .margin,
            variants: [carliniWagnerLinfFast, carliniWagnerLinfStandard]
        ),
        Row(
            name: "ead",
            summary: "two distances and a penalty on right answers minimised together by shrinking changes",
            kind: .gradient,
            norms: [.l1],
            loss: .margin,
            variants: [elasticNetFast, elasticNetStandard]
        ),
        Row(
            name: "ddn",
            summary: "steps along the gradient on a sphere that shrinks and grows by what is found",
            kind: .gradient,
            norms: [.l2],
            loss: .crossEntropy,
            variants: [
                ddn("fast", .fast, isStrong: false, steps: 30, gamma: 0.15),
                ddn("standard", .reference, isStrong: false, steps: 100, gamma: 0.05),
                ddn("thorough", .paper, isStrong: true, steps: 1000, gamma: 0.05),
            ]
        ),
        Row(
            name: "fmn",
            summary: "steps along the gradient in a ball that begins at the estimated boundary and adapts",
            kind: .gradient,
            norms: Norm.allCases,
            loss: .margin,
            variants: [
                fmn("fast", .fast, isStrong: false, steps: 20),
                fmn("standard", .reference, isStrong: false, steps: 100),
                fmn("thorough", .paper, isStrong: true, steps: 1000),
            ]
        ),
    ]

    /// The width of the box, or 1 where it has none.
    private static func width(_ threat: ThreatModel) -> Float {
        let extent = threat.bounds.extent
        return extent > 0 && extent.isFinite ? extent : 1
    }

    private static func deepFool(
        _ name: String,
        _ provenance: Preset.Provenance,
        steps: Int,
        candidates: Int?
    ) -> Variant {
        let classes = candidates.map { "the \($0) most likely classes" } ?? "all classes"
        return Variant(
            preset: Preset(
                name: name,
                provenance: provenance,
                isStrong: false,
                summary: "\(steps) steps, \(classes), overshoot 0.02 (Moosavi-Dezfooli et al., CVPR 2016)"
            ),
            build: { threat throws(AttackError) in
                .whiteBox(try DeepFool(threat: threat, steps: steps, candidates: candidates, overshoot: 0.02))
            }
        )
    }

    private static let carliniWagnerL2Fast = Variant(
        preset: Preset(
            name: "fast",
            provenance: .fast,
            isStrong: false,
            summary: "4 weights from 0.1, 100 steps of 0.05"
        ),
        build: { threat throws(AttackError) in
            .whiteBox(
                try CarliniWagnerL2(
                    threat: threat,
                    searchSteps: 4,
                    steps: 100,
                    learningRate: 0.05,
                    initialConstant: 0.1 * width(threat) * width(threat)
                )
            )
        }
    )

    private static let carliniWagnerL2Standard = Variant(
        preset: Preset(
            name: "standard",
            provenance: .reference,
            isStrong: true,
            summary: "9 weights from 0.001, up to 10000 steps of 0.01 (Carlini and Wagner, S&P 2017)"
        ),
        build: { threat throws(AttackError) in
            .whiteBox(
                try CarliniWagnerL2(threat: threat, initialConstant: 1e-3 * width(threat) * width(threat))
            )
        }
    )

    private static let carliniWagnerLinfFast = Variant(
        preset: Preset(
            name: "fast",
            provenance: .fast,
            isStrong: false,
            summary: "weights from 0.01 to 20 by factors of 10, up to 100 steps of 0.02, limits by 0.9"
        ),
        build: { threat throws(AttackError) in
            .whiteBox(
                try CarliniWagnerLinf(
                    threat: threat,
                    steps: 100,
                    learningRate: 0.02,
                    initialConstant: 0.01 * width(threat),
                    largestConstant: 20 * width(threat),
                    constantFactor: 10
                )
            )
        }
    )

    private static let carliniWagnerLinfStandard = Variant(
        preset: Preset(
            name: "standard",
            provenance: .paper,
            isStrong: false,
            summary:
                "weights from 1e-5 to 20 by twos, up to 1000 steps of 0.005, limits by 0.9 (authors' code)"
        ),
        build: { threat throws(AttackError) in
            .whiteBox(
                try CarliniWagnerLinf(
                    threat: threat,
                    initialConstant: 1e-5 * width(threat),
                    largestConstant: 20 * width(threat)
                )
            )
        }
    )

    private static let elasticNetFast = Variant(
        preset: Preset(
            name: "fast",
            provenance: .fast,
            isStrong: false,
            summary: "4 weights from 1, 100 steps of 0.005, β 0.01"
        ),
        build: { threat throws(AttackError) in
            .whiteBox(
                try EAD(
                    threat: threat,
                    searchSteps: 4,
                    steps: 100,
                    stepSize: 0.005,
                    regularization: 0.01 * width(threat),
                    initialConstant: width(threat) * width(threat),
                    abortsEarly: false
                )
            )
        }
    )

    private static let elasticNetStandard = Variant(
        preset: Preset(
            name: "standard",
            provenance: .reference,
            isStrong: true,
            summary: "9 weights from 0.001, up to 10000 steps of 0.01, β 0.01 (Chen et al., AAAI 2018)"
        ),
        build: { threat throws(AttackError) in
            .whiteBox(
                try EAD(
                    threat: threat,
                    regularization: 0.01 * width(threat),
                    initialConstant: 1e-3 * width(threat) * width(threat)
                )
            )
        }
    )

    private static func ddn(
        _ name: String,
        _ provenance: Preset.Provenance,
        isStrong: Bool,
        steps: Int,
        gamma: Float
    ) -> Variant {
        Variant(
            preset: Preset(
                name: name,
                provenance: provenance,
                isStrong: isStrong,
                summary: "\(steps) steps, γ \(gamma), first radius 1 (Rony et al., CVPR 2019)"
            ),
            build: { threat throws(AttackError) in
                .whiteBox(
                    try DDN(
                        threat: threat,
                        steps: steps,
                        gamma: gamma,
                        initialRadius: width(threat),
                        stepSize: width(threat),
                        finalStepSize: 0.01 * width(threat)
                    )
                )
            }
        )
    }

    private static func fmn(
        _ name: String,
        _ provenance: Preset.Provenance,
        isStrong: Bool,
        steps: Int
    ) -> Variant {
        Variant(
            preset: Preset(
                name: name,
                provenance: provenance,
                isStrong: isStrong,
                summary: "\(steps) steps of 1 to 0.01, γ from 0.05 to 0.001 (Pintor et al., NeurIPS 2021)"
            ),
            build: { threat throws(AttackError) in
                .whiteBox(FMN(threat: threat, steps: steps, stepSize: width(threat)))
            }
        )
    }
}
