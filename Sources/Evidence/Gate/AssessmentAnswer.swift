import BulwarkProvenance

/// What assessments say to a question about an attacker.
///
/// What an assessment broke stays broken, however old it is, whatever became of the key that stated it, and even if a
/// weaker attacker did it. That something was not broken counts where attacks could have done it, lately.
struct AssessmentAnswer {
    let threat: AssumedThreat
    let maximumAge: Int64?

    /// What is asked of the assessments, each in a few words.
    var conditions: [String] { threat.conditions + GateRequirement.age(maximumAge) }

    init(_ settings: inout PolicySettings) throws(PolicyError) {
        threat = try AssumedThreat(&settings)
        maximumAge = try settings.age()
    }

    /// The worst of what the assessments say.
    ///
    /// - Parameters:
    ///   - evidence: The evidence.
    ///   - detail: What an assessment has to state to say something, as the end of a sentence.
    ///   - challenged: Whether what weaker attackers found speaks against the model, too.
    ///   - isProved: Whether an assessment proves it, so that attacks need not show it.
    ///   - judge: What one assessment says to the question; nil if it says nothing.
    /// - Returns: What speaks most against the model, or that there is nothing.
    func finding(
        _ evidence: ReleaseEvidence,
        stating detail: String = "",
        challenged: Bool = true,
        isProved: (AssessmentPredicate) -> Bool = { _ in false },
        _ judge: (AssumedThreat.Assessed) -> GateFinding?
    ) -> GateFinding {
        if challenged {
            let all = evidence.modelAssessments + evidence.lapsedAssessments
            let broken = threat.challenges(in: all).compactMap(judge).first { $0.outcome == .fail }
            if let broken { return broken }
        }
        var (findings, newest): ([GateFinding], AssumedThreat.Assessed?) = ([], nil)
        for stated in threat.answers(in: evidence.modelAssessments) {
            guard let finding = judge(stated) else { continue }
            newest = stated
            guard finding.outcome == .pass, let gap = stated.predicate.gap, !isProved(stated.predicate)
            else {
                findings.append(finding)
                continue
            }
            let doubt = "\(finding.reason); but nothing could have shown otherwise: \(gap.printable)"
            findings.append(
                GateFinding(.inconclusive, doubt, entries: finding.entries, number: finding.number)
            )
        }
        guard let newest, let worst = findings.worst else { return .missing(threat.text + detail) }
        if worst.outcome != .fail, let fault = evidence.timeFault(newest.predicate.finished, maximumAge) {
            return GateFinding(
                .fail,
                "the newest assessment \(fault)",
                entries: [newest.index],
                number: worst.number
            )
        }
        return worst
    }
}

extension AssessmentPredicate {
    /// Why attacks that failed show nothing; nil if they show something.
    fileprivate var gap: String? { attacks.isEmpty ? "no attack was run" : gaps.first }
}
