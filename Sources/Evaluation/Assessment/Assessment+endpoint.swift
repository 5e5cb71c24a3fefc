extension Assessment {
    /// Where a served model is, and what it was asked in all: by attacks, the judge and the checks.
    public struct Endpoint: Sendable, Equatable, Codable {
        /// The address of its metadata, which holds no secrets.
        public var address: String
        /// The version that answered; nil if the server does not say.
        public var version: String?
        /// What the server runs the model with; nil if it does not say.
        public var platform: String?
        /// HTTP requests, each attempt counted.
        public var requests: Int
        /// Samples asked about, each counted once.
        public var samplesAsked: Int
        /// Samples sent: those of repeated requests, and those that fill up a batch, counted again.
        public var samplesSent: Int
        /// The most samples that might be sent; nil for no limit.
        public var queryBudget: Int?
        /// Requests repeated after a failure.
        public var retries: Int
        /// Requests to which no whole answer came.
        public var lost: Int
        /// How often each HTTP status was the answer that said no.
        public var refusals: [String: Int]
        /// The time spent waiting before requests, by all threads together.
        public var secondsWaited: Double
        /// The part of it that was spent waiting for rates, the server's and one's own.
        public var secondsWaitedForRates: Double

        /// All parts.
        public init(
            address: String,
            version: String?,
            platform: String?,
            requests: Int,
            samplesAsked: Int,
            samplesSent: Int,
            queryBudget: Int?,
            retries: Int,
            lost: Int,
            refusals: [String: Int],
            secondsWaited: Double,
            secondsWaitedForRates: Double
        ) {
            self.address = address
            self.version = version
            self.platform = platform
            self.requests = requests
            self.samplesAsked = samplesAsked
            self.samplesSent = samplesSent
            self.queryBudget = queryBudget
            self.retries = retries
            self.lost = lost
            self.refusals = refusals
            self.secondsWaited = secondsWaited
            self.secondsWaitedForRates = secondsWaitedForRates
        }
    }
}
