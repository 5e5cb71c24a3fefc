import BulwarkEvaluation
import BulwarkTensors

/// Outcomes as runs of the program give them, for the tests of every report.
enum Fixtures {
    /// A digit classifier that gradient attacks break: every part of a report has something to show.
    static func digits() throws -> AssessmentOutcome {
        AssessmentOutcome(
            assessment: try AssessmentDraft(
                tool: tool([
                    "bulwark", "assess", "models/digits.onnx", "--data", "digits test.npz", "--epsilon",
                    "0.3",
                ]),
                model: Assessment.Model(
                    path: "models/digits.onnx",
                    sha256: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                    inputShape: [1, 28, 28],
                    classCount: 10,
                    parameterCount: 421_642,
                    outputForm: "softmax",
                    notes: ["The graph ends in Softmax; logits were taken from its input."]
                ),
                data: Assessment.Data(
                    path: "digits test.npz",
                    sha256: "60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752",
                    samples: 1_000,
                    available: 10_000,
                    classNames: nil,
                    featureNames: nil,
                    reference: "500 samples of the same file that were not attacked",
                    notes: [
                        "Integer pixels were divided by 255.", "The first 1,000 of 10,000 samples were used.",
                    ]
                ),
                seed: 0,
                threat: Assessment.Threat(
                    goal: "untargeted",
                    norm: "linf",
                    epsilon: 0.3,
                    knowledge: "white-box",
                    lowerBound: 0,
                    upperBound: 1
                ),
                suite: "standard",
                cleanAccuracy: rate(974, 1_000),
                attacks: attacks,
                worstCase: Assessment.WorstCase(robustAccuracy: rate(38, 1_000)),
                resilienceCurve: curve([
                    (0, 487), (0.02, 471), (0.05, 428), (0.1, 297), (0.15, 158), (0.2, 71), (0.25, 33),
                    (0.3, 19),
                    (0.4, 3), (0.5, 0),
                ]),
                accuracyDrop: rate(936, 1_000),
                inputGradients: Assessment.InputGradients(
                    loss: "cross-entropy",
                    medianL2: 0.0213,
                    quantiles: [0.000_41, 1.72],
                    samples: 1_000,
                    zero: 3,
                    nonFinite: 0
                ),
                vulnerability: vulnerability,
                anomaly: anomaly,
                anomalyNotes: ["No detector was fitted on labels: class 8 has 3 reference samples."],
                sanityChecks: sanityChecks,
                verdict: .vulnerable,
                verdictReasons: [
                    "Under the worst attack on each sample 3.8 % of 1000 samples stay correct (95 % interval 2.7 % to 5.2 %) at linf 0.3.",
                    "The upper end of the interval is below the required 50.0 %. An attack that worked needs no further proof.",
                ],
                requiredRobustAccuracy: 0.5
            ).assessment,
            records: [("apgd-ce", records)],
            exhibits: Glyphs.exhibits
        )
    }

