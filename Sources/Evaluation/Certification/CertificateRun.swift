import BulwarkTensors

/// What a method says of one sample.
public struct CertificateRecord: Sendable, Equatable, Codable {
    /// The index of the sample in its data set.
    public var sample: Int
    /// The true label.
    public var label: Int
    /// What the certified classifier says of the sample; nil if a smoothed one abstains.
    public var prediction: Int?
    /// Whether it is certified that nothing the threat allows changes the label from the true one.
    public var isCertified: Bool
    /// A radius within which the label is certified, in the norm of the run; nil if there is none, or where
    /// it was not looked for.
    public var radius: Double?
    /// How far an input with another label is that was found meanwhile.
    public var counterexample: Double?
    /// A guess at the distance of the nearest input with another label, which certifies nothing.
    public var estimate: Double?
    /// How long it took, by the clock that was passed in, with as many other samples beside it as there are
    /// threads.
    public var seconds: Double
    /// What else is to be known, as in `misclassified`.
    public var remark: String?

    /// A record of a sample of which nothing is known, but for what is given.
    public init(
        sample: Int,
        label: Int,
        prediction: Int?,
        isCertified: Bool = false,
        radius: Double? = nil,
        counterexample: Double? = nil,
        estimate: Double? = nil,
        seconds: Double = 0,
        remark: String? = nil
    ) {
        self.sample = sample
        self.label = label
        self.prediction = prediction
        self.isCertified = isCertified
        self.radius = radius
        self.counterexample = counterexample
        self.estimate = estimate
        self.seconds = seconds
        self.remark = remark
    }
}

/// One method run over some samples of an assessment.
public struct CertificateRun: Sendable, Equatable {
    /// The method.
    public let method: CertificateMethod
    /// The norm of the radii.
    public let norm: Norm
    /// Its knobs in words.
    public let settings: String
    /// For each sample that it looked at a record.
    public let records: [CertificateRecord]
    /// The positions of these samples among those of the assessment, ascending.
    public let positions: [Int]
    /// How long it took, by the clock that was passed in.
    public let seconds: Double

    /// All parts; traps unless there is a record for each position.
    public init(
        method: CertificateMethod,
        norm: Norm,
        settings: String,
        records: [CertificateRecord],
        positions: [Int],
        seconds: Double
    ) {
        precondition(records.count == positions.count, "one record a sample")
        self.method = method
        self.norm = norm
        self.settings = settings
        self.records = records
        self.positions = positions
        self.seconds = seconds
    }

    /// How many of the samples are certified at the threat's radius.
    public var certified: Proportion { Proportion(of: records.map(\.isCertified)) }
}
