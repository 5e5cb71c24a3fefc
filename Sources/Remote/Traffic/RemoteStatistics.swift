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
    /// The time spent waiting before requests, by all threads together.
    public var waited: Duration = .zero

    /// Nothing asked yet.
    public init() {}

    /// The time spent waiting, in seconds.
    public var secondsWaited: Double { waited.inSeconds }
}
