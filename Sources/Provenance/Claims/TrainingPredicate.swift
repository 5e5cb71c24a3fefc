/// How a model was trained: from what, by what, on what.
public struct TrainingPredicate: ClaimPredicate {
    /// The type of claim.
    public static var claimType: ClaimType { .training }

    /// All that went in: data, initial models, configuration.
    public let inputs: [ContentReference]
    /// The options of the run, as text, by name.
    public let parameters: [String: String]
    /// Where randomness began; text, as not every number of 64 bits is one of JSON.
    public let seed: String
    /// What ran it.
    public let environment: ClaimedEnvironment
    /// Whether it ran without network and with the named inputs only.
    public let isolation: ClaimedIsolation
    /// When it began.
    public let started: Timestamp
    /// When it was done.
    public let finished: Timestamp

    /// A claim about a training run.
    public init(
        inputs: [ContentReference],
        parameters: [String: String],
        seed: UInt64,
        environment: ClaimedEnvironment,
        isolation: ClaimedIsolation,
        started: Timestamp,
        finished: Timestamp
    ) {
        self.inputs = inputs
        self.parameters = parameters
        self.seed = "\(seed)"
        self.environment = environment
        self.isolation = isolation
        self.started = started
        self.finished = finished
    }

    /// Refuses a run that ended before it began, or had no inputs.
    ///
    /// - Throws: `ClaimError` for what cannot be so.
    public func validate() throws(ClaimError) {
        guard started <= finished else {
            throw .impossible(member: "finished", problem: "is before 'started'")
        }
        guard !inputs.isEmpty else { throw .impossible(member: "inputs", problem: "there are none") }
        try environment.validate()
        try isolation.validate()
        try ClaimedSeed.validate(seed)
    }
}