    /// A classifier of table rows that could not be shown to be robust: nothing measured, and hostile names.
    static func hostile() throws -> AssessmentOutcome {
        AssessmentOutcome(
            assessment: try AssessmentDraft(
                tool: tool(["assess", "it's <b>.onnx", "", "$(rm -rf ~)"]),
                model: Assessment.Model(
                    path: "/srv/models/\"><script>alert(1)</script>.onnx",
                    sha256: "00",
                    inputShape: [4],
                    classCount: 2,
                    parameterCount: 14,
                    outputForm: "logits",
                    notes: ["a note with <img src=x onerror=alert(1)> and \u{1B}[31m escape"]
                ),
                data: Assessment.Data(
                    path: "rows & columns.csv",
                    sha256: "00",
                    samples: 0,
                    available: 0,
                    classNames: ["<script>alert('class')</script>", "\"quoted\" & 'single'"],
                    featureNames: ["</td><td onclick=\"x\">", "\u{202E}desrever", "ångström", "x\u{0}y"],
                    reference: "]]> nothing",
                    notes: []
                ),
                seed: .max,
                threat: Assessment.Threat(
                    goal: "targeted",
                    norm: "l2",
                    epsilon: 1,
                    knowledge: "black-box",
                    lowerBound: -3,
                    upperBound: 3
                ),
                suite: "quick",
                cleanAccuracy: .undefined(),
                attacks: [
                    attack(
                        "<i>fgsm</i>",
                        "fast",
                        strong: false,
                        "gradient",
                        "a single step",
                        broken: nil,
                        distance: nil
                    )
                ],
                worstCase: Assessment.WorstCase(robustAccuracy: .undefined()),
                resilienceCurve: [Assessment.CurvePoint(epsilon: 0, robustAccuracy: .undefined())],
                accuracyDrop: .undefined(),
                inputGradients: Assessment.InputGradients(
                    loss: "none",
                    medianL2: nil,
                    quantiles: [],
                    samples: 0,
                    zero: 0,
                    nonFinite: 0
                ),
                vulnerability: Assessment.Vulnerability(
                    score: 7.1,
                    lower: 0,
                    upper: 7.1,
                    point: 7.1,
                    severityVector: "CVSS:4.0/AV:N/AC:L/AT:N/PR:L/UI:N/VC:N/VI:H/VA:N/SC:N/SI:N/SA:N",
                    severity: 7.1,
                    severityIsDefault: false,
                    breaches: 0,
                    trials: 0,
                    gates: [Assessment.Vulnerability.Gate(name: "a & b", status: "failed", evidence: "<u>")],
                    record: "AVS:0.1/S=…/n=0/k=0"
                ),
                anomaly: [
                    Assessment.AnomalyResult(
                        detector: "<em>",
                        space: "inputs",
                        attack: "<i>fgsm</i>",
                        auroc: .undefined(),
                        truePositiveRateAt1PercentFPR: .undefined(),
                        note: "fewer than 100 clean samples & no threshold",
                        curve: [[0, 0], [0.5, .nan], [1], [1, 1]]
                    )
                ],
                anomalyNotes: ["<b>no</b> detector"],
                sanityChecks: [
                    Assessment.SanityCheck(
                        id: "<id>",
                        meaning: "a < b",
                        status: .skipped,
                        evidence: "no \"samples\""
                    )
                ],
                verdict: .inconclusive,
                verdictReasons: ["No sample of <data> was assessed."],
                requiredRobustAccuracy: 0.5
            ).assessment,
            records: [("<i>fgsm</i>", [])],
            exhibits: [
                Exhibit(
                    sample: 3,
                    attack: "<i>fgsm</i>",
                    clean: Tensor([4], [0.5, -1, 2, 0]),
                    adversarial: Tensor([4], [0.75, -1, 1.5, .nan]),
                    label: 0,
                    cleanPrediction: 0,
                    adversarialPrediction: 1,
                    distance: 0.559
                )
            ]
        )
    }

    /// Records with every kind of value a record can have.
    static let records: [SampleRecord] = [
        record(0, label: 7, after: 3, broken: true, linf: 0.3, l2: 5.718_281_828_459_045),
        record(1, label: 2, after: 2, broken: false, linf: 0.1 + 0.2, l2: 1e-7),
        SampleRecord(
            sample: 2,
            label: 4,
            cleanPrediction: 9,
            adversarialPrediction: 9,
            wasAttacked: false,
            isBroken: false,
            distances: .zero,
            queries: 0,
            gradients: 0,
            restart: 0,
            seed: .max,
            claimed: false,
            violation: "outside the box, element 3: \"1.5\"\r\nand 4"
        ),
    ]

    private static func record(
        _ sample: Int,
        label: Int,
        after: Int,
        broken: Bool,
        linf: Double,
        l2: Double
    ) -> SampleRecord {
        SampleRecord(
            sample: sample,
            label: label,
            cleanPrediction: label,
            adversarialPrediction: after,
            wasAttacked: true,
            isBroken: broken,
            distances: SampleRecord.Distances(linf: linf, l2: l2, l1: 101.25, l0: 412),
            queries: 501,
            gradients: 500,
            restart: 2,
            seed: 0,
            claimed: broken,
            violation: nil
        )
    }

    private static func tool(_ command: [String]) -> Assessment.Tool {
        Assessment.Tool(
            name: "bulwark",
            version: "0.1.0",
            command: command,
            backend: "oneDNN 2.6.3",
            platform: "Linux x86_64"
        )
    }
}

extension AssessmentOutcome {
    /// This outcome without the numbers that JSON cannot say.
    func replacingUnwritable() -> AssessmentOutcome {
        var outcome = self
        for index in outcome.assessment.anomaly.indices {
            outcome.assessment.anomaly[index].curve = [[0, 0], [1, 1]]
        }
        return outcome
    }
}
