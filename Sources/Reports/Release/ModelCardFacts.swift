import BulwarkEvidence
import BulwarkProvenance

/// What model cards say, as far as somebody has stated it; texts by strangers are as they were signed.
enum ModelCardFacts {
    /// What kind of model it is.
    struct Details {
        /// The architecture, as the newest training calls it.
        let architecture: String?
        /// What the model does.
        let task: String?
        /// Whether it learned from labelled samples.
        let isSupervised: Bool

        init(_ report: ReleaseReport) {
            var (architecture, isSupervised): (String?, Bool) = (nil, false)
            for run in report.lineage.runs {
                guard case .training(let claim) = run.entry.content else { continue }
                architecture = claim.parameters["architecture"] ?? architecture
                // The trainer of this program knows labelled samples only.
                isSupervised = isSupervised || claim.environment.program.hasPrefix("bulwark ")
            }
            self.architecture = architecture
            self.isSupervised = isSupervised
            // Only of classifiers is there an accuracy.
            task = report.assessments.isEmpty ? nil : "classification"
        }
    }

    /// For what use people approved the model whose approval still holds, each once.
    static func uses(_ report: ReleaseReport) -> [String] {
        var uses: [String] = []
        for (_, claim) in approvals(report) where !uses.contains(claim.scope) { uses.append(claim.scope) }
        return uses
    }

    /// Approvals that hold at the moment of the report, and that whoever gave them has not taken back since.
    static func approvals(_ report: ReleaseReport) -> [(EvidenceEntry, ApprovalPredicate)] {
        lastWords(report).filter { $0.1.decision == .approved }
    }

    /// The newest decision that holds of each role and its signers, in the order of the log; a waiver is none.
    private static func lastWords(_ report: ReleaseReport) -> [(EvidenceEntry, ApprovalPredicate)] {
        let words = report.claims { content -> ApprovalPredicate? in
            guard case .approval(let claim) = content, claim.decision != .waived else { return nil }
            let holds =
                claim.decided <= report.evidence.now
                && (claim.expires.map { report.evidence.now < $0 } ?? true)
            return holds ? claim : nil
        }
        var spoken: Set<[String]> = []
        let newest = words.reversed().filter { entry, claim in
            spoken.insert([claim.role] + entry.signers.sorted()).inserted
        }
        return newest.reversed()
    }

    /// What assessments say against the model or their own numbers, who rejects it, and what went wrong with
    /// it.
    static func limitations(_ report: ReleaseReport) -> [String] {
        var limits = report.assessments.flatMap { entry, claim -> [String] in
            let threat = "\(claim.threat.knowledge), \(claim.threat.norm), radius \(claim.threat.radius)"
            var limits: [String] = []
            if claim.verdict != .robust {
                limits.append(
                    "The verdict against a \(threat) attacker is \(claim.verdict.rawValue) (entry \(entry.index))."
                )
            }
            let doubts = claim.sanityChecks.filter { $0.status == "fail" || $0.status == "warn" }
            for check in doubts {
                limits.append(
                    "The sanity check \(check.id) has the status \(check.status) (entry \(entry.index))."
                )
            }
            return limits
        }
        for (entry, claim) in lastWords(report) where claim.decision == .rejected {
            limits.append("Rejected in the role \(claim.role): \(claim.reason) (entry \(entry.index))")
        }
        let incidents = report.claims { content -> IncidentPredicate? in
            guard case .incident(let claim) = content else { return nil }
            return claim
        }
        for (entry, claim) in incidents {
            limits.append(
                "\(claim.severity.rawValue) \(claim.kind.rawValue) incident: \(claim.summary) (entry \(entry.index))"
            )
        }
        return limits
    }
}
