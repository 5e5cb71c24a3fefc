import BulwarkEvaluation

/// What a run can find, as SARIF describes it once for all results.
struct SARIFRule {
    /// The name that results refer to; it never changes.
    var id: String
    /// What the rule is about, in a sentence.
    var summary: String
    /// What to do about a failure.
    var help: String
    /// The level of a failure: `error`, `warning` or `note`.
    var level: String
    /// How severe a failure is, from 0 to 10, if it is a weakness of the model and not of the evaluation.
    var securitySeverity: Double?
    /// The identifiers of MITRE ATLAS techniques that exploit the weakness.
    var techniques: [String] = []

    /// The rule as a `reportingDescriptor` (section 3.49).
    var json: JSONValue {
        var rule: [String: JSONValue] = [
            "id": .string(id),
            "shortDescription": ["text": .string(summary)],
            "fullDescription": ["text": .string(summary)],
            "help": ["text": .string(help)],
            "defaultConfiguration": ["level": .string(level)],
        ]
        if let securitySeverity {
            rule["properties"] = [
                "security-severity": .string(NumberText.fixed(securitySeverity, decimals: 1)),
                "tags": ["security", "adversarial-robustness"],
            ]
        }
        if !techniques.isEmpty {
            rule["relationships"] = .array(
                techniques.map { ["target": SARIFTaxonomy.reference($0), "kinds": ["relevant"]] }
            )
        }
        return .object(rule)
    }
}

/// One result of a run.
struct SARIFFinding {
    /// What a result says (section 3.27.9).
    enum Kind: String {
        /// The rule was evaluated, and there is no problem.
        case pass
        /// The rule was evaluated, and there is one.
        case fail
        /// The rule was evaluated, and the evidence does not settle it.
        case open
        /// A person has to look.
        case review
        /// The rule could not be evaluated on this run.
        case notApplicable
    }

    var rule: SARIFRule
    var kind: Kind
    /// How important it is, from 0 to 100.
    var rank: Double
    var message: String
    /// The attack or check it is about; nil is the model itself.
    var subject: String?
    var subjectKind = "check"

    /// The verdict, then the attacks, then the sanity checks.
    static func all(of assessment: Assessment) -> [SARIFFinding] {
        [verdict(assessment)] + assessment.attacks.map { attack($0, assessment) }
            + assessment.sanityChecks.map(check)
    }

    /// The verdict; its rank is the vulnerability score on a scale of 100.
    private static func verdict(_ assessment: Assessment) -> SARIFFinding {
        let score = finite(assessment.vulnerability.score)
        let rule = SARIFRule(
            id: "verdict",
            summary: "The model keeps the required robust accuracy under the stated threat.",
            help:
                "Harden the model, for instance by adversarial training, or narrow the threat that it is exposed to.",
            level: "error",
            securitySeverity: score,
            techniques: [SARIFTaxonomy.evasion]
        )
        let kind: Kind =
            switch assessment.verdict {
            case .robust: .pass
            case .vulnerable: .fail
            case .inconclusive: .open
            }
        let reasons = ["The model is \(assessment.verdict.rawValue)."] + assessment.verdictReasons
        return SARIFFinding(rule: rule, kind: kind, rank: 10 * score, message: reasons.joined(separator: " "))
    }

