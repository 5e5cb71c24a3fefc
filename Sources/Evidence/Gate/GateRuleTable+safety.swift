extension GateRuleTable {
    static let safety: [Row] = [
        Row(
            name: "accuracy",
            phase: .safety,
            summary: "the model is right often enough without an attack"
        ) { settings throws(PolicyError) in
            AccuracyRule(
                minimum: try settings.number("minimum", in: 0...1),
                maximumAge: try settings.days("maximumAgeDays")
            )
        },
        Row(
            name: "group-accuracy",
            phase: .safety,
            summary: "the model is right often enough in every group"
        ) { settings throws(PolicyError) in
            _ = try settings.number("minimum", in: 0...1)
            return MissingEvidenceRule(what: "no claim states accuracy by group yet")
        },
        Row(
            name: "calibration",
            phase: .safety,
            summary: "the model's confidence is as high as its accuracy"
        ) { settings throws(PolicyError) in
            _ = try settings.number("maximumError", in: 0...1)
            return MissingEvidenceRule(what: "no claim states a calibration error yet")
        },
        Row(
            name: "abstention",
            phase: .safety,
            summary: "the model abstains where it would be wrong"
        ) { settings throws(PolicyError) in
            _ = try settings.number("maximumRisk", in: 0...1)
            return MissingEvidenceRule(what: "no claim states a risk under abstention yet")
        },
        Row(
            name: "operating-envelope",
            phase: .safety,
            summary: "inputs outside of what the model was made for are noticed"
        ) { settings throws(PolicyError) in
            _ = try settings.number("minimumDetection", in: 0...1)
            return MissingEvidenceRule(what: "no claim states an operating envelope yet")
        },
    ]
}

/// A rule whose evidence nobody can state yet: it fails, so that nobody takes it for fulfilled.
struct MissingEvidenceRule: GateRule {
    let what: String

    func finding(_ evidence: ReleaseEvidence) -> GateFinding { .missing(what) }
}
