/// The result of one assessment: what `assessment.json` holds, and what every report is drawn from.
///
/// Fields may be added to schema 1 but never renamed or removed. Rates are between 0 and 1; distances are in
/// the model's own input units.
public struct Assessment: Sendable, Equatable, Codable {
    /// The name of the schema: `bulwark.assessment/1`.
    public static let schemaName = "bulwark.assessment/1"

    /// Always `Assessment.schemaName`.
    public var schema = Assessment.schemaName
    /// The program that wrote this, and how to run it again.
    public var tool: Tool
    /// The model that was assessed.
    public var model: Model
    /// The samples it was assessed on.
    public var data: Data
    /// The seed of every random number.
    public var seed: UInt64
    /// What the adversary wants, knows and may change.
    public var threat: Threat
    /// The name of the suite, as in `standard`.
    public var suite: String
    /// The share of samples classified correctly without an attack.
    public var cleanAccuracy: Estimate
    /// One row an attack, at the threat's epsilon.
    public var attacks: [AttackResult]
    /// The samples that no attack of the run broke.
    public var worstCase: WorstCase
    /// Robust accuracy at growing radii, starting at 0: by the curve's own attacks and those of the run.
    public var resilienceCurve: [CurvePoint]
    /// The share of all samples that are classified correctly without an attack and wrongly under the worst
    /// one.
    public var accuracyDrop: Estimate
    /// How the loss responds to the clean inputs.
    public var inputGradients: InputGradients
    /// The AI vulnerability score with its evidence.
    public var vulnerability: Vulnerability
    /// What detectors fitted on clean data would have seen of each attack.
    public var anomaly: [AnomalyResult]
    /// Why detectors are missing from `anomaly`, if some are.
    public var anomalyNotes: [String]
    /// Whether the numbers above can be trusted.
    public var sanityChecks: [SanityCheck]
    /// The judgement.
    public var verdict: Verdict
    /// Why the verdict is what it is, in sentences.
    public var verdictReasons: [String]
    /// The robust accuracy that the verdict compares with.
    public var requiredRobustAccuracy: Double
    /// What is missing of a run that ended early; nil if it went to its end.
    public var partial: Partial?
    /// What is certified; nil if nothing was to be.
    public var certificates: Certificates?
    /// The networks of the adversary's own that transfer attacks were made on; nil if there were none.
    public var surrogates: [Surrogates]?
    /// What the rows that attacks made had to satisfy; nil if anything in ball and box would do.
    public var constraints: Constraints?

    /// *robust*, *vulnerable* or *inconclusive*.
    public enum Verdict: String, Sendable, Codable {
        /// The lower end of the worst case's interval reaches the requirement, under strong attacks and
        /// passing checks; or that of certified accuracy does.
        case robust
        /// The upper end of the worst case's interval is below the requirement.
        case vulnerable
        /// Neither could be shown.
        case inconclusive
    }

    /// The program and how to run it again.
    public struct Tool: Sendable, Equatable, Codable {
        /// `bulwark`.
        public var name: String
        /// The version of the program.
        public var version: String
        /// The arguments of this run, as typed.
        public var command: [String]
        /// The backend that computed, with the version of its library.
        public var backend: String
        /// Operating system and processor architecture.
        public var platform: String
        /// The processor, where the system tells it: its instruction sets decide on the last bits of results.
        public var processor: String?
        /// The options that results depend on, one a string and sorted; files by their digests, as in
        /// `--reference sha256:0a1b…`.
        public var options: [String]?

        /// All parts.
        public init(name: String, version: String, command: [String], backend: String, platform: String) {
            self.name = name
            self.version = version
            self.command = command
            self.backend = backend
            self.platform = platform
        }
    }

    /// The model that was assessed.
    public struct Model: Sendable, Equatable, Codable {
        /// Where it was read from: a file, or the address of a served model.
        public var path: String
        /// The SHA-256 digest of the file, or of a served model's metadata, in hexadecimal.
        public var sha256: String
        /// The shape of one input, without the batch axis.
        public var inputShape: [Int]
        /// The number of classes.
        public var classCount: Int
        /// The number of floats in its parameters; nil for a served model, which does not show them.
        public var parameterCount: Int?
        /// What its output is and how logits were found behind it, as in `logits` or `softmax`.
        public var outputForm: String
        /// Remarks on how the file was read.
        public var notes: [String]
        /// The types of operators that gradients pass as if these did nothing; nil if there are none.
        public var straightThrough: [String]?
        /// The types of operators that move in steps, which gradients do not see; nil if there are none.
        public var stepped: [String]?
        /// What a served model was asked; nil for a file.
        public var endpoint: Endpoint?

