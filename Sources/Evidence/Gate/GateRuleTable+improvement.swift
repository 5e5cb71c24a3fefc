extension GateRuleTable {
    static let improvement: [Row] = [
        Row(
            name: "evidence-age",
            phase: .improvement,
            summary: "it is not time to assess the model again"
        ) { settings throws(PolicyError) in
            guard let age = try settings.days("maximumDays") else {
                throw settings.error("'maximumDays' is missing")
            }
            return EvidenceAgeRule(maximumAge: age)
        },
        Row(
            name: "regression",
            phase: .improvement,
            summary: "the model is no weaker than the one that was released before"
        ) { settings throws(PolicyError) in
            RegressionRule(
                maximumDrop: try settings.number("maximumDrop", in: 0...1),
                threat: try AssumedThreat(&settings)
            )
        },
        Row(
            name: "drift",
            phase: .improvement,
            summary: "inputs are still those the model was made for"
        ) { settings throws(PolicyError) in
            MissingEvidenceRule(
                what: "no claim states drift yet",
                limit: .atMost(try settings.number("maximumScore", in: 0...1e6), "drift score", .plain)
            )
        },
    ]
}
