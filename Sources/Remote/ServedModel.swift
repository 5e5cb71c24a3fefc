import BulwarkModels
import BulwarkTensors
import Foundation
import Synchronization

/// A model behind HTTP with the input that is known to take samples.
final class ServedModel: Sendable {
    let address: ModelAddress
    let input: InputTensor
    let client: RemoteClient
    /// The metadata as they were read.
    let document: Data
    let platform: String?
    private let batches: Batches
    private struct State {
        var requests = 0
        /// The version that answered first; another one is another model.
        var version: String?
    }
    private let state: Mutex<State>

    init(
        _ address: ModelAddress,
        _ input: InputTensor,
        _ metadata: ModelMetadata,
        document: Data,
        client: RemoteClient
    ) {
        (self.address, self.input, self.client, self.document) = (address, input, client, document)
        platform = metadata.platform.map { client.censor.clean($0) }
        batches = Batches(
            size: input.fixedBatch ?? client.rules.maximumBatch,
            concurrency: client.rules.maximumConcurrency
        )
        state = Mutex(State(version: address.version))
    }

    /// The version that answers, once it is known.
    var version: String? { state.withLock { $0.version }.map { client.censor.clean($0) } }

    /// How many samples are computed together at best.
    var lanes: Int { batches.size * batches.concurrency }

    /// How many samples leave if somebody asks about so many: fixed batches are filled up.
    func sent(for count: Int) -> Int { input.fixedBatch.map { (count + $0 - 1) / $0 * $0 } ?? count }

    /// Asks about samples, in as many requests as it takes, and reads one output of the answers.
    ///
    /// - Parameters:
    ///   - samples: Samples `[N, …]`, any N ≥ 0.
    ///   - output: The output's name.
    ///   - spared: How much of the query budget has to be left.
    ///   - read: Turns the output of so many rows into a result for each.
    /// - Returns: The results in the order of the samples, those of one sample side by side.
    /// - Throws: `ClassifierError.inputShape`, `RemoteError`, `RemoteAnswerError`, and what `read` throws.
    func ask<Element: Sendable>(
        _ samples: Tensor,
        output: String,
        sparing spared: Int = 0,
        _ read: @escaping @Sendable (OutputTensor, Int) throws -> [Element]
    ) throws -> [Element] {
        try check(samples)
        let count = samples.rowCount
        // All or nothing, so that no answers are paid for and thrown away.
        try client.require(sent(for: count), sparing: spared)
        return try batches.map(count) { [self] rows in
            let size = input.fixedBatch ?? rows.count
            let answer = try ask(samples, rows, filledTo: size, output: output, sparing: spared)
            let tensor = try answer.output(output, censor: client.censor)
            let elements = try read(tensor, size)
            return Array(elements.prefix(elements.count / size * rows.count))
        }.flatMap(\.self)
    }

    /// Asks about samples that fit into one request.
    ///
    /// - Throws: `RemoteError`, `RemoteAnswerError`.
    func ask(
        _ samples: Tensor,
        _ rows: Range<Int>,
        filledTo size: Int,
        output: String?,
        sparing spared: Int = 0
    ) throws -> InferenceAnswer {
        let identifier = state.withLock { state in
            state.requests += 1
            return "\(state.requests)"
        }
        let body = InferenceRequest.body(
            identifier: identifier,
            input: input,
            samples: samples,
            rows: rows,
            filledTo: size,
            output: output
        )
        let data = try client.post(
            address.inference,
            body,
            samples: size,
            asked: rows.count,
            sparing: spared
        )
        let answer = try Document.read(InferenceAnswer.self, from: data, censor: client.censor)
        try check(answer, identifier)
        return answer
    }

    /// - Throws: `ClassifierError.inputShape`, `RemoteError.sampleNotFinite`.
    func check(_ samples: Tensor) throws {
        let shape = samples.shape
        guard shape.rank > 0, shape.dropFirst == input.sampleShape else {
            throw ClassifierError.inputShape(
                expected: input.sampleShape,
                found: shape.rank > 0 ? shape.dropFirst : []
            )
        }
        let elements = samples.elements
        if let position = (0..<elements.count).first(where: { !elements[$0].isFinite }) {
            throw RemoteError.sampleNotFinite(sample: position / max(samples.rowSize, 1))
        }
    }

    /// What is not said is not checked; what is said has to be right.
    private func check(_ answer: InferenceAnswer, _ identifier: String) throws(RemoteAnswerError) {
        let censor = client.censor
        if let found = answer.identifier, found != identifier {
            throw .identifier(expected: identifier, found: censor.clean(found))
        }
        if let found = answer.modelName, found != address.name {
            throw .model(expected: censor.clean(address.name), found: censor.clean(found))
        }
        guard let found = answer.modelVersion, !found.isEmpty else { return }
        let expected = state.withLock { state in
            state.version = state.version ?? found
            return state.version ?? found
        }
        if expected != found {
            throw .version(expected: censor.clean(expected), found: censor.clean(found))
        }
    }
}
