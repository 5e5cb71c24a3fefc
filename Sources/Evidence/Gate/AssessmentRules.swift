import BulwarkProvenance

/// The worst case over all attacks stays right often enough.
struct RobustAccuracyRule: GateRule {
    let minimum: Double
    let threat: AssumedThreat
    let maximumAge: Int64?

    var requirement: GateRequirement {
        GateRequirement(
            .atLeast(minimum, "robust accuracy"),
            conditions: [threat.condition] + GateRequirement.age(maximumAge)
        )
    }

    func finding(_ evidence: ReleaseEvidence) -> GateFinding {
        let findings = threat.assessments(in: evidence.modelAssessments).map { stated in
            if let fault = evidence.timeFault(stated.predicate.finished, maximumAge) {
                return GateFinding(
                    .fail,
                    "the assessment \(fault)",
                    entries: [stated.index],
                    number: GateNumber(stated.predicate.worstCaseRobustAccuracy)
                )
            }
            return ReleaseEvidence.judge(
                stated.predicate.worstCaseRobustAccuracy,
                atLeast: minimum,
                "robust accuracy",
                at: stated.index
            )
        }
        return findings.worst ?? .missing(threat.text)
    }
}

/// The vulnerability score is low enough, at the upper end of its interval.
struct VulnerabilityRule: GateRule {
    let maximum: Double
    let threat: AssumedThreat
    let maximumAge: Int64?

    var requirement: GateRequirement {
        GateRequirement(
            .atMost(maximum, "vulnerability score", .points),
            conditions: [threat.condition] + GateRequirement.age(maximumAge)
        )
    }

    func finding(_ evidence: ReleaseEvidence) -> GateFinding {
        let findings = threat.assessments(in: evidence.modelAssessments).map { stated in
            if let fault = evidence.timeFault(stated.predicate.finished, maximumAge) {
                return GateFinding(
                    .fail,
                    "the assessment \(fault)",
                    entries: [stated.index],
                    number: stated.predicate.vulnerability.map { GateNumber($0) }
                )
            }
            guard let score = stated.predicate.vulnerability else {
                return .missing("the assessment states no score", entries: [stated.index])
            }
            let text =
                "the vulnerability score is \(score.upper.shares), and at most \(maximum.shares) is allowed"
            return GateFinding(
                score.upper <= maximum ? .pass : .fail,
                text,
                entries: [stated.index],
                number: GateNumber(score)
            )
        }
        return findings.worst ?? .missing(threat.text)
    }
}

/// No check of the assessment found that its numbers cannot be trusted.
struct SanityCheckRule: GateRule {
    enum Warnings: String, CaseIterable { case allowed, refused }

    let threat: AssumedThreat
    let allowsWarnings: Bool

    var requirement: GateRequirement {
        GateRequirement(conditions: [
            threat.condition, "no check fails", allowsWarnings ? "warnings are allowed" : "no check warns",
        ])
    }

    func finding(_ evidence: ReleaseEvidence) -> GateFinding {
        let findings = threat.assessments(in: evidence.modelAssessments).map { stated in
            let checks = stated.predicate.sanityChecks
            let failed = checks.filter { $0.status == "fail" }.map(\.id)
            let warned = checks.filter { $0.status == "warn" }.map(\.id)
            let entries = [stated.index]
            if !failed.isEmpty {
                return GateFinding(.fail, "failed: " + failed.joined(separator: ", "), entries: entries)
            }
            if !warned.isEmpty, !allowsWarnings {
                return GateFinding(
                    .inconclusive,
                    "warned: " + warned.joined(separator: ", "),
                    entries: entries
                )
            }
            let passed = checks.count { $0.status == "pass" }
            guard passed > 0 else {
                return .missing("no check was made", entries: entries)
            }
            return GateFinding(
                .pass,
                "\(passed) of \(checks.count) checks passed, none failed",
                entries: entries
            )
        }
        return findings.worst ?? .missing(threat.text)
    }
}

/// The model is right often enough without an attack.
struct AccuracyRule: GateRule {
    let minimum: Double
    let maximumAge: Int64?

    var requirement: GateRequirement {
        GateRequirement(.atLeast(minimum, "accuracy"), conditions: GateRequirement.age(maximumAge))
    }

    func finding(_ evidence: ReleaseEvidence) -> GateFinding {
        // Accuracy depends on no attacker, so the newest assessment tells.
        guard let newest = evidence.modelAssessments.last else {
            return .missing("the model was not assessed")
        }
        if let fault = evidence.timeFault(newest.predicate.finished, maximumAge) {
            return GateFinding(
                .fail,
                "the assessment \(fault)",
                entries: [newest.index],
                number: GateNumber(newest.predicate.cleanAccuracy)
            )
        }
        return ReleaseEvidence.judge(
            newest.predicate.cleanAccuracy,
            atLeast: minimum,
            "accuracy",
            at: newest.index
        )
    }
}

/// It is not time to assess the model again.
struct EvidenceAgeRule: GateRule {
    let maximumAge: Int64

    var requirement: GateRequirement {
        GateRequirement(.atMost(Double(maximumAge) / 86_400, "age of the newest assessment", .days))
    }

    func finding(_ evidence: ReleaseEvidence) -> GateFinding {
        guard let newest = evidence.modelAssessments.last else {
            return .missing("the model was not assessed")
        }
        let time = newest.predicate.finished
        let fault = evidence.timeFault(time, maximumAge)
        return GateFinding(
            fault == nil ? .pass : .fail,
            "the newest assessment \(fault ?? "is of \(time)")",
            entries: [newest.index],
            number: evidence.isInFuture(time) ? nil : GateNumber(evidence.days(since: time))
        )
    }
}

/// The model is no weaker than the one that was released before.
struct RegressionRule: GateRule {
    let maximumDrop: Double
    let threat: AssumedThreat

    var requirement: GateRequirement {
        GateRequirement(.atMost(maximumDrop, "drop of robust accuracy"), conditions: [threat.condition])
    }

    func finding(_ evidence: ReleaseEvidence) -> GateFinding {
        guard let release = evidence.otherDeployments.last else {
            return GateFinding(.pass, "no other model was released before")
        }
        let before = evidence.allAssessments.filter { stated in
            release.claim.content.subjects.contains { subject in
                subject.sha256.map { stated.isAbout($0) } ?? false
            }
        }
        let (old, new) = (threat.assessments(in: before), threat.assessments(in: evidence.modelAssessments))
        guard let last = old.last, let now = new.last else {
            return .missing("\(threat.text) of this model and of the one released before")
        }
        let (was, present) = (
            last.predicate.worstCaseRobustAccuracy.value, now.predicate.worstCaseRobustAccuracy.value
        )
        return GateFinding(
            was - present <= maximumDrop ? .pass : .fail,
            "robust accuracy was \(was.shares) and is \(present.shares); a drop of \(maximumDrop.shares) is allowed",
            entries: [release.index, last.index, now.index],
            number: GateNumber(was - present)
        )
    }
}
