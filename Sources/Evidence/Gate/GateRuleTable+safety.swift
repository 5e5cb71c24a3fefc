extension GateRuleTable {
    static let safety: [Row] = [
        Row(
            name: "accuracy",
            phase: .safety,
            summary: "the model is right often enough without an attack"
        ) { settings throws(PolicyError) in
            AccuracyRule(
                minimum: try settings.number("minimum", in: 0...1),
                maximumAge: try settings.age()
            )
        },
        Row(
            name: "group-accuracy",
            phase: .safety,
            summary: "the model is right often enough in every group"
        ) { settings throws(PolicyError) in
            MissingEvidenceRule(
                what: "no claim states accuracy by group yet",
                limit: .atLeast(try settings.number("minimum", in: 0...1), "accuracy in the worst group")
            )
        },
        Row(
            name: "calibration",
            phase: .safety,
            summary: "the model's confidence is as high as its accuracy"
        ) { settings throws(PolicyError) in
            MissingEvidenceRule(
                what: "no claim states a calibration error yet",
                limit: .atMost(try settings.number("maximumError", in: 0...1), "calibration error")
            )
        },
        Row(
            name: "abstention",
            phase: .safety,
            summary: "the model abstains where it would be wrong"
        ) { settings throws(PolicyError) in
            MissingEvidenceRule(
                what: "no claim states a risk under abstention yet",
                limit: .atMost(try settings.number("maximumRisk", in: 0...1), "risk under abstention")
            )
        },
        Row(
            name: "operating-envelope",
            phase: .safety,
            summary: "inputs outside of what the model was made for are noticed"
        ) { settings throws(PolicyError) in
            MissingEvidenceRule(
                what: "no claim states an operating envelope yet",
                limit: .atLeast(try settings.number("minimumDetection", in: 0...1), "share noticed")
            )
        },
    ]
}

/// A rule whose evidence nobody can state yet: it fails, so that nobody takes it for fulfilled.
struct MissingEvidenceRule: GateRule {
    let what: String
    let limit: GateRequirement.Limit

    var requirement: GateRequirement { GateRequirement(limit) }

    func finding(_ evidence: ReleaseEvidence) -> GateFinding { .missing(what) }
}