    /// One attack against the required accuracy; its rank is the share of samples it took, in percent.
    private static func attack(_ attack: Assessment.AttackResult, _ assessment: Assessment) -> SARIFFinding {
        let isWhiteBox = attack.knowledge == "white-box"
        let rule = SARIFRule(
            id: "evasion-\(attack.knowledge)",
            summary:
                "Inputs changed within the threat model do not take the model below the required accuracy"
                + (isWhiteBox ? ", even if its weights are known." : "."),
            help:
                "Look at the records of the attack for the samples that broke, and at the report for examples.",
            level: "error",
            securitySeverity: finite(assessment.vulnerability.score),
            techniques: [SARIFTaxonomy.crafting(attack.knowledge), SARIFTaxonomy.evasion]
        )
        let accuracy = attack.robustAccuracy
        let required = assessment.requiredRobustAccuracy
        let (kind, conclusion): (Kind, String) =
            if accuracy.value == nil {
                (.open, "Nothing was measured.")
            } else if accuracy.upper < required {
                (
                    .fail,
                    "The upper end of the interval is below the required \(NumberText.percent(required))."
                )
            } else if let remaining = attack.remaining {
                (.open, "The run ended early: \(NumberText.grouped(remaining)) samples were not attacked.")
            } else if accuracy.lower < required {
                (.open, "The interval contains the required \(NumberText.percent(required)).")
            } else if attack.kind == "control" {
                (.open, "A control is for comparison: that it fails shows nothing.")
            } else if !attack.isStrong {
                (.open, "The preset is weak: that it fails shows nothing.")
            } else {
                (.pass, "The lower end of the interval reaches the required \(NumberText.percent(required)).")
            }
        let measured =
            "Under \(attack.name) (\(attack.settings)) at \(Wording.norm(attack.norm)) "
            + "\(NumberText.distance(attack.epsilon)) robust accuracy is \(NumberText.percentWithInterval(accuracy))"
            + " on \(NumberText.grouped(accuracy.samples)) samples."
        return SARIFFinding(
            rule: rule,
            kind: kind,
            rank: accuracy.value.map { 100 * (1 - $0) } ?? 0,
            message: "\(measured) \(conclusion)",
            subject: attack.name,
            subjectKind: "attack"
        )
    }

    /// A sanity check; a failure ranks in the middle, because the evaluation is at fault, not the model.
    private static func check(_ check: Assessment.SanityCheck) -> SARIFFinding {
        let rule = SARIFRule(
            id: "sanity-\(check.id)",
            summary: check.meaning,
            help: "Until this check passes, the numbers of the run cannot support the verdict robust.",
            level: "warning"
        )
        let (kind, rank): (Kind, Double) =
            switch check.status {
            case .pass: (.pass, 0)
            case .warn: (.review, 25)
            case .fail: (.fail, 50)
            case .skipped: (.notApplicable, 0)
            }
        return SARIFFinding(
            rule: rule,
            kind: kind,
            rank: rank,
            message: "\(check.meaning) Found: \(check.evidence)",
            subject: check.id
        )
    }

    private static func finite(_ score: Double) -> Double { score.isFinite ? min(max(score, 0), 10) : 10 }
}

/// The techniques of MITRE ATLAS, version 5, that the findings are about.
enum SARIFTaxonomy {
    /// The name by which results refer to it.
    static let name = "MITRE ATLAS"
    /// Evade AI Model.
    static let evasion = "AML.T0015"

    /// Craft Adversarial Data, by what the adversary knows.
    static func crafting(_ knowledge: String) -> String {
        switch knowledge {
        case "white-box": "AML.T0043.000"
        case "gray-box": "AML.T0043.002"
        default: "AML.T0043.001"
        }
    }

    private static let techniques = [
        (evasion, "Evade AI Model"),
        (crafting("white-box"), "Craft Adversarial Data: White-Box Optimization"),
        (crafting("black-box"), "Craft Adversarial Data: Black-Box Optimization"),
        (crafting("gray-box"), "Craft Adversarial Data: Black-Box Transfer"),
    ]

    /// The taxonomy as a `toolComponent` with the techniques that are referred to (section 3.19.3).
    static var component: JSONValue {
        [
            "name": .string(name),
            "organization": "The MITRE Corporation",
            "informationUri": "https://atlas.mitre.org",
            "shortDescription": ["text": "Adversarial Threat Landscape for Artificial-Intelligence Systems"],
            "isComprehensive": false,
            "taxa": .array(
                techniques.map { id, name in
                    [
                        "id": .string(id),
                        "name": .string(name),
                        "helpUri": .string("https://atlas.mitre.org/techniques/\(id)"),
                    ]
                }
            ),
        ]
    }

    /// A reference to a technique (section 3.52).
    static func reference(_ id: String) -> JSONValue {
        ["id": .string(id), "toolComponent": ["name": .string(name)]]
    }
}
