extension AssessmentPredicate {
    /// A claim about an assessment.
    public init(
        report: ContentReference,
        data: ContentReference,
        threat: Threat,
        cleanAccuracy: ClaimedEstimate,
        worstCaseRobustAccuracy: ClaimedEstimate,
        attacks: [Attack],
        vulnerability: ClaimedEstimate?,
        sanityChecks: [SanityCheck],
        verdict: Verdict,
        seed: UInt64,
        environment: ClaimedEnvironment,
        finished: Timestamp
    ) {
        self.report = report
        self.data = data
        self.threat = threat
        self.cleanAccuracy = cleanAccuracy
        self.worstCaseRobustAccuracy = worstCaseRobustAccuracy
        self.attacks = attacks
        self.vulnerability = vulnerability
        self.sanityChecks = sanityChecks
        self.verdict = verdict
        self.seed = "\(seed)"
        self.environment = environment
        self.finished = finished
    }
}
