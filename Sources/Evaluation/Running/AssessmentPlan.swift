import BulwarkAttacks
import BulwarkTensors

/// Everything that is decided before an assessment runs.
public struct AssessmentPlan: Sendable {
    /// What the adversary wants, knows and may change.
    public var threat: ThreatModel
    /// The name of the suite, for the report.
    public var suite: String
    /// What to run, in order.
    public var attacks: [PlannedAttack]
    /// What the rows that attacks make have to satisfy; nil if anything in ball and box will do.
    public var constraints: FeatureConstraints?
    /// What the report says of the networks that transfer attacks among them were made on.
    public var surrogates: [Assessment.Surrogates] = []
    /// The radii of the resilience curve in input units, rising from 0.
    public var curveEpsilons: [Float]
    /// The most samples the curve and the costlier checks look at.
    public var maximumProbes: Int
    /// The most queries that an attack may ask about one sample; nil for as many as it asks for.
    public var maximumQueries: Int?
    /// The seed of every random number.
    public var seed: UInt64
    /// The robust accuracy that the verdict compares with.
    public var requiredRobustAccuracy: Double
    /// The name of the attack that the model was trained against, if somebody says so.
    public var trainedAgainst: String?
    /// The severity if the attack succeeds.
    public var severity: CVSS4Vector
    /// Whether the severity is Bulwark's stated default.
    public var severityIsDefault: Bool
    /// What certificates are computed.
    public var certificates = CertificationPlan.none

    /// A plan with the defaults for everything that is not named.
    ///
    /// - Parameters:
    ///   - threat: What the adversary wants, knows and may change.
    ///   - suite: The name of the suite.
    ///   - attacks: What to run.
    ///   - seed: The seed of every random number.
    public init(threat: ThreatModel, suite: String, attacks: [PlannedAttack], seed: UInt64 = 0) {
        self.threat = threat
        self.suite = suite
        self.attacks = attacks
        self.seed = seed
        curveEpsilons = Self.curve(around: threat)
        maximumProbes = 500
        requiredRobustAccuracy = 0.5
        severity = VulnerabilityScore.defaultEvasionSeverity
        severityIsDefault = true
    }

    /// The radii 0, ¼, ½, ¾, 1, 1½ and 2 times the threat's.
    ///
    /// - Parameter threat: The threat model.
    /// - Returns: Rising radii from 0; `[0]` alone if the threat's radius is 0.
    public static func curve(around threat: ThreatModel) -> [Float] {
        guard threat.epsilon > 0 else { return [0] }
        return [0, 0.25, 0.5, 0.75, 1, 1.5, 2].map { $0 * threat.epsilon }
    }
}

/// The samples an assessment looks at.
public struct AssessmentSamples: Sendable {
    /// The samples, `[N, …]`, inside the threat's box.
    public let inputs: Tensor
    /// The true class of each.
    public let labels: [Int]
    /// The index of each in its data set.
    public let indices: [Int]
    /// Clean samples that are not assessed, to fit detectors on, `[M, …]`; nil if there are none.
    public let reference: Tensor?

    /// Samples with their labels and indices; traps unless there is one of each.
    public init(inputs: Tensor, labels: [Int], indices: [Int], reference: Tensor?) {
        precondition(
            inputs.rowCount == labels.count && labels.count == indices.count,
            "one label and index a sample"
        )
        self.inputs = inputs
        self.labels = labels
        self.indices = indices
        self.reference = reference
    }

    /// The number of samples.
    public var count: Int { labels.count }
}
