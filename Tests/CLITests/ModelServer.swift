import BulwarkModels
import BulwarkTensors
import Foundation
import Synchronization
import TestSupport

/// A classifier behind the Open Inference Protocol, on a port of this machine, for the length of a test.
final class ModelServer: Sendable {
    /// What answers look like.
    enum Answers: Sendable {
        /// FP32 scores of each class.
        case scores
        /// One INT64 a sample.
        case labels
        /// One text a sample, as in `class 2`.
        case texts
    }

    /// What is done with a request for samples in place of answering it; nil to answer.
    ///
    /// Gets how many of those requests came before.
    typealias Trouble = @Sendable (ReceivedRequest, Int) -> Reply?

    private let server: ScriptedServer
    private let counts: Counts

    /// How much was asked.
    private final class Counts: Sendable {
        private let state = Mutex((questions: 0, samples: 0))

        /// The number of the next request for samples.
        func next(_ samples: Int) -> Int {
            state.withLock { state in
                state.samples += samples
                state.questions += 1
                return state.questions - 1
            }
        }

        var samples: Int { state.withLock { $0.samples } }
    }

    init(
        _ model: any ScoreAccess,
        _ answers: Answers = .scores,
        trouble: @escaping Trouble = { _, _ in nil }
    ) throws {
        let counts = Counts()
        self.counts = counts
        server = try ScriptedServer { request, _ in
            if request.method == "GET" { return .answer(Self.metadata(model, answers)) }
            guard let body = try? JSONDecoder().decode(Body.self, from: request.body),
                let input = body.inputs.first, let count = input.shape.first
            else { return .answer(400, #"{"error":"no samples"}"#) }
            if let reply = trouble(request, counts.next(count)) { return reply }
            let samples = Tensor(model.inputShape.batched(count), input.data)
            guard let text = try? Self.answer(body.id, model, answers, samples) else {
                return .answer(500, #"{"error":"the model failed"}"#)
            }
            return .answer(text)
        }
    }

    deinit { server.stop() }

    var address: String { "http://127.0.0.1:\(server.port)/v2/models/model" }
    /// Samples that came, in all requests.
    var samplesReceived: Int { counts.samples }
    /// HTTP requests that came.
    var requests: [ReceivedRequest] { server.requests }

    /// Nobody listens any more.
    func stop() { server.stop() }

    /// How many samples a request holds; nil if it holds none.
    static func sampleCount(of request: ReceivedRequest) -> Int? {
        (try? JSONDecoder().decode(Body.self, from: request.body))?.inputs.first?.shape.first
    }

    /// What is read of a request.
    private struct Body: Decodable {
        struct Input: Decodable {
            var shape: [Int]
            var data: [Float]
        }

        var id: String
        var inputs: [Input]
    }

    private static func metadata(_ model: any ScoreAccess, _ answers: Answers) -> String {
        let shape = ([-1] + model.inputShape.dimensions).map(String.init).joined(separator: ",")
        let output =
            switch answers {
            case .scores: #"{"name":"z","datatype":"FP32","shape":[-1,\#(model.classCount)]}"#
            case .labels: #"{"name":"label","datatype":"INT64","shape":[-1]}"#
            case .texts: #"{"name":"label","datatype":"BYTES","shape":[-1]}"#
            }
        return """
            {"name":"model","versions":["3"],"platform":"test",\
            "inputs":[{"name":"x","datatype":"FP32","shape":[\(shape)]}],"outputs":[\(output)]}
            """
    }

    private static func answer(
        _ id: String,
        _ model: any ScoreAccess,
        _ answers: Answers,
        _ samples: Tensor
    ) throws -> String {
        let count = samples.rowCount
        let labels = try model.labels(for: samples)
        let output =
            switch answers {
            case .scores: scores(try model.logits(for: samples))
            case .labels: #"{"name":"label","datatype":"INT64","shape":[\#(count)],"data":\#(labels)}"#
            case .texts:
                #"{"name":"label","datatype":"BYTES","shape":[\#(count)],"data":\#(labels.map { "class \($0)" })}"#
            }
        return #"{"model_name":"model","model_version":"3","id":"\#(id)","outputs":[\#(output)]}"#
    }

    /// An output with one row of scores a sample.
    private static func scores(_ logits: Tensor) -> String {
        let data = logits.elements.map(\.description).joined(separator: ",")
        return #"{"name":"z","datatype":"FP32","shape":\#(logits.shape.dimensions),"data":[\#(data)]}"#
    }
}
