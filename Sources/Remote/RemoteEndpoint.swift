import BulwarkTensors
import Foundation

/// A served model whose metadata are known, and which was not asked about any sample yet.
public struct RemoteEndpoint: Sendable {
    private let model: ServedModel
    private let choice: TensorChoice

    /// Reads a model's metadata and picks its input.
    ///
    /// - Parameters:
    ///   - address: Where the model is.
    ///   - options: What is known beside the metadata.
    ///   - rules: How the endpoint may be asked.
    ///   - clock: What waits go by.
    /// - Throws: `RemoteError`, `RemoteAnswerError`.
    public init(
        _ address: ModelAddress,
        options: RemoteOptions = RemoteOptions(),
        rules: TrafficRules = TrafficRules(),
        clock: any RemoteClock = SystemClock()
    ) throws {
        guard
            rules.headers.names.isEmpty || rules.allowsHeadersInClear || address.isEncrypted
                || address.isLocal
        else { throw RemoteError.headersInClear(host: address.metadata.host ?? "") }
        let client = RemoteClient(rules, transport: SystemTransport(), clock: clock)
        let document = try client.get(address.metadata)
        let metadata = try Document.read(ModelMetadata.self, from: document, censor: client.censor)
        if let name = metadata.name, name != address.name {
            throw RemoteAnswerError.model(
                expected: client.censor.clean(address.name),
                found: client.censor.clean(name)
            )
        }
        choice = TensorChoice(metadata: metadata, options: options, censor: client.censor)
        model = ServedModel(address, try choice.input(), metadata, document: document, client: client)
    }

    /// Where the model is.
    public var address: ModelAddress { model.address }
    /// The model's metadata as the server gave them.
    public var metadata: Data { model.document }
    /// The version that answers, as soon as the server has said so.
    public var version: String? { model.version }
    /// What the server runs the model with, if it says so.
    public var platform: String? { model.platform }
    /// What was asked so far.
    public var statistics: RemoteStatistics { model.client.statistics }
    /// The shape of one sample.
    public var inputShape: Shape { model.input.sampleShape }

    /// Finds out what the model answers with.
    ///
    /// Where the metadata do not tell, the model is asked once about a few samples: for the number of classes, and
    /// whether scores are probabilities.
    ///
    /// - Parameter samples: Clean samples `[N, …]` to ask about; one of zeros if nil or empty.
    /// - Returns: A model that shows scores, or one that shows labels.
    /// - Throws: `RemoteError`, `RemoteAnswerError`, `ClassifierError.inputShape`.
    public func access(lookingAt samples: Tensor? = nil) throws -> RemoteAccess {
        try Introduction(model: model, choice: choice, samples: samples).access()
    }
}
