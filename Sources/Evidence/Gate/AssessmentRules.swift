import BulwarkProvenance

/// The worst case over all attacks stays right often enough.
struct RobustAccuracyRule: GateRule {
    let minimum: Double
    let answer: AssessmentAnswer

    var requirement: GateRequirement {
        GateRequirement(.atLeast(minimum, "robust accuracy"), conditions: answer.conditions)
    }

    func finding(_ evidence: ReleaseEvidence) -> GateFinding {
        answer.finding(evidence, isProved: isProved) { stated in
            let robust = stated.predicate.worstCaseRobustAccuracy
            return ReleaseEvidence.judge(robust, atLeast: minimum, "robust accuracy", at: stated.index)
        }
    }
}

extension RobustAccuracyRule {
    private func isProved(_ assessment: AssessmentPredicate) -> Bool {
        assessment.certifiedAccuracy.map { $0.lower >= minimum } ?? false
    }
}

/// The vulnerability score is low enough, at the upper end of its interval.
struct VulnerabilityRule: GateRule {
    let maximum: Double
    /// How harmful success would be, as the severity vector that the score was computed with; nil for the usual one.
    let severity: String?
    let answer: AssessmentAnswer

    var requirement: GateRequirement {
        GateRequirement(
            .atMost(maximum, "vulnerability score", .points),
            conditions: answer.conditions + (severity.map { ["severity \($0.printable)"] } ?? [])
        )
    }

    func finding(_ evidence: ReleaseEvidence) -> GateFinding {
        answer.finding(evidence, stating: " states a score for this severity") { stated in
            let entries = [stated.index]
            guard let score = stated.predicate.vulnerability,
                stated.predicate.conditions["severity"] == severity
            else { return nil }
            return GateFinding(
                score.upper <= maximum ? .pass : score.lower > maximum ? .fail : .inconclusive,
                "the vulnerability score is \(score.value.shares) (95 % interval \(score.lower.shares) to "
                    + "\(score.upper.shares)), and at most \(maximum.shares) is allowed",
                entries: entries,
                number: GateNumber(score)
            )
        }
    }
}

/// No check of the assessment found that its numbers cannot be trusted.
struct SanityCheckRule: GateRule {
    enum Warnings: String, CaseIterable { case allowed, refused }

    let allowsWarnings: Bool
    let answer: AssessmentAnswer

    var requirement: GateRequirement {
        GateRequirement(
            conditions: answer.conditions + [
                "no check fails", allowsWarnings ? "warnings are allowed" : "no check warns",
            ]
        )
    }

    func finding(_ evidence: ReleaseEvidence) -> GateFinding {
        // A check is about one run; what it found of another attacker's is no challenge to this one.
        answer.finding(evidence, stating: " states a check that passed", challenged: false) { stated in
            let checks = stated.predicate.sanityChecks
            func list(_ status: String) -> [String] {
                checks.filter { $0.status == status }.map(\.id.printable)
            }
            let (failed, warned, entries) = (list("fail"), list("warn"), [stated.index])
            if !failed.isEmpty {
                return GateFinding(.fail, "failed: " + failed.joined(separator: ", "), entries: entries)
            }
            if !warned.isEmpty, !allowsWarnings {
                let reason = "warned: " + warned.joined(separator: ", ")
                return GateFinding(.inconclusive, reason, entries: entries)
            }
            let passed = list("pass").count
            guard passed > 0 else { return nil }
            return GateFinding(
                .pass,
                "\(passed) of \(checks.count) checks passed, none failed",
                entries: entries
            )
        }
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
        // The worst, so that nobody can assess until one run turns out well.
        let all = evidence.modelAssessments
        let findings = all.map { stated in
            let accuracy = stated.predicate.cleanAccuracy
            return ReleaseEvidence.judge(accuracy, atLeast: minimum, "accuracy", at: stated.index)
        }
        guard let newest = all.last, let worst = findings.worst else {
            return .missing("the model was not assessed")
        }
        if worst.outcome != .fail, let fault = evidence.timeFault(newest.predicate.finished, maximumAge) {
            let reason = "the newest assessment \(fault)"
            return GateFinding(.fail, reason, entries: [newest.index], number: worst.number)
        }
        return worst
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
        GateRequirement(.atMost(maximumDrop, "drop of robust accuracy"), conditions: threat.conditions)
    }

    func finding(_ evidence: ReleaseEvidence) -> GateFinding {
        guard let release = evidence.otherDeployments.last else {
            return GateFinding(.pass, "no other model was released before")
        }
        // All files of the release: two models may share one.
        let files = release.claim.content.subjects.compactMap(\.sha256)
        let before = evidence.allAssessments.filter { stated in files.allSatisfy { stated.isAbout($0) } }
        func worst(_ all: [AssumedThreat.Assessed]) -> AssumedThreat.Assessed? {
            threat.answers(in: all).min {
                $0.predicate.worstCaseRobustAccuracy.value < $1.predicate.worstCaseRobustAccuracy.value
            }
        }
        guard let last = worst(before), let now = worst(evidence.modelAssessments) else {
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
