import BulwarkTensors

/// A served classifier with as much access as its endpoint gives.
public enum RemoteAccess: Sendable {
    /// The endpoint answers with scores.
    case scores(RemoteClassifier)
    /// The endpoint answers with labels only.
    case labels(RemoteLabels)

    /// The most samples looked at to find out what scores are.
    static let maximumProbes = 16

    /// Reads a model's metadata, picks its input and output, and finds out what it answers with.
    ///
    /// Where samples are read in the shape that the metadata say, `RemoteEndpoint` does the same in two steps.
    ///
    /// - Parameters:
    ///   - address: Where the model is.
    ///   - options: What is known beside the metadata.
    ///   - rules: How the endpoint may be asked.
    ///   - samples: Clean samples `[N, …]` to ask about; one of zeros if nil or empty.
    ///   - clock: What waits go by.
    /// - Returns: A model that shows scores, or one that shows labels.
    /// - Throws: `RemoteError`, `RemoteAnswerError`, `ClassifierError.inputShape`.
    public static func connect(
        to address: ModelAddress,
        options: RemoteOptions = RemoteOptions(),
        rules: TrafficRules = TrafficRules(),
        lookingAt samples: Tensor? = nil,
        clock: any RemoteClock = SystemClock()
    ) throws -> RemoteAccess {
        try RemoteEndpoint(address, options: options, rules: rules, clock: clock).access(lookingAt: samples)
    }
}
