import BulwarkModels
import BulwarkTensors
import Foundation

/// A classifier behind HTTP that answers with scores.
///
/// `RemoteAccess.connect` makes one. Calls block until the answers are there, from any number of threads; how many
/// requests are underway at once is a rule, and what comes back does not depend on it.
public struct RemoteClassifier: ScoreAccess {
    /// Why there are no gradients, in words.
    public static let obstacle = "it is asked over HTTP and answers with scores only"

    /// What the scores are; probabilities are given as their logarithms, less that of the largest.
    public var form: OutputForm { reading.form }
    /// Remarks on how the model was understood, for the reader of a report.
    public let notes: [String]
    private let model: ServedModel
    private let reading: ScoreReading
    private let output: String
    /// How much of the query budget it leaves untouched.
    private var spared = 0

    init(_ model: ServedModel, output: String, _ reading: ScoreReading, notes: [String]) {
        (self.model, self.output, self.reading, self.notes) = (model, output, reading, notes)
    }

    /// Where the model is.
    public var address: ModelAddress { model.address }
    /// The model's metadata as the server gave them.
    public var metadata: Data { model.document }
    /// The version that answers, if the server says so.
    public var version: String? { model.version }
    /// What the server runs the model with, if it says so.
    public var platform: String? { model.platform }
    /// What was asked so far.
    public var statistics: RemoteStatistics { model.client.statistics }
    /// The shape of one sample.
    public var inputShape: Shape { model.input.sampleShape }
    /// The number of classes.
    public var classCount: Int { reading.classCount }

    /// The same model, which refuses to be asked when that would leave less of the query budget than this.
    ///
    /// - Parameter samples: How many samples others may still have to ask about.
    /// - Returns: A classifier that counts together with this one.
    public func sparing(_ samples: Int) -> RemoteClassifier {
        var copy = self
        copy.spared = model.sent(for: samples)
        return copy
    }

    /// The scores of each sample, as logits `[N, classCount]`.
    ///
    /// - Throws: `ClassifierError.inputShape`, `RemoteError`, `RemoteAnswerError`.
    public func logits(for inputs: Tensor) throws -> Tensor {
        let censor = model.client.censor
        let scores = try model.ask(inputs, output: output, sparing: spared) { [reading] tensor, rows in
            try reading.logits(try tensor.scores(reading, rows: rows, censor: censor), rows: rows)
        }
        return Tensor([inputs.rowCount, classCount], scores)
    }

    /// One worker, with as many lanes as fit into the requests that may be underway at once.
    ///
    /// - Throws: What the call throws.
    public func withScoreWorkers(_ body: @Sendable (any ScoreWorker) throws -> Void) throws {
        try body(RemoteWorker(self, lanes: model.lanes))
    }
}

/// Scores for those lanes that hold a sample: what costs is what is sent.
private final class RemoteWorker: ScoreWorker {
    let lanes: Int
    private let model: RemoteClassifier

    init(_ model: RemoteClassifier, lanes: Int) { (self.model, self.lanes) = (model, lanes) }

    func evaluate(_ points: inout Tensor, active: [Bool], into logits: inout Tensor) throws {
        let rows = active.indices.filter { active[$0] }
        let shape: Shape = [lanes, model.classCount]
        if logits.shape != shape { logits = Tensor(shape) }
        logits.setRows(rows, to: try model.logits(for: points.gatheringRows(rows)))
    }
}

extension OutputTensor {
    /// The elements as scores, if they are what was seen before.
    ///
    /// - Throws: `RemoteAnswerError`.
    func scores(
        _ reading: ScoreReading,
        rows: Int,
        censor: Censor
    ) throws(RemoteAnswerError) -> [Double] {
        guard case .numbers(let values) = elements, let type = Datatype(rawValue: datatype),
            (type == .float64) == reading.isDouble
        else {
            throw .changedDatatype(
                tensor: reading.tensor,
                expected: reading.isDouble ? Datatype.float64.rawValue : Datatype.float32.rawValue,
                found: censor.clean(datatype)
            )
        }
        try check(rows: rows, width: reading.width, censor: censor)
        return values
    }
}
