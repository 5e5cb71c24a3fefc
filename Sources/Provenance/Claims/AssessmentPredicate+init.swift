extension AssessmentPredicate {
    /// A claim about an assessment.
    public init(
        report: ContentReference,
        data: ContentReference,
        labels: ContentReference?,
        threat: Threat,
        cleanAccuracy: ClaimedEstimate,
        worstCaseRobustAccuracy: ClaimedEstimate,
        attacks: [Attack],
        gaps: [String],
        certifiedAccuracy: ClaimedEstimate?,
        vulnerability: ClaimedEstimate?,
        sanityChecks: [SanityCheck],
        verdict: Verdict,
        seed: UInt64,
        conditions: [String: String],
        environment: ClaimedEnvironment,
        finished: Timestamp
    ) {
        self.report = report
        self.data = data
        self.labels = labels
        self.threat = threat
        self.cleanAccuracy = cleanAccuracy
        self.worstCaseRobustAccuracy = worstCaseRobustAccuracy
        self.attacks = attacks
        self.gaps = gaps
        self.certifiedAccuracy = certifiedAccuracy
        self.vulnerability = vulnerability
        self.sanityChecks = sanityChecks
        self.verdict = verdict
        self.seed = "\(seed)"
        self.conditions = conditions
        self.environment = environment
        self.finished = finished
    }
}