        /// All parts.
        public init(
            path: String,
            sha256: String,
            inputShape: [Int],
            classCount: Int,
            parameterCount: Int?,
            outputForm: String,
            notes: [String],
            straightThrough: [String]? = nil,
            stepped: [String]? = nil,
            endpoint: Endpoint? = nil
        ) {
            self.path = path
            self.sha256 = sha256
            self.inputShape = inputShape
            self.classCount = classCount
            self.parameterCount = parameterCount
            self.outputForm = outputForm
            self.notes = notes
            self.straightThrough = straightThrough
            self.stepped = stepped
            self.endpoint = endpoint
        }
    }

    /// The samples that were used.
    public struct Data: Sendable, Equatable, Codable {
        /// Where they were read from.
        public var path: String
        /// The SHA-256 digest of the file, in hexadecimal.
        public var sha256: String
        /// The SHA-256 digest of the assessed samples as attacks saw them, with their labels, their places in
        /// the file and the detectors' clean samples, in hexadecimal.
        public var assessedSha256: String?
        /// How many samples were assessed.
        public var samples: Int
        /// How many samples the file holds.
        public var available: Int
        /// Names of the classes, if the file has them.
        public var classNames: [String]?
        /// Names of the features, if the file has them.
        public var featureNames: [String]?
        /// Where the detectors' clean reference data came from, in words.
        public var reference: String
        /// Remarks on how the file was read, as in "integer pixels divided by 255".
        public var notes: [String]

        /// All parts.
        public init(
            path: String,
            sha256: String,
            samples: Int,
            available: Int,
            classNames: [String]?,
            featureNames: [String]?,
            reference: String,
            notes: [String]
        ) {
            self.path = path
            self.sha256 = sha256
            self.samples = samples
            self.available = available
            self.classNames = classNames
            self.featureNames = featureNames
            self.reference = reference
            self.notes = notes
        }
    }

    /// The threat model, flat.
    public struct Threat: Sendable, Equatable, Codable {
        /// `untargeted` or `targeted`.
        public var goal: String
        /// `linf`, `l2`, `l1` or `l0`.
        public var norm: String
        /// The radius in input units.
        public var epsilon: Double
        /// `white-box`, `gray-box` or `black-box`.
        public var knowledge: String
        /// The smallest value any input element may have.
        public var lowerBound: Double
        /// The largest value any input element may have.
        public var upperBound: Double

        /// All parts.
        public init(
            goal: String,
            norm: String,
            epsilon: Double,
            knowledge: String,
            lowerBound: Double,
            upperBound: Double
        ) {
            self.goal = goal
            self.norm = norm
            self.epsilon = epsilon
            self.knowledge = knowledge
            self.lowerBound = lowerBound
            self.upperBound = upperBound
        }
    }

    /// The samples that no attack broke.
    public struct WorstCase: Sendable, Equatable, Codable {
        /// The share of all samples that are classified correctly under every attack of the run.
        public var robustAccuracy: Estimate

        /// The one part.
        public init(robustAccuracy: Estimate) { self.robustAccuracy = robustAccuracy }
    }

    /// Robust accuracy at one radius.
    public struct CurvePoint: Sendable, Equatable, Codable {
        /// The radius in input units.
        public var epsilon: Double
        /// The share of the curve's samples that stay correct.
        public var robustAccuracy: Estimate

        /// Both parts.
        public init(epsilon: Double, robustAccuracy: Estimate) {
            self.epsilon = epsilon
            self.robustAccuracy = robustAccuracy
        }
    }

    /// How the loss responds to clean inputs.
    public struct InputGradients: Sendable, Equatable, Codable {
        /// The loss that was differentiated.
        public var loss: String
        /// The median Euclidean norm of its gradient over the samples; null without gradients.
        public var medianL2: Double?
        /// The 5 % and 95 % quantiles of the norm.
        public var quantiles: [Double]
        /// How many samples were looked at.
        public var samples: Int
        /// How many of them have a gradient that is zero everywhere.
        public var zero: Int
        /// How many of them have a gradient with a NaN or an infinity.
        public var nonFinite: Int

        /// All parts.
        public init(
            loss: String,
            medianL2: Double?,
            quantiles: [Double],
            samples: Int,
            zero: Int,
            nonFinite: Int
        ) {
            self.loss = loss
            self.medianL2 = medianL2
            self.quantiles = quantiles
            self.samples = samples
            self.zero = zero
            self.nonFinite = nonFinite
        }
    }
}
