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

    /// The gradients of the sum of `cotangents · outputs` at the inputs of the last `forward`.
    ///
    /// - Parameter cotangents: One tensor for each output, of its shape.
    /// - Returns: The gradients that were compiled in.
    /// - Throws: `BackendError` if the library underneath refuses.
    func backward(_ cotangents: [Tensor]) throws -> Gradients

    /// Uses other tensors for some parameters from now on; traps if a shape changes.
    func setParameters(_ parameters: [ValueID: Tensor])
}

/// What `Executable.backward` returns.
public struct Gradients: Sendable {
    /// For each input of the graph the gradient, if `Differentiation.inputs` was compiled in; zero where none
    /// flows.
    public let inputs: [Tensor]
    /// For each trainable parameter the gradient, if `Differentiation.parameters` was compiled in.
    public let parameters: [ValueID: Tensor]

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
    /// The library underneath refused; the message is its own.
    case library(String)

    /// The fault in words.
    public var description: String {
        switch self {
        case .invalidSize(let value, let batchSize):
            "value '\(value)' has no valid shape at batch size \(batchSize)"
        case .inputShape(let name, let expected, let found):
            "input '\(name)' has shape \(found), expected \(expected)"
        case .library(let message): message
        }
    }
}
