extension Assessment {
    /// What one attack achieved at the threat's epsilon.
    public struct AttackResult: Sendable, Equatable, Codable {
        /// The attack's name, as on the command line.
        public var name: String
        /// The name of its preset, as in `standard`.
        public var preset: String
        /// Where the preset comes from: `paper`, `reference` or `fast`.
        public var provenance: String
        /// Whether the preset is strong enough to support the verdict *robust*.
        public var isStrong: Bool
        /// `gradient`, `score`, `decision`, `transfer`, `exact` or `control`.
        public var kind: String
        /// Whether it was spared the samples that attacks before it with the same flag had broken.
        public var attacksSurvivors: Bool
        /// Its knobs in words, as in "100 steps of 0.0075, 5 restarts, margin loss".
        public var settings: String
        /// What it has to know: `white-box`, `gray-box` or `black-box`.
        public var knowledge: String
        /// The norm of the threat model.
        public var norm: String
        /// The radius in input units.
        public var epsilon: Double
        /// The share of all samples that stay correctly classified; after this attack and those before it if
        /// it attacks survivors.
        ///
        /// Samples that it had still to attack count as withstanding.
        public var robustAccuracy: Estimate
        /// The share of the attacked samples that reach the adversary's aim.
        public var successRate: Estimate
        /// The median distance, in the threat's norm, of the successful candidates; null if there are none.
        public var medianPerturbation: Double?
        /// Predictions asked of the model.
        public var queries: Cost
        /// Gradients asked of the model.
        public var gradients: Cost
        /// How long it ran.
        public var seconds: Double
        /// The file of per-sample records, relative to the output folder.
        public var records: String
        /// How many samples it was to attack and did not, because the run ended early; nil if there are none.
        public var remaining: Int?

        /// How much was asked of the model.
        public struct Cost: Sendable, Equatable, Codable {
            /// The median over the attacked samples.
            public var median: Double
            /// The sum over the attacked samples.
            public var total: Int
            /// What was asked once for the whole attack before it began, beside the sum; nil if nothing was.
            public var before: Int?

            /// All parts.
            public init(median: Double, total: Int, before: Int? = nil) {
                self.median = median
                self.total = total
                self.before = before
            }
        }

        /// All parts.
        public init(
            name: String,
            preset: String,
            provenance: String,
            isStrong: Bool,
            kind: String,
            attacksSurvivors: Bool = false,
            settings: String,
            knowledge: String,
            norm: String,
            epsilon: Double,
            robustAccuracy: Estimate,
            successRate: Estimate,
            medianPerturbation: Double?,
            queries: Cost,
            gradients: Cost,
            seconds: Double,
            records: String,
            remaining: Int? = nil
        ) {
            self.name = name
            self.preset = preset
            self.provenance = provenance
            self.isStrong = isStrong
            self.kind = kind
            self.attacksSurvivors = attacksSurvivors
            self.settings = settings
            self.knowledge = knowledge
            self.norm = norm
            self.epsilon = epsilon
            self.robustAccuracy = robustAccuracy
            self.successRate = successRate
            self.medianPerturbation = medianPerturbation
            self.queries = queries
            self.gradients = gradients
            self.seconds = seconds
            self.records = records
            self.remaining = remaining
        }
    }

    /// The AI vulnerability score.
    public struct Vulnerability: Sendable, Equatable, Codable {
        /// The headline: severity times the share left by the upper end of the residual rate.
        public var score: Double
        /// The score at the lower end of the residual rate.
        public var lower: Double
        /// The score at the upper end; the same as the headline.
        public var upper: Double
        /// The score at the measured rate.
        public var point: Double
        /// The CVSS v4.0 vector of the severity.
        public var severityVector: String
        /// The CVSS v4.0 score of the vector.
        public var severity: Double
        /// Whether the vector is Bulwark's stated default or was given by a person.
        public var severityIsDefault: Bool
        /// Trials in which the attack reached its goal.
        public var breaches: Int
        /// Trials on samples classified correctly before.
        public var trials: Int
        /// The adequacy gates in order, each with what was found.
        public var gates: [Gate]
        /// The record from which the score can be computed again.
        public var record: String

        /// One adequacy gate.
        public struct Gate: Sendable, Equatable, Codable {
            /// The gate's name.
            public var name: String
            /// `passed`, `failed` or `not-evaluated`.
            public var status: String
            /// What the judgement rests on.
            public var evidence: String

            /// All parts.
            public init(name: String, status: String, evidence: String) {
                self.name = name
                self.status = status
                self.evidence = evidence
            }
        }

        /// All parts.
        public init(
            score: Double,
            lower: Double,
            upper: Double,
            point: Double,
            severityVector: String,
            severity: Double,
            severityIsDefault: Bool,
            breaches: Int,
            trials: Int,
            gates: [Gate],
            record: String
        ) {
            self.score = score
            self.lower = lower
            self.upper = upper
            self.point = point
            self.severityVector = severityVector
            self.severity = severity
            self.severityIsDefault = severityIsDefault
            self.breaches = breaches
            self.trials = trials
            self.gates = gates
            self.record = record
        }
    }

    /// What one detector would have seen of one attack.
    public struct AnomalyResult: Sendable, Equatable, Codable {
        /// The detector, as in `mahalanobis`.
        public var detector: String
        /// What it looks at: `inputs` or `activations` (of the layer before the last).
        public var space: String
        /// The attack whose candidates are the positives.
        public var attack: String
        /// The area under the receiver operating characteristic.
        public var auroc: Estimate
        /// The share of candidates found at a threshold that flags at most 1 % of clean samples.
        public var truePositiveRateAt1PercentFPR: Estimate
        /// Why the previous number is undefined, if it is.
        public var note: String?
        /// Points (false-positive rate, true-positive rate) of the curve, thinned out for drawing.
        public var curve: [[Double]]

        /// All parts.
        public init(
            detector: String,
            space: String,
            attack: String,
            auroc: Estimate,
            truePositiveRateAt1PercentFPR: Estimate,
            note: String?,
            curve: [[Double]]
        ) {
            self.detector = detector
            self.space = space
            self.attack = attack
            self.auroc = auroc
            self.truePositiveRateAt1PercentFPR = truePositiveRateAt1PercentFPR
            self.note = note
            self.curve = curve
        }
    }

    /// One check of whether the numbers can be trusted.
    public struct SanityCheck: Sendable, Equatable, Codable {
        /// A fixed identifier, as in `iterative-beats-single-step`.
        public var id: String
        /// What the check means, in a sentence.
        public var meaning: String
        /// The outcome.
        public var status: Status
        /// What was found, with numbers.
        public var evidence: String

        /// The outcome of a check.
        public enum Status: String, Sendable, Codable {
            /// Nothing suspicious was found.
            case pass
            /// Something a reader should look at; until it is explained the numbers do not support the
            /// verdict *robust*.
            case warn
            /// The numbers are wrong or misleading; they cannot support the verdict *robust*.
            case fail
            /// The check does not apply to this run; the evidence says why.
            case skipped
        }

        /// All parts.
        public init(id: String, meaning: String, status: Status, evidence: String) {
            self.id = id
            self.meaning = meaning
            self.status = status
            self.evidence = evidence
        }
    }
}
