import BulwarkTensors

/// What is wrong with the metadata or an answer of a served model.
///
/// Texts that came from the server are cut to one short line and hold no header's value.
public enum RemoteAnswerError: Error, Equatable {
    /// The body is not marked as JSON.
    case contentType(String)
    /// The body is not JSON, or not of the form that the protocol has; says where.
    case malformed(String)
    /// The body holds a bare NaN or infinity, which JSON does not have: some number is not finite.
    case bareNotFinite
    /// Another model answered.
    case model(expected: String, found: String)
    /// Another version answered than was asked for, or than answered before.
    case version(expected: String, found: String)
    /// An answer to another request.
    case identifier(expected: String, found: String)

    /// The model does not have exactly one input, and none was chosen.
    case inputs([String])
    /// There is no tensor of this name.
    case unknownTensor(String, available: [String])
    /// No output holds what is asked for: scores or labels.
    case noOutput(wanted: String, available: [String])
    /// The tensor's elements are of a kind that cannot be sent, or that is neither a score nor a label.
    case datatype(tensor: String, String)
    /// The input has no first axis for samples.
    case noSampleAxis(tensor: String, [Int])
    /// The input takes a number of samples at a time that no request holds.
    case batchTooLarge(tensor: String, Int)
    /// The input leaves the size of samples open, and no shape was given.
    case openShape(tensor: String, [Int])
    /// The shape of samples that was given is not one that the input takes.
    case sampleShape(tensor: String, [Int], given: Shape)
    /// How many classes there are cannot be seen and was not told.
    case classCountUnknown(tensor: String)
    /// The number of classes is below two, or not the one that was told.
    case classCount(tensor: String, Int, told: Int?)
    /// A single score that could as well be a probability.
    case ambiguousSingleScore(tensor: String, lowest: Double, highest: Double)

    /// The answer holds two outputs of one name.
    case duplicateOutput(String)
    /// The answer does not hold the output.
    case missingOutput(String, found: [String])
    /// The output's elements are of another kind than before.
    case changedDatatype(tensor: String, expected: String, found: String)
    /// The output has another shape than the samples ask for.
    case shape(tensor: String, expected: String, found: [Int])
    /// The output holds more or fewer elements than its shape says.
    case elementCount(tensor: String, expected: Int, found: Int)
    /// A score is NaN or infinite; samples are counted from 0 within the request.
    case notFinite(tensor: String, sample: Int)
    /// What were probabilities before is none of them.
    case notProbabilities(tensor: String, sample: Int)
    /// A label is none of the classes.
    case label(tensor: String, sample: Int, String)
}

extension RemoteAnswerError: CustomStringConvertible {
    /// The fault in words.
    public var description: String {
        switch self {
        case .contentType(let type): "the answer is marked as '\(type)', not as JSON"
        case .malformed(let reason): "the answer is not what the protocol has: \(reason)"
        case .bareNotFinite:
            "the answer holds a bare NaN or Infinity, which is not JSON: some score is not a finite number"
        case .model(let expected, let found): "the model '\(found)' answered instead of '\(expected)'"
        case .version(let expected, let found):
            "version '\(found)' answered instead of '\(expected)': the results would be about two models"
        case .identifier(let expected, let found):
            "the answer belongs to request '\(found)', not to '\(expected)'"
        case .inputs(let names):
            "the model has \(names.count) inputs (\(list(names))); a classifier has one, or one is named"
        case .unknownTensor(let name, let available):
            "there is no tensor '\(name)'; there are: \(list(available))"
        case .noOutput(let wanted, let available): "no output holds \(wanted); there are: \(list(available))"
        case .datatype(let tensor, let type): "tensor '\(tensor)' holds \(type), \(Self.reason(type))"
        case .noSampleAxis(let tensor, let shape):
            "input '\(tensor)' of shape \(shape) has no first axis for samples"
        case .batchTooLarge(let tensor, let batch):
            "input '\(tensor)' takes exactly \(batch) samples at a time, more than are sent at once"
        case .openShape(let tensor, let shape):
            "input '\(tensor)' of shape \(shape) leaves the shape of a sample open, and none was given"
        case .sampleShape(let tensor, let shape, let given):
            "input '\(tensor)' of shape \(shape) does not take samples of shape \(given)"
        case .classCountUnknown(let tensor):
            "output '\(tensor)' does not show how many classes there are: say so"
        case .classCount(let tensor, let count, let told):
            "output '\(tensor)' is about \(count) classes, not about "
                + (told.map { "\($0)" } ?? "two or more")
        case .ambiguousSingleScore(let tensor, let lowest, let highest):
            "the single score '\(tensor)' lies between \(lowest) and \(highest) on all samples: it could be a "
                + "probability or a score before the sigmoid, so decisions cannot be told; say which"
        case .duplicateOutput(let name): "the answer holds two outputs '\(name)'"
        case .missingOutput(let name, let found):
            "the answer does not hold the output '\(name)'; it holds: \(list(found))"
        case .changedDatatype(let tensor, let expected, let found):
            "output '\(tensor)' holds \(found) instead of \(expected)"
        case .shape(let tensor, let expected, let found):
            "output '\(tensor)' has shape \(found) instead of \(expected)"
        case .elementCount(let tensor, let expected, let found):
            "output '\(tensor)' has \(found) elements where its shape asks for \(expected)"
        case .notFinite(let tensor, let sample):
            "output '\(tensor)' holds a score that is not finite, for sample \(sample) of its request"
        case .notProbabilities(let tensor, let sample):
            "output '\(tensor)' held probabilities before, but not for sample \(sample) of its request; "
                + "say whether they are scores"
        case .label(let tensor, let sample, let label):
            "output '\(tensor)' holds '\(label)' for sample \(sample) of its request, which is no class"
        }
    }

    private func list(_ names: [String]) -> String { names.isEmpty ? "none" : names.joined(separator: ", ") }

    private static func reason(_ type: String) -> String {
        switch Datatype(rawValue: type) {
        case .float16, .brain16: "which the protocol's JSON has no form for; serve the model with FP32"
        case nil: "which is no type of the protocol"
        case .bytes: "which is text; name the classes if it is labels"
        default:
            "which is no place for this: inputs hold floats, scores floats, and labels one integer a sample"
        }
    }
}
