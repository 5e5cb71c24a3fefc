import BulwarkEvaluation
import BulwarkEvidence
import BulwarkProvenance

/// The words and numbers that the documents of a release share.
enum ReleaseWording {
    /// A number in the unit of a limit.
    static func number(_ value: Double, _ unit: GateRequirement.Unit) -> String {
        switch unit {
        case .share: NumberText.percent(value)
        case .points: NumberText.fixed(value, decimals: 1)
        case .days: NumberText.fixed(value, decimals: 1) + "\u{A0}days"
        case .plain: NumberText.distance(value)
        }
    }

    /// The ends of an interval in the unit of a limit.
    static func interval(_ interval: ClosedRange<Double>, _ unit: GateRequirement.Unit) -> String {
        "\(number(interval.lowerBound, unit)) to \(number(interval.upperBound, unit))"
    }

    /// What is asked for, as in *at least 50.0 %*.
    static func limit(_ limit: GateRequirement.Limit) -> String {
        "\(limit.bound == .atLeast ? "at least" : "at most") \(number(limit.value, limit.unit))"
    }

    /// An estimate of a share with its interval and sample count, as in
    /// *96.2 % (95 % interval 94.8 % to 97.3 %, 500 samples)*.
    static func estimate(_ estimate: ClaimedEstimate, _ unit: GateRequirement.Unit = .share) -> String {
        let interval = "\(number(estimate.lower, unit)) to \(number(estimate.upper, unit))"
        return
            "\(number(estimate.value, unit)) (95\u{A0}% interval \(interval), \(samples(estimate.samples)))"
    }

    /// A count of samples.
    static func samples(_ count: Int) -> String {
        "\(NumberText.grouped(count)) \(count == 1 ? "sample" : "samples")"
    }

    /// An attacker, as in *white-box, L∞ ≤ 0.1*.
    static func threat(_ threat: AssessmentPredicate.Threat) -> String {
        "\(ForeignText.line(threat.knowledge, maximumLength: 40)), "
            + "\(ForeignText.line(Wording.norm(threat.norm), maximumLength: 40)) ≤ "
            + NumberText.distance(threat.radius)
    }

    /// What a claim is called for people.
    static func name(of type: ClaimType) -> String {
        switch type {
        case .dataset: "origin of data"
        case .training: "training"
        case .hardening: "hardening"
        case .assessment: "assessment"
        case .scan: "scan"
        case .modelSignature: "model signature"
        case .approval: "approval"
        case .deployment: "deployment"
        case .incident: "incident"
        default: ForeignText.line(type.name)
        }
    }

    /// What somebody decided, as it is called for people; a waiver is no approval.
    static func name(of entry: EvidenceEntry) -> String {
        guard case .approval(let claim) = entry.content else { return name(of: entry.claimType) }
        return switch claim.decision {
        case .approved: "approval"
        case .rejected: "rejection"
        case .waived: "waiver"
        }
    }
}

extension GatePhase {
    /// The phase as a heading.
    var title: String {
        switch self {
        case .security: "Security"
        case .safety: "Safety"
        case .improvement: "Continuous improvement"
        }
    }
}

extension GateOutcome {
    /// The outcome as the status of a check, which has a sign and a colour.
    var status: Assessment.SanityCheck.Status {
        switch self {
        case .pass: .pass
        case .inconclusive: .warn
        case .fail: .fail
        }
    }

    /// The class that gives a page its colour.
    var tone: Markup {
        switch self {
        case .pass: "robust"
        case .inconclusive: "inconclusive"
        case .fail: "vulnerable"
        }
    }
}
