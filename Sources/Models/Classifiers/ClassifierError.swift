import BulwarkTensors

/// Why a model is no classifier that can be assessed.
public enum ClassifierError: Error, Equatable, CustomStringConvertible {
    /// The model does not have exactly one input, nor several that make up a table.
    case inputs([String])
    /// The input holds integers or truth values, which attacks cannot change by fractions.
    case integerInput(name: String)
    /// The output does not hold one list of at least two scores, or one score, for each sample.
    case output(name: String, shape: SymbolicShape)
    /// The input has no first axis that holds samples, or leaves another axis open.
    case noSampleAxis(name: String, shape: SymbolicShape)
    /// A single output without a sigmoid stays between 0 and 1 on the data: a score or a probability, nobody
    /// can tell.
    case ambiguousSingleOutput(lowest: Float, highest: Float)
    /// Samples of another shape than the model takes.
    case inputShape(expected: Shape, found: Shape)

    /// The fault in words.
    public var description: String {
        switch self {
        case .inputs(let names):
            "the model has \(names.count) inputs (\(names.joined(separator: ", "))); a classifier has one, or several "
                + "of shape [N, columns] that make up a table of numbers"
        case .integerInput(let name):
            "input '\(name)' takes integers or truth values; attacks change inputs by fractions, which it cannot take"
        case .output(let name, let shape):
            "output '\(name)' of shape \(shape) is not one score for each class of each sample"
        case .noSampleAxis(let name, let shape):
            "input '\(name)' of shape \(shape) has no first axis for samples, or leaves another axis open"
        case .ambiguousSingleOutput(let lowest, let highest):
            "the single output lies between \(lowest) and \(highest) on all samples and no final Sigmoid was found: it could be "
                + "a probability or a score, so decisions cannot be told; export the model with its Sigmoid or with two outputs"
        case .inputShape(let expected, let found): "samples have shape \(found), the model takes \(expected)"
        }
    }
}
