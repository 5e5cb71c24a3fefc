/// How a served model may be asked: how much at once, how often, how long to wait, and how much in all.
public struct TrafficRules: Sendable {
    /// The most samples in one request; a model of a fixed batch gets that many in each.
    public var maximumBatch = 64
    /// The most requests underway at any time.
    ///
    /// Results do not depend on it.
    public var maximumConcurrency = 1
    /// How long one request may take from connecting to the last byte of the answer.
    public var timeout: Duration = .seconds(30)
    /// How often a request is repeated that failed in a way that may pass.
    public var maximumRetries = 4
    /// The wait before the first repetition; each further one waits about twice as long as the one before.
    public var firstWait: Duration = .milliseconds(500)
    /// The longest wait between two attempts; a server that asks for more is not waited for.
    public var maximumWait: Duration = .seconds(60)
    /// The most samples sent a second on average; nil for no limit.
    public var samplesPerSecond: Double?
    /// The most requests sent a second on average; nil for no limit.
    public var requestsPerSecond: Double?
    /// The most samples that leave in all, those of repeated requests counted again; nil for no limit.
    public var queryBudget: Int?
    /// The longest answer that is read, after decompression.
    public var maximumResponseBytes = 16 << 20
    /// Sent with every request.
    public var headers = RemoteHeaders()
    /// Whether headers may be sent to another machine without encryption.
    public var allowsHeadersInClear = false
    /// Whether encrypted connections are kept for further requests; others never are.
    ///
    /// Faster where a handshake takes long. A server that closes a kept connection just as a request is sent
    /// makes the HTTP library send it again, which is then counted once only.
    public var keepsConnections = false
    /// Seeds the random part of waits.
    public var seed: UInt64 = 0

    /// The rules as above.
    public init() {}

    /// Traps if a rule makes no sense.
    func check() {
        precondition(maximumBatch >= 1 && maximumConcurrency >= 1, "at least one sample and one request")
        precondition(maximumRetries >= 0 && maximumResponseBytes >= 1, "limits are not negative")
        precondition(timeout > .zero && firstWait >= .zero && maximumWait >= .zero, "time goes forwards")
        precondition(samplesPerSecond ?? 1 > 0 && requestsPerSecond ?? 1 > 0, "rates are above zero")
        precondition(queryBudget ?? 0 >= 0, "a budget is not negative")
    }
}
