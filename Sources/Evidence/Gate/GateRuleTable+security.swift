import BulwarkProvenance

extension GateRuleTable {
    static let security: [Row] = [
        Row(
            name: "model-signature",
            phase: .security,
            summary: "the model's file is among those of a signature in the log"
        ) { _ throws(PolicyError) in ModelSignatureRule() },
        Row(
            name: "dataset-signature",
            phase: .security,
            summary: "the data of training and assessment are among those of signed manifests in the log"
        ) { _ throws(PolicyError) in DatasetSignatureRule() },
        Row(
            name: "scan",
            phase: .security,
            summary: "a scan of the model's file found nothing dangerous"
        ) { settings throws(PolicyError) in
            ScanVerdictRule(maximumAge: try settings.age())
        },
        Row(
            name: "robust-accuracy",
            phase: .security,
            summary: "the worst case over all attacks stays right often enough"
        ) { settings throws(PolicyError) in
            RobustAccuracyRule(
                minimum: try settings.number("minimum", in: 0...1),
                answer: try AssessmentAnswer(&settings)
            )
        },
        Row(
            name: "vulnerability-score",
            phase: .security,
            summary: "the vulnerability score is low enough"
        ) { settings throws(PolicyError) in
            VulnerabilityRule(
                maximum: try settings.number("maximum", in: 0...10),
                severity: try settings.textIfPresent("severity"),
                answer: try AssessmentAnswer(&settings)
            )
        },
        Row(
            name: "sanity-checks",
            phase: .security,
            summary: "no check of the assessment found that its numbers cannot be trusted"
        ) { settings throws(PolicyError) in
            SanityCheckRule(
                allowsWarnings: try settings.word("warnings", standard: SanityCheckRule.Warnings.refused)
                    == .allowed,
                answer: try AssessmentAnswer(&settings)
            )
        },
        Row(
            name: "isolated-training",
            phase: .security,
            summary: "the model was trained without network and with named inputs only"
        ) { _ throws(PolicyError) in IsolationRule() },
        Row(
            name: "approval",
            phase: .security,
            summary: "people in the roles named agree, each with a key of their own"
        ) { settings throws(PolicyError) in
            var section = try PolicySettings(settings.take("roles"), "'roles'")
            var roles: [ApprovalRule.Role] = []
            for (_, name, value) in section.takeAll() {
                roles.append(.init(name: name, keys: try PolicySettings.texts(value, name)))
            }
            guard !roles.isEmpty else { throw settings.error("'roles' names at least one role") }
            return ApprovalRule(roles: roles)
        },
        Row(
            name: "privacy-budget",
            phase: .security,
            summary: "the privacy budget that training has spent is small enough"
        ) { settings throws(PolicyError) in
            MissingEvidenceRule(
                what: "no claim states a privacy budget yet",
                limit: .atMost(try settings.number("maximumEpsilon", in: 0...1e6), "privacy loss ε", .plain)
            )
        },
    ]
}

extension PolicySettings {
    /// How old evidence may be, in seconds: 90 days if nothing is said, as security has to be fresh.
    mutating func age() throws(PolicyError) -> Int64 { try days("maximumAgeDays") ?? 90 * 86_400 }

    /// A number of days, in seconds; nil if it is left out.
    mutating func days(_ name: String) throws(PolicyError) -> Int64? {
        try duration(name, "days", maximum: 36_500, seconds: 86_400)
    }

    /// A number of hours, in seconds; nil if it is left out.
    mutating func hours(_ name: String) throws(PolicyError) -> Int64? {
        try duration(name, "hours", maximum: 876_000, seconds: 3_600)
    }

    private mutating func duration(
        _ name: String,
        _ unit: String,
        maximum: Double,
        seconds: Double
    ) throws(PolicyError) -> Int64? {
        guard let node = takeIfPresent(name) else { return nil }
        guard case .scalar(let scalar) = node, let count = Double(scalar.string), count > 0, count <= maximum
        else {
            throw Self.error(node, "'\(name)' is a number of \(unit) from above 0 to \(Int(maximum))")
        }
        return Int64(count * seconds)
    }
}
