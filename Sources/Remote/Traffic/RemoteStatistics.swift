/// What a served model was asked so far.
public struct RemoteStatistics: Sendable, Equatable {
    /// HTTP requests, each attempt and each redirect counted, those for metadata as well.
    public var requests = 0
    /// Samples that callers asked about, each counted once, as soon as it is sent for the first time.
    public var samplesAsked = 0
    /// Samples that were sent, those of repeated requests and those that fill up a fixed batch counted again.
    ///
    /// This is what the query budget limits, and what an endpoint that bills by the sample may bill.
    public var samplesSent = 0
    /// Requests repeated after a failure.
    public var retries = 0
    /// Requests to which no whole answer came: lost connections, and answers that took too long.
    public var lost = 0
    /// How many answers of each status said no: all but 200 and redirects.
    public var refusals: [Int: Int] = [:]
    /// The time spent waiting before requests, by all threads together.
    public var waited: Duration = .zero
    /// The part of it that the rates took, and waits that the server asked for.
    public var waitedForRates: Duration = .zero

    /// Nothing asked yet.
    public init() {}

    /// The time spent waiting, in seconds.
    public var secondsWaited: Double { waited.inSeconds }
    /// The time spent waiting for rates, in seconds.
    public var secondsWaitedForRates: Double { waitedForRates.inSeconds }
}
