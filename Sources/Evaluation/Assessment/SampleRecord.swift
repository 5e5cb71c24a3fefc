import BulwarkTensors

/// What one attack did to one sample, as the judge saw it.
public struct SampleRecord: Sendable, Equatable, Codable {
    /// The index of the sample in its data set.
    public var sample: Int
    /// The true label.
    public var label: Int
    /// The label predicted without an attack.
    public var cleanPrediction: Int
    /// The label predicted for the attack's candidate; the clean prediction if the sample was not attacked.
    public var adversarialPrediction: Int
    /// Whether the sample was attacked: only samples classified correctly are.
    public var wasAttacked: Bool
    /// Whether the candidate reached the adversary's aim.
    public var isBroken: Bool
    /// The distance of the candidate in every norm.
    public var distances: Distances
    /// Predictions asked of the model for this sample.
    public var queries: Int
    /// The number of the query that first reached the aim inside the ball, counted from 1; nil where none did
    /// or where the attack does not say.
    public var queriesToSuccess: Int?
    /// How far the nearest point that reaches the aim is, inside the ball or not, in the threat's norm; nil
    /// where the attack does not look for it.
    public var nearest: Double?
    /// A distance up to which, itself included, nothing reaches the aim; nil where the attack proves none.
    public var proved: Double?
    /// Gradients asked of the model for this sample.
    public var gradients: Int
    /// The restart the candidate comes from.
    public var restart: Int
    /// The seed of the run.
    public var seed: UInt64
    /// Whether the attack itself saw its aim reached.
    public var claimed: Bool
    /// How the candidate breaks the threat model, if it does; the judge then counts its projection only.
    public var violation: String?

    /// A distance in every norm, in input units.
    public struct Distances: Sendable, Equatable, Codable {
        /// The largest change of an element.
        public var linf: Double
        /// The Euclidean length of the change.
        public var l2: Double
        /// The sum of the absolute changes.
        public var l1: Double
        /// The number of elements changed.
        public var l0: Double

        /// All four.
        public init(linf: Double, l2: Double, l1: Double, l0: Double) {
            self.linf = linf
            self.l2 = l2
            self.l1 = l1
            self.l0 = l0
        }

        /// No change.
        public static let zero = Distances(linf: 0, l2: 0, l1: 0, l0: 0)

        /// The distance in one norm.
        public subscript(norm: Norm) -> Double {
            switch norm {
            case .linf: linf
            case .l2: l2
            case .l1: l1
            case .l0: l0
            }
        }
    }

    /// All parts.
    public init(
        sample: Int,
        label: Int,
        cleanPrediction: Int,
        adversarialPrediction: Int,
        wasAttacked: Bool,
        isBroken: Bool,
        distances: Distances,
        queries: Int,
        queriesToSuccess: Int? = nil,
        nearest: Double? = nil,
        proved: Double? = nil,
        gradients: Int,
        restart: Int,
        seed: UInt64,
        claimed: Bool,
        violation: String?
    ) {
        self.sample = sample
        self.label = label
        self.cleanPrediction = cleanPrediction
        self.adversarialPrediction = adversarialPrediction
        self.wasAttacked = wasAttacked
        self.isBroken = isBroken
        self.distances = distances
        self.queries = queries
        self.queriesToSuccess = queriesToSuccess
        self.nearest = nearest
        self.proved = proved
        self.gradients = gradients
        self.restart = restart
        self.seed = seed
        self.claimed = claimed
        self.violation = violation
    }
}

/// A sample before and after an attack, for a reader to look at.
public struct Exhibit: Sendable {
    /// The index of the sample in its data set.
    public var sample: Int
    /// The attack's name.
    public var attack: String
    /// The sample, of the model's input shape.
    public var clean: Tensor
    /// The candidate, of the same shape.
    public var adversarial: Tensor
    /// The true label.
    public var label: Int
    /// The label predicted for the sample.
    public var cleanPrediction: Int
    /// The label predicted for the candidate.
    public var adversarialPrediction: Int
    /// The distance in the threat's norm.
    public var distance: Double

    /// All parts.
    public init(
        sample: Int,
        attack: String,
        clean: Tensor,
        adversarial: Tensor,
        label: Int,
        cleanPrediction: Int,
        adversarialPrediction: Int,
        distance: Double
    ) {
        self.sample = sample
        self.attack = attack
        self.clean = clean
        self.adversarial = adversarial
        self.label = label
        self.cleanPrediction = cleanPrediction
        self.adversarialPrediction = adversarialPrediction
        self.distance = distance
    }
}

/// Everything an assessment found: the numbers, the records they are views of, and samples to show.
public struct AssessmentOutcome: Sendable {
    /// The numbers.
    public var assessment: Assessment
    /// For each attack, by name, one record a sample.
    public var records: [(attack: String, records: [SampleRecord])]
    /// Samples before and after an attack.
    public var exhibits: [Exhibit]
    /// For each method of certification one record a sample that it looked at.
    public var certificates: [CertificateRun]

    /// All parts.
    public init(
        assessment: Assessment,
        records: [(attack: String, records: [SampleRecord])],
        exhibits: [Exhibit],
        certificates: [CertificateRun] = []
    ) {
        self.assessment = assessment
        self.records = records
        self.exhibits = exhibits
        self.certificates = certificates
    }
}
