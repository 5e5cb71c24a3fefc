import BulwarkEvidence
import BulwarkProvenance

/// The model card inside of the bill.
extension ReleaseBOM {
    static func card(_ report: ReleaseReport) -> JSONValue {
        var members: [String: JSONValue] = [
            "modelParameters": parameters(report),
            "quantitativeAnalysis": ["performanceMetrics": .array(report.assessments.flatMap(metrics))],
        ]
        let (uses, limits) = (ModelCardFacts.uses(report), ModelCardFacts.limitations(report))
        var considerations: [String: JSONValue] = [:]
        if !uses.isEmpty { considerations["useCases"] = .array(uses.map { .string($0) }) }
        if !limits.isEmpty { considerations["technicalLimitations"] = .array(limits.map { .string($0) }) }
        if !considerations.isEmpty { members["considerations"] = .object(considerations) }
        return .object(members)
    }

    private static func parameters(_ report: ReleaseReport) -> JSONValue {
        var members: [String: JSONValue] = [
            "datasets": .array(report.data.map { ["ref": reference($0.reference.sha256)] })
        ]
        let details = ModelCardFacts.Details(report)
        members["architectureFamily"] = details.architecture.map { .string($0) }
        members["task"] = details.task.map { .string($0) }
        members["approach"] = details.isSupervised ? ["type": "supervised"] : nil
        return .object(members)
    }

    private static func metrics(_ entry: EvidenceEntry, _ claim: AssessmentPredicate) -> [JSONValue] {
        let place = "entry \(entry.index)"
        let threat = "\(claim.threat.knowledge), \(claim.threat.norm), radius \(claim.threat.radius)"
        let clean = metric("accuracy", claim.cleanAccuracy, "without attack; \(place)")
        let worst = metric(
            "robust accuracy",
            claim.worstCaseRobustAccuracy,
            "worst case over all attacks, \(threat); \(place)"
        )
        let attacks = claim.attacks.map { attack in
            metric(
                "robust accuracy",
                attack.robustAccuracy,
                "\(attack.name) (\(attack.preset)), \(threat); \(place)"
            )
        }
        let score = claim.vulnerability.map {
            metric("vulnerability score, 0 to 10", $0, "\(threat); \(place)")
        }
        return [clean, worst] + attacks + (score.map { [$0] } ?? [])
    }

    /// A metric with the interval that it never goes without.
    private static func metric(_ type: String, _ estimate: ClaimedEstimate, _ slice: String) -> JSONValue {
        [
            "type": .string(type),
            "value": .string("\(estimate.value)"),
            "slice": .string("\(slice); \(estimate.samples) samples"),
            "confidenceInterval": [
                "lowerBound": .string("\(estimate.lower)"), "upperBound": .string("\(estimate.upper)"),
            ],
        ]
    }
}
