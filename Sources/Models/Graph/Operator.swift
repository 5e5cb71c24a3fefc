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

    /// How the operator is written in ONNX.
    var onnx: ONNXForm { get }

    /// The ONNX name of the operator, for messages.
    var name: String { get }
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

    /// The type of its ONNX form.
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
        /// A list of 32-bit floats.
        case floats([Float])
        /// A list of byte strings.
        case strings([String])
    }

    /// An input that is not a value of the graph but a constant of its own, such as the axes of `Squeeze`.
    public enum Constant: Sendable, Equatable {
        /// A vector of 64-bit integers.
        case ints([Int])
        /// A float of rank 0.
        case float(Float)
        /// A 64-bit integer of rank 0.
        case int(Int)
        /// A truth value of rank 0.
        case bool(Bool)
        /// A vector of floats.
        case floats([Float])
        /// A vector of 64-bit integers that may depend on the number of samples.
        case extents([Dimension])
        /// A 64-bit integer of rank 0 that may depend on the number of samples.
        case extent(Dimension)
        /// An array of 64-bit integers in row-major order, and its extents.
        case intTensor([Int], [Int])
        /// An input that is left out.
        case absent
    }

    /// The ONNX operator type, as in `Conv`.
    public let type: String
    /// The attributes by name.
    public let attributes: [String: Attribute]
    /// Constants that follow the node's own inputs.
    public let trailing: [Constant]
    /// Constants in front of some of the node's inputs, by their position among all.
    public let inserted: [Int: Constant]
    /// The domain of the operator; empty for the default one.
    public let domain: String
    /// The first version of the domain's operator set that has the operator in this form, or 17 for the
    /// default one, 3 for `ai.onnx.ml` and 1 for others.
    public let opset: Int
    /// Which of the operator's outputs is meant.
    public let output: Int
    /// How many outputs are written, for operators that have no optional ones.
    public let outputCount: Int
    /// The inputs that ONNX wants as something else than floats: indices, conditions.
    ///
    /// All values of a graph are carried as floats, so a cast is written in front of them.
    public let inputTypes: [Int: ElementType]
    /// What ONNX gives as the output; a cast to floats is written behind anything else.
    public let outputType: ElementType

    /// An operator of this type.
    public init(
        _ type: String,
        _ attributes: [String: Attribute] = [:],
        trailing: [Constant] = [],
        inserted: [Int: Constant] = [:],
        domain: String = "",
        opset: Int? = nil,
        output: Int = 0,
        outputCount: Int? = nil,
        inputTypes: [Int: ElementType] = [:],
        outputType: ElementType = .float32
    ) {
        // A type may carry its domain: `ai.onnx.ml.Scaler`.
        let dot = type.lastIndex(of: ".")
        self.type = dot.map { String(type[type.index(after: $0)...]) } ?? type
        self.domain = dot.map { String(type[..<$0]) } ?? domain
        self.attributes = attributes
        self.trailing = trailing
        self.inserted = inserted
        self.opset = opset ?? (self.domain == "ai.onnx.ml" ? 3 : self.domain.isEmpty ? 17 : 1)
        self.output = output
        self.outputCount = max(outputCount ?? 0, output + 1)
        self.inputTypes = inputTypes
        self.outputType = outputType
    }
}
