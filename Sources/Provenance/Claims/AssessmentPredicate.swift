/// How a model held up under attack.
public struct AssessmentPredicate: ClaimPredicate {
    /// The type of claim.
    public static var claimType: ClaimType { .assessment }

    /// What an assessment says in the end.
    public enum Verdict: String, Codable, Sendable, Hashable {
        case robust, vulnerable, inconclusive
    }

    /// Which attacker was assumed.
    public struct Threat: Codable, Sendable, Hashable {
        /// The norm: `linf`, `l2`, `l1` or `l0`.
        public let norm: String
        /// The radius, in the model's own input units.
        public let radius: Double
        /// What the attacker knows: `white-box`, `gray-box` or `black-box`.
        public let knowledge: String

        /// A threat.
        public init(norm: String, radius: Double, knowledge: String) {
            self.norm = norm
            self.radius = radius
            self.knowledge = knowledge
        }
    }

    /// What one attack achieved.
    public struct Attack: Codable, Sendable, Hashable {
        /// Its name.
        public let name: String
        /// How hard it tried.
        public let preset: String
        /// The share of samples that stayed right.
        public let robustAccuracy: ClaimedEstimate

        /// What one attack achieved.
        public init(name: String, preset: String, robustAccuracy: ClaimedEstimate) {
            self.name = name
            self.preset = preset
            self.robustAccuracy = robustAccuracy
        }
    }

    /// A check that the attacks themselves worked.
    public struct SanityCheck: Codable, Sendable, Hashable {
        /// Which.
        public let id: String
        /// `pass`, `warn`, `fail` or `skipped`.
        public let status: String

        /// A check.
        public init(id: String, status: String) {
            self.id = id
            self.status = status
        }
    }

    /// The whole result, `assessment.json`.
    public let report: ContentReference
    /// The data it was measured on.
    public let data: ContentReference
    /// The file of its labels; nil where the data hold them.
    public let labels: ContentReference?
    /// The attacker assumed.
    public let threat: Threat
    /// The share of samples that are right without attack.
    public let cleanAccuracy: ClaimedEstimate
    /// The share that no attack of the run broke.
    public let worstCaseRobustAccuracy: ClaimedEstimate
    /// The attacks, each by itself.
    public let attacks: [Attack]
    /// What keeps attacks of this run that failed from showing anything, as sentences; empty where strong attacks of every
    /// kind that the attacker has were run.
    public let gaps: [String]
    /// The share of samples that were proved to stay right, whatever the attack; nil where nothing was proved.
    public let certifiedAccuracy: ClaimedEstimate?
    /// The vulnerability score, from 0 to 10; nil where none was computed.
    public let vulnerability: ClaimedEstimate?
    /// The checks.
    public let sanityChecks: [SanityCheck]
    /// What it says in the end.
    public let verdict: Verdict
    /// Where randomness began; text, as not every number of 64 bits is one of JSON.
    public let seed: String
    /// What narrows the attacker or sets how the score is computed, by the name of the option: `targeted`, `constraints` (a
    /// digest), `bounds`, `queries-per-sample`, `severity` and others; what is not set is not there.
    public let conditions: [String: String]
    /// What ran it.
    public let environment: ClaimedEnvironment
    /// When it was done.
    public let finished: Timestamp

    /// Refuses shares that are none, and a verdict that nothing stands behind.
    ///
    /// - Throws: `ClaimError` for what cannot be so.
    public func validate() throws(ClaimError) {
        try cleanAccuracy.validate("cleanAccuracy", within: 0...1)
        try worstCaseRobustAccuracy.validate("worstCaseRobustAccuracy", within: 0...1)
        try vulnerability?.validate("vulnerability", within: 0...10)
        for attack in attacks {
            let member = "attacks.\(attack.name.printable)"
            try attack.robustAccuracy.validate(member, within: 0...1)
            // What one attack broke is broken in the worst case.
            guard worstCaseRobustAccuracy.value <= attack.robustAccuracy.value + 1e-9 else {
                throw .impossible(member: member, problem: "is below the worst case of all attacks")
            }
        }
        guard ["linf", "l2", "l1", "l0"].contains(threat.norm) else {
            throw .impossible(member: "threat.norm", problem: "is no norm")
        }
        guard ["white-box", "gray-box", "black-box"].contains(threat.knowledge) else {
            throw .impossible(member: "threat.knowledge", problem: "is no knowledge of an attacker")
        }
        guard threat.radius >= 0 else { throw .impossible(member: "threat.radius", problem: "is below zero") }
        try ClaimedSeed.validate(seed)
        for check in sanityChecks where !["pass", "warn", "fail", "skipped"].contains(check.status) {
            throw .impossible(member: "sanityChecks.\(check.id.printable)", problem: "has no known status")
        }
        try certifiedAccuracy?.validate("certifiedAccuracy", within: 0...1)
        let isDoubted = sanityChecks.contains { $0.status == "fail" || $0.status == "warn" }
        // A proof holds whatever attacks there are, and whatever checks of them say.
        guard verdict != .robust || certifiedAccuracy != nil || !attacks.isEmpty && gaps.isEmpty && !isDoubted
        else {
            throw .impossible(
                member: "verdict",
                problem: "is 'robust' without a proof and without strong attacks whose checks all passed"
            )
        }
        try environment.validate()
    }
}
