import BulwarkEvaluation

extension Fixtures {
    /// A proportion with its exact interval.
    static func rate(_ successes: Int, _ trials: Int) -> Estimate {
        Proportion(successes: successes, trials: trials).estimate()
    }

    /// Points of a curve on 500 samples.
    static func curve(_ points: [(epsilon: Double, correct: Int)]) -> [Assessment.CurvePoint] {
        points.map { Assessment.CurvePoint(epsilon: $0.epsilon, robustAccuracy: rate($0.correct, 500)) }
    }

    /// An attack on 974 correctly classified of 1,000 samples; nothing was attacked if `broken` is nil.
    static func attack(
        _ name: String,
        _ preset: String,
        strong: Bool,
        _ kind: String,
        _ settings: String,
        broken: Int?,
        distance: Double?,
        queries: Double = 1,
        gradients: Double = 0,
        seconds: Double = 0
    ) -> Assessment.AttackResult {
        Assessment.AttackResult(
            name: name,
            preset: preset,
            provenance: strong ? "reference" : "fast",
            isStrong: strong,
            kind: kind,
            settings: settings,
            knowledge: kind == "gradient" ? "white-box" : "black-box",
            norm: "linf",
            epsilon: 0.3,
            robustAccuracy: broken.map { rate(974 - $0, 1_000) } ?? .undefined(),
            successRate: broken.map { rate($0, 974) } ?? .undefined(),
            medianPerturbation: distance,
            queries: Assessment.AttackResult.Cost(median: queries, total: Int(queries * 974)),
            gradients: Assessment.AttackResult.Cost(median: gradients, total: Int(gradients * 974)),
            seconds: seconds,
            records: "attacks/\(name).csv"
        )
    }

    static let attacks = [
        attack(
            "noise",
            "standard",
            strong: false,
            "control",
            "100 draws from the surface of the ball",
            broken: 31,
            distance: 0.3,
            queries: 100,
            seconds: 1.62
        ),
        attack(
            "fgsm",
            "standard",
            strong: false,
            "gradient",
            "a single step of 0.3",
            broken: 701,
            distance: 0.3,
            queries: 1,
            gradients: 1,
            seconds: 0.09
        ),
        attack(
            "pgd",
            "standard",
            strong: true,
            "gradient",
            "100 steps of 0.0075, 5 restarts, margin loss",
            broken: 929,
            distance: 0.3,
            queries: 505,
            gradients: 500,
            seconds: 41.7
        ),
        attack(
            "apgd-ce",
            "standard",
            strong: true,
            "gradient",
            "100 steps, 5 restarts, cross-entropy",
            broken: 905,
            distance: 0.3,
            queries: 503.5,
            gradients: 500,
            seconds: 44.03
        ),
        attack(
            "square",
            "standard",
            strong: true,
            "score",
            "5,000 queries, 1 restart, margin loss",
            broken: 846,
            distance: 0.3,
            queries: 212,
            seconds: 187.4
        ),
        attack(
            "hop-skip-jump",
            "fast",
            strong: false,
            "decision",
            "1,000 queries",
            broken: 188,
            distance: 0.287,
            queries: 1_000,
            seconds: 7_512
        ),
    ]

