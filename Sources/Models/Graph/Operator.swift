import BulwarkTensors

/// What one node of a graph computes: a shape rule, a value and its vector–Jacobian product.
///
/// An operator is a value that holds its attributes. This is the meaning, written plainly; a `Backend` may
/// compute the same faster. An operator has one output: an ONNX node with several becomes several nodes at
/// import.
public protocol Operator: Sendable {
    /// The shape of the output for inputs of these shapes.
    ///
    /// - Throws: `OperatorError` if the inputs do not fit the operator.
    func outputShape(for inputs: [SymbolicShape]) throws(OperatorError) -> SymbolicShape

    /// The output for `inputs`, whose shapes passed the shape rule.
    ///
    /// - Parameters:
    ///   - inputs: The node's inputs.
    ///   - shape: What the shape rule says at the present batch size.
    /// - Returns: A tensor of that shape.
    func value(of inputs: [Tensor], shape: Shape) -> Tensor

    /// The vector–Jacobian product: the gradient with respect to each input of the sum of `cotangent ·
    /// output`.
    ///
    /// - Parameters:
    ///   - cotangent: The gradient with respect to the output, of the output's shape.
    ///   - inputs: What `value` was given.
    ///   - output: What `value` returned.
    ///   - needed: For each input whether its gradient is wanted; nil is returned for the others.
    /// - Returns: For each input a tensor of its shape, or nil where it was not needed.
    func vjp(_ cotangent: Tensor, inputs: [Tensor], output: Tensor, needed: [Bool]) -> [Tensor?]

    /// How the output answers to small changes of the inputs.
    var sensitivity: Sensitivity { get }

    /// Whether the output holds integers or truth values, which a float carries exactly up to 2²⁴.
    ///
    /// An executable refuses to go on once such an output holds anything else.
    var givesIntegers: Bool { get }

    /// How the operator is written in ONNX, opset 17.
    var onnx: ONNXForm { get }
}

/// How the output of an operator answers to small changes of its inputs.
public enum Sensitivity: Sendable, Hashable {
    /// It has a derivative almost everywhere, and `vjp` gives it.
    case differentiable
    /// It moves in steps, and `vjp` passes the cotangent on as if it did not: the straight-through estimator.
    ///
    /// Bengio, Léonard and Courville, "Estimating or propagating gradients through stochastic neurons for
    /// conditional computation" (arXiv 1308.3432), section 3.
    case straightThrough
    /// It moves in steps, so its derivative is zero wherever there is one: comparisons, positions, decision
    /// trees. `vjp` gives zeros.
    case piecewiseConstant
    /// It has a derivative that nobody has written down here; compiling for gradients through it is refused.
    case undifferentiated
}

extension Operator {
    /// `differentiable`.
    public var sensitivity: Sensitivity { .differentiable }

    /// `false`.
    public var givesIntegers: Bool { false }

    /// The ONNX name of the operator.
    public var name: String { onnx.type }
}

/// Why an operator does not accept its inputs.
public enum OperatorError: Error, Equatable, CustomStringConvertible {
    /// The operator takes another number of inputs.
    case inputCount(expected: ClosedRange<Int>, found: Int)
    /// The shapes of the inputs do not fit together, or do not fit the attributes.
    case shapes(String, [SymbolicShape])
    /// An attribute has a value without meaning here.
    case attribute(name: String, problem: String)

    /// The fault in words.
    public var description: String {
        switch self {
        case .inputCount(let expected, let found):
            "takes \(expected.count == 1 ? "\(expected.lowerBound)" : "\(expected.lowerBound) to \(expected.upperBound)") inputs, found \(found)"
        case .shapes(let problem, let shapes):
            "\(problem) (input shapes \(shapes.map(\.description).joined(separator: ", ")))"
        case .attribute(let name, let problem): "attribute \(name): \(problem)"
        }
    }
}

/// How an operator is written down in ONNX: a type, attributes, and constants that follow its inputs.
public struct ONNXForm: Sendable, Equatable {
    /// The value of an attribute.
    public enum Attribute: Sendable, Equatable {
        /// A 64-bit integer.
        case int(Int)
        /// A list of 64-bit integers.
        case ints([Int])
        /// A 32-bit float.
        case float(Float)
        /// A byte string.
        case string(String)
    }

    /// An input that is not a value of the graph but a constant of its own, such as the axes of `Squeeze`.
    public enum Constant: Sendable, Equatable {
        /// A vector of 64-bit integers.
        case ints([Int])
        /// A float of rank 0.
        case float(Float)
        /// An input that is left out.
        case absent
    }

    /// The ONNX operator type, as in `Conv`.
    public let type: String
    /// The attributes by name.
    public let attributes: [String: Attribute]
    /// Constants that follow the node's own inputs.
    public let trailing: [Constant]

    /// An operator of this type.
    public init(_ type: String, _ attributes: [String: Attribute] = [:], trailing: [Constant] = []) {
        self.type = type
        self.attributes = attributes
        self.trailing = trailing
    }
}
