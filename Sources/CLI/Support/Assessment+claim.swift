import BulwarkEvaluation
import BulwarkProvenance
import Foundation

extension AssessmentPredicate {
    /// What an assessment that went to its end claims.
    ///
    /// - Parameters:
    ///   - assessment: The assessment.
    ///   - report: The `assessment.json` that holds it.
    ///   - inputs: The files that were read.
    ///   - conditions: What else decided the result, by the names of options.
    ///   - threads: How many threads computed.
    ///   - finished: When it was done.
    /// - Throws: `CommandFailure` if a rate was not measured.
    init(
        _ assessment: Assessment,
        report: ContentReference,
        inputs: RunInputs,
        conditions: [String: String],
        threads: Int,
        finished: Timestamp
    ) throws {
        let vulnerability = assessment.vulnerability
        self.init(
            report: report,
            data: inputs.samples,
            labels: inputs.labels,
            threat: Threat(
                norm: assessment.threat.norm,
                radius: assessment.threat.epsilon,
                knowledge: assessment.threat.knowledge
            ),
            cleanAccuracy: try ClaimedEstimate(assessment.cleanAccuracy, "the clean accuracy"),
            worstCaseRobustAccuracy: try ClaimedEstimate(
                assessment.worstCase.robustAccuracy,
                "the robust accuracy"
            ),
            attacks: try assessment.attacks.map { attack in
                Attack(
                    name: attack.name,
                    preset: attack.preset,
                    robustAccuracy: try ClaimedEstimate(attack.robustAccuracy, attack.name)
                )
            },
            gaps: assessment.attackGaps,
            certifiedAccuracy: try assessment.certificates?.bracket.map {
                try ClaimedEstimate($0.certified, "the certified accuracy")
            },
            vulnerability: vulnerability.trials == 0
                ? nil
                : ClaimedEstimate(
                    value: vulnerability.score,
                    lower: min(vulnerability.lower, vulnerability.upper),
                    upper: max(vulnerability.lower, vulnerability.upper),
                    samples: vulnerability.trials
                ),
            sanityChecks: assessment.sanityChecks.map { SanityCheck(id: $0.id, status: $0.status.rawValue) },
            verdict: Verdict(assessment.verdict),
            seed: assessment.seed,
            conditions: conditions,
            environment: .current(backend: assessment.tool.backend, threads: threads),
            finished: finished
        )
    }
}

extension AssessmentPredicate.Verdict {
    fileprivate init(_ verdict: Assessment.Verdict) {
        self =
            switch verdict {
            case .robust: .robust
            case .vulnerable: .vulnerable
            case .inconclusive: .inconclusive
            }
    }
}

extension ClaimedEstimate {
    fileprivate init(_ estimate: Estimate, _ what: String) throws {
        guard let value = estimate.value else {
            throw CommandFailure(.badInput, "\(what) was not measured, so there is nothing to claim")
        }
        self.init(value: value, lower: estimate.lower, upper: estimate.upper, samples: estimate.samples)
    }
}
