/// How a model was made harder to attack.
///
/// The subject is the hardened model.
public struct HardeningPredicate: ClaimPredicate {
    /// The type of claim.
    public static var claimType: ClaimType { .hardening }

    /// The model before.
    public let original: ContentReference
    /// The data it was hardened with.
    public let data: [ContentReference]
    /// The methods, in the order in which they were applied.
    public let methods: [String]
    /// The options of the run, as text, by name.
    public let parameters: [String: String]
    /// What ran it.
    public let environment: ClaimedEnvironment
    /// What the run could reach.
    public let isolation: ClaimedIsolation
    /// When it began.
    public let started: Timestamp
    /// When it was done.
    public let finished: Timestamp

    /// A hardening claim.
    public init(
        original: ContentReference,
        data: [ContentReference],
        methods: [String],
        parameters: [String: String],
        environment: ClaimedEnvironment,
        isolation: ClaimedIsolation,
        started: Timestamp,
        finished: Timestamp
    ) {
        self.original = original
        self.data = data
        self.methods = methods
        self.parameters = parameters
        self.environment = environment
        self.isolation = isolation
        self.started = started
        self.finished = finished
    }

    /// The name of the parameter that says which content a file with weights of the original has.
    package static func parameter(forOriginalWeights name: String) -> String { "original-weights: \(name)" }

    /// The files besides the original's own that hold its weights, by the parameters that name them.
    package var originalWeights: [ContentReference] {
        let start = Self.parameter(forOriginalWeights: "")
        return parameters.sorted { $0.key < $1.key }.compactMap { name, value in
            guard name.hasPrefix(start), let digest = ContentDigest(hexadecimal: value) else { return nil }
            return ContentReference(name: String(name.dropFirst(start.count)), sha256: digest)
        }
    }

    /// Refuses a run without methods, or that ended before it began.
    ///
    /// - Throws: `ClaimError` for what cannot be so.
    public func validate() throws(ClaimError) {
        guard !methods.isEmpty else { throw .impossible(member: "methods", problem: "there are none") }
        guard !data.isEmpty else { throw .impossible(member: "data", problem: "there are none") }
        try environment.validate()
        try isolation.validate()
        guard started <= finished else {
            throw .impossible(member: "finished", problem: "is before 'started'")
        }
    }
}
