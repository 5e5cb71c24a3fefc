import BulwarkTensors

/// Turns a graph into something that runs fast on one kind of hardware.
public protocol Backend: Sendable {
    /// A name for reports, as in `onednn`.
    var name: String { get }

    /// Compiles a graph for a fixed number of samples.
    ///
    /// - Throws: `BackendError` if the graph cannot run at that size.
    func compile(_ graph: Graph, batchSize: Int, differentiating: Differentiation) throws -> any Executable
}

/// What a compiled graph gives gradients with respect to.
public struct Differentiation: OptionSet, Sendable, Hashable {
    /// The set as bits.
    public let rawValue: Int

    /// A set from its bits.
    public init(rawValue: Int) { self.rawValue = rawValue }

    /// Gradients with respect to the graph's inputs.
    public static let inputs = Differentiation(rawValue: 1)
    /// Gradients with respect to the trainable parameters.
    public static let parameters = Differentiation(rawValue: 2)
}

/// A compiled graph with its own buffers: forward, and backward to inputs, to parameters, or to both.
///
/// Used by one thread at a time.
public protocol Executable: AnyObject {
    /// The number of samples it was compiled for.
    var batchSize: Int { get }

    /// The outputs for inputs `[batchSize, …]`, in the graph's order.
    ///
    /// - Throws: `BackendError` if an input has another shape than the graph says.
    func forward(_ inputs: [Tensor]) throws -> [Tensor]

    /// The same as `forward`, into tensors that are there already.
    ///
    /// - Parameters:
    ///   - inputs: One tensor for each input of the graph.
    ///   - outputs: One tensor of the right shape for each output; overwritten.
    /// - Throws: `BackendError` if an input has another shape than the graph says.
    func forward(_ inputs: [Tensor], into outputs: inout [Tensor]) throws

    /// The gradients of the sum of `cotangents · outputs` at the inputs of the last `forward`.
    ///
    /// - Parameter cotangents: One tensor for each output, of its shape.
    /// - Returns: The gradients that were compiled in.
    /// - Throws: `BackendError` if the library underneath refuses.
    func backward(_ cotangents: [Tensor]) throws -> Gradients

    /// The same as `backward`, into tensors that are there already.
    ///
    /// - Parameters:
    ///   - cotangents: One tensor for each output, of its shape.
    ///   - gradients: What an earlier `backward` returned, or tensors of the same shapes; overwritten.
    /// - Throws: `BackendError` if the library underneath refuses.
    func backward(_ cotangents: [Tensor], into gradients: inout Gradients) throws

    /// Uses other tensors for some parameters from now on; traps if a shape changes.
    func setParameters(_ parameters: [ValueID: Tensor])
}

extension Executable {
    /// Replaces the outputs by those of `forward`.
    public func forward(_ inputs: [Tensor], into outputs: inout [Tensor]) throws {
        outputs = try forward(inputs)
    }

    /// Replaces the gradients by those of `backward`.
    public func backward(_ cotangents: [Tensor], into gradients: inout Gradients) throws {
        gradients = try backward(cotangents)
    }
}

/// What `Executable.backward` returns.
public struct Gradients: Sendable {
    /// For each input of the graph the gradient, if `Differentiation.inputs` was compiled in; zero where none
    /// flows.
    public var inputs: [Tensor]
    /// For each trainable parameter the gradient, if `Differentiation.parameters` was compiled in.
    public var parameters: [ValueID: Tensor]

    /// The two sets of gradients.
    public init(inputs: [Tensor], parameters: [ValueID: Tensor]) {
        self.inputs = inputs
        self.parameters = parameters
    }
}

/// Why a graph cannot be compiled or run.
public enum BackendError: Error, Equatable, CustomStringConvertible {
    /// A value has no valid shape at this batch size.
    case invalidSize(value: String, batchSize: Int)
    /// An input has another shape than the graph declares.
    case inputShape(name: String, expected: Shape, found: Shape)
    /// An input that is declared to hold integers or truth values holds something that floats do not carry
    /// exactly as one of them.
    case inputElement(name: String, value: Float)
    /// A node that gives integers or truth values came to something that floats do not carry exactly as one
    /// of them.
    case inexactInteger(node: String, type: String, value: Float)
    /// A gradient would have to pass a node whose operator has none written down.
    case undifferentiated(node: String, type: String)
    /// The library underneath refused; the message is its own.
    case library(String)

    /// The fault in words.
    public var description: String {
        switch self {
        case .invalidSize(let value, let batchSize):
            "value '\(value)' has no valid shape at batch size \(batchSize)"
        case .inputShape(let name, let expected, let found):
            "input '\(name)' has shape \(found), expected \(expected)"
        case .inputElement(let name, let value):
            "input '\(name)' holds integers up to \(ExactIntegers.largest) in magnitude, not \(value)"
        case .inexactInteger(let node, let type, let value):
            "node '\(node)' (\(type)) gives \(value), which is no integer up to \(ExactIntegers.largest)"
        case .undifferentiated(let node, let type):
            "no gradient passes node '\(node)' (\(type)): the derivative of its operator is not written down"
        case .library(let message): message
        }
    }
}
