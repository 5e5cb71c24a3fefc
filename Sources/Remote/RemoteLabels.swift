import BulwarkModels
import BulwarkTensors
import Foundation

/// A classifier behind HTTP that answers with labels only.
///
/// `RemoteAccess.connect` makes one. Calls block until the answers are there, from any number of threads.
public struct RemoteLabels: LabelAccess {
    /// Why there are no gradients, in words.
    public static let obstacle = "it is asked over HTTP and answers with labels only"

    /// The number of classes, as it was told: labels do not show it.
    public let classCount: Int
    /// Remarks on how the model was understood, for the reader of a report.
    public let notes: [String]
    private let model: ServedModel
    private let output: TensorMetadata
    /// The class of each name, where labels are texts.
    private let classes: [String: Int]
    /// How much of the query budget it leaves untouched.
    private var spared = 0

    init(
        _ model: ServedModel,
        output: TensorMetadata,
        classCount: Int,
        classNames: [String],
        notes: [String]
    ) {
        (self.model, self.output, self.classCount, self.notes) = (model, output, classCount, notes)
        classes = Dictionary(zip(classNames, classNames.indices)) { first, _ in first }
        precondition(classes.count == classNames.count, "every class has a name of its own")
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

    /// The same model, which refuses to be asked when that would leave less of the query budget than this.
    ///
    /// - Parameter samples: How many samples others may still have to ask about.
    /// - Returns: A classifier that counts together with this one.
    public func sparing(_ samples: Int) -> RemoteLabels {
        var copy = self
        copy.spared = model.sent(for: samples)
        return copy
    }

    /// The predicted class of each sample.
    ///
    /// - Throws: `ClassifierError.inputShape`, `RemoteError`, `RemoteAnswerError`.
    public func labels(for inputs: Tensor) throws -> [Int] {
        try model.ask(inputs, output: output.name, sparing: spared) { [self] tensor, rows in
            try read(tensor, rows)
        }
    }

    private func read(_ tensor: OutputTensor, _ rows: Int) throws(RemoteAnswerError) -> [Int] {
        let censor = model.client.censor
        let name = censor.clean(tensor.name)
        guard tensor.datatype == output.datatype else {
            throw .changedDatatype(
                tensor: name,
                expected: output.datatype,
                found: censor.clean(tensor.datatype)
            )
        }
        try tensor.check(rows: rows, width: 1, censor: censor)
        let labels: [(label: Int?, text: String)] =
            switch tensor.elements {
            case .integers(let values): values.map { ($0, "\($0)") }
            case .texts(let values): values.map { (classes[$0], $0) }
            case .numbers(let values): values.map { (nil, "\($0)") }
            }
        var result: [Int] = []
        for (sample, (label, text)) in labels.enumerated() {
            guard let label, (0..<classCount).contains(label) else {
                throw .label(tensor: name, sample: sample, censor.clean(text, maximumLength: 40))
            }
            result.append(label)
        }
        return result
    }
}
