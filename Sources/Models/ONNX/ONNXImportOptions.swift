import BulwarkTensors

/// What a caller says about a model that its file leaves open, and what is wanted of it.
public struct ONNXImportOptions: Sendable {
    /// Which outputs the graph gets.
    public enum Outputs: Sendable {
        /// Those made of floats; where there are only labels, the scores that the labels are chosen by.
        case scores
        /// All of them, whatever they hold.
        case all
    }

    /// What the first axis of an input is.
    public enum FirstAxis: Sendable {
        /// The samples: open, or open in spirit where its extent is given as 1.
        case samples
        /// An axis like the others: as long as the file says, and of any length only if it leaves that open.
        case asDeclared
    }

    /// The outputs that are wanted.
    public var outputs: Outputs
    /// What the first axes of the inputs are.
    public var firstAxis: FirstAxis
    /// Lengths for axes that the file leaves open, by the name that the file has for them.
    ///
    /// An axis without a name is called like its input with its number behind a colon, as in `tokens:1`.
    public var dimensions: [String: Int]
    /// Tensors for inputs of the model, by name; those inputs become constants of the graph.
    public var constants: [String: ONNXConstant]

    /// Options; without any, a classifier is read as its file has it.
    public init(
        outputs: Outputs = .scores,
        firstAxis: FirstAxis = .samples,
        dimensions: [String: Int] = [:],
        constants: [String: ONNXConstant] = [:]
    ) {
        self.outputs = outputs
        self.firstAxis = firstAxis
        self.dimensions = dimensions
        self.constants = constants
    }
}

/// A tensor that takes the place of a model's input.
public enum ONNXConstant: Sendable, Equatable {
    /// Floats.
    case floats(Tensor)
    /// Integers in row-major order, or truth values as 0 and 1, exact whatever their size.
    case integers([Int], shape: Shape)

    /// The extents.
    public var shape: Shape {
        switch self {
        case .floats(let tensor): tensor.shape
        case .integers(_, let shape): shape
        }
    }
}