    static let vulnerability = Assessment.Vulnerability(
        score: 7.1,
        lower: 7.04,
        upper: 7.1,
        point: 7.07,
        severityVector: "CVSS:4.0/AV:N/AC:L/AT:N/PR:L/UI:N/VC:N/VI:H/VA:N/SC:N/SI:N/SA:N",
        severity: 7.1,
        severityIsDefault: true,
        breaches: 936,
        trials: 974,
        gates: [
            gate("unboundedAttackSucceeds", "passed", "pgd at ε = 1 broke 200 of 200 samples."),
            gate("whiteBoxBeatsBlackBox", "passed", "95.4 % against 86.9 %."),
            gate("successGrowsWithBudget", "passed", "No point of the curve lies above the one before."),
            gate(
                "attackHasConverged",
                "failed",
                "Doubling the restarts raised the success rate by 1.4 points."
            ),
            gate("noiseIsWeaker", "passed", "3.2 % against 95.4 %."),
            gate("gradientsAreSound", "passed", "3 of 1,000 are zero, none is NaN; square was included."),
            gate("attackIsAdaptive", "not-evaluated", "Nothing is known of a defense."),
        ],
        record:
            "AVS:0.1/S=CVSS:4.0/AV:N/AC:L/AT:N/PR:L/UI:N/VC:N/VI:H/VA:N/SC:N/SI:N/SA:N/n=974/k=936/B=linf:0.3"
            + "/TM=W/gates=1110110/seed=0/sys=sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
    )

    private static func gate(
        _ name: String,
        _ status: String,
        _ evidence: String
    ) -> Assessment.Vulnerability.Gate {
        Assessment.Vulnerability.Gate(name: name, status: status, evidence: evidence)
    }

    static let anomaly: [Assessment.AnomalyResult] = {
        let attacks = [("pgd", 0.06), ("apgd-ce", 0.09), ("square", 0.015), ("hop-skip-jump", 0.3)]
        let detectors = [
            ("mahalanobis", "activations", 1.0), ("knn", "activations", 1.7), ("mahalanobis", "inputs", 4.0),
        ]
        return detectors.flatMap { detector, space, blur in
            attacks.map { attack, width in
                // TPR = FPR^w encloses the area 1 / (1 + w).
                let exponent = min(width * blur, 0.95)
                let rates = [0, 0.002, 0.01, 0.03, 0.06, 0.1, 0.2, 0.35, 0.5, 0.7, 0.85, 1]
                let area = 1 / (1 + exponent)
                let isLarge = space == "activations"
                return Assessment.AnomalyResult(
                    detector: detector,
                    space: space,
                    attack: attack,
                    auroc: Estimate(
                        value: area,
                        lower: area - 0.03,
                        upper: min(1, area + 0.02),
                        samples: 1_400
                    ),
                    truePositiveRateAt1PercentFPR: isLarge
                        ? rate(Int(900 * Tables.power(0.01, exponent)), 900) : .undefined(samples: 60),
                    note: isLarge ? nil : "60 clean samples are too few for a threshold at 1 %",
                    curve: rates.map { [$0, $0 == 0 ? 0 : Tables.power($0, exponent)] }
                )
            }
        }
    }()

    static let sanityChecks = [
        check(
            "iterative-beats-single-step",
            "Many steps do at least as well as one.",
            .pass,
            "pgd broke 929 samples, fgsm 701; fgsm broke 4 that pgd did not."
        ),
        check(
            "white-box-beats-black-box",
            "Knowing more does not help less.",
            .pass,
            "The best gradient attack broke 929 samples, the best black-box attack 846."
        ),
        check(
            "unbounded-reaches-zero",
            "Without a bound everything breaks.",
            .pass,
            "At ε = 0.5 robust accuracy is 0.0 % [0.0, 0.7]."
        ),
        check(
            "converged",
            "More effort would not change the number.",
            .warn,
            "Twice the restarts broke 14 more samples (1.4 points)."
        ),
        check(
            "gradients-exist",
            "Gradients are neither zero nor undefined.",
            .fail,
            "3 of 1,000 gradients are zero everywhere."
        ),
        check(
            "judge-agrees",
            "What attacks claim, the judge confirms.",
            .skipped,
            "hop-skip-jump does not report what it saw."
        ),
    ]

    private static func check(
        _ id: String,
        _ meaning: String,
        _ status: Assessment.SanityCheck.Status,
        _ evidence: String
    ) -> Assessment.SanityCheck {
        Assessment.SanityCheck(id: id, meaning: meaning, status: status, evidence: evidence)
    }
}
