import BulwarkTensors

/// Makes a `Graph`, node by node; shapes are checked as it goes.
public struct GraphBuilder: Sendable {
    /// The most elements a value may have for a single sample: 2²⁸, a gibibyte of floats.
    public static let maximumElements = 1 << 28
    /// The most elements a parameter may have: 2³², sixteen gibibytes of floats, which a file has to hold.
    public static let maximumParameterElements = 1 << 32

    private var values: [Graph.Value] = []
    private var names: Set<String> = []
    /// The last number put behind a name that was taken, so that a thousand equal names stay quick.
    private var suffixes: [String: Int] = [:]
    private var inputs: [ValueID] = []
    private var nodes: [Graph.Node] = []
    private var parameters: [ValueID: Tensor] = [:]
    private var trainable: [ValueID] = []

    /// An empty graph.
    public init() {}

    /// A builder that goes on where a graph ends, whose values keep their identifiers.
    public init(extending graph: Graph) {
        values = graph.values
        names = Set(graph.values.map(\.name))
        inputs = graph.inputs
        nodes = graph.nodes
        parameters = graph.parameters
        trainable = graph.trainable
    }

    /// Declares a value that callers supply.
    ///
    /// - Parameters:
    ///   - name: Its name.
    ///   - shape: Its shape.
    ///   - type: What its elements are; all are carried as floats.
    /// - Returns: The value.
    /// - Throws: `GraphError` if the shape is too large.
    public mutating func input(
        _ name: String,
        _ shape: SymbolicShape,
        type: ElementType = .float32
    ) throws(GraphError) -> ValueID {
        let id = try define(name, shape)
        inputs.append(id)
        declare(id, as: type)
        return id
    }

    /// Says of a value that its elements are integers or truth values.
    ///
    /// An executable refuses to go on once they are not.
    package mutating func declare(_ id: ValueID, as type: ElementType) {
        values[id.index] = Graph.Value(
            name: values[id.index].name,
            shape: values[id.index].shape,
            type: type
        )
    }

    /// What the elements of a value defined before are.
    func elementType(of id: ValueID) -> ElementType { values[id.index].type }

    /// Declares a tensor that belongs to the model.
    ///
    /// - Throws: `GraphError` if the tensor is too large.
    public mutating func parameter(
        _ name: String,
        _ tensor: Tensor,
        isTrainable: Bool = false
    ) throws(GraphError) -> ValueID {
        let id = try define(name, SymbolicShape(tensor.shape), limit: Self.maximumParameterElements)
        parameters[id] = tensor
        if isTrainable { trainable.append(id) }
        return id
    }

    /// Applies an operator to values defined before.
    ///
    /// - Parameters:
    ///   - operation: What to compute.
    ///   - inputs: What it reads.
    ///   - name: A name for the node; the operator's own with a number if nil.
    ///   - output: A name for its output; made from the node's if nil. A name already taken gets a suffix.
    /// - Returns: The node's output.
    /// - Throws: `GraphError` naming the node if the inputs do not fit.
    public mutating func apply(
        _ operation: any Operator,
        to inputs: [ValueID],
        name: String? = nil,
        output: String? = nil
    ) throws(GraphError) -> ValueID {
        let name = name ?? "\(operation.name)_\(nodes.count)"
        let shape: SymbolicShape
        do {
            shape = try operation.outputShape(for: inputs.map { self.shape(of: $0) })
        } catch {
            throw .invalidNode(name: name, type: operation.name, problem: error)
        }
        let id = try define(output ?? "\(name)_output", shape)
        nodes.append(Graph.Node(name: name, operation: operation, inputs: inputs, output: id))
        return id
    }

    /// The shape of a value defined before.
    public func shape(of id: ValueID) -> SymbolicShape { values[id.index].shape }

    /// The tensor of a parameter, or nil for other values.
    package func parameterTensor(_ id: ValueID) -> Tensor? { parameters[id] }

    /// The graph with these outputs; parts that no output depends on are left out.
    public func graph(outputs: [ValueID]) -> Graph {
        Graph(
            values: values,
            inputs: inputs,
            outputs: outputs,
            parameters: parameters,
            trainable: trainable,
            nodes: nodes
        ).selecting(outputs: outputs)
    }

    private mutating func define(
        _ name: String,
        _ shape: SymbolicShape,
        limit: Int = maximumElements
    ) throws(GraphError) -> ValueID {
        guard let size = try? shape.resolved(batchSize: 1), size.fits(limit) else {
            throw .valueTooLarge(name: name, shape: shape)
        }
        var unique = name
        while !names.insert(unique).inserted {
            let suffix = suffixes[name, default: 0] + 1
            suffixes[name] = suffix
            unique = "\(name)_\(suffix)"
        }
        values.append(Graph.Value(name: unique, shape: shape, type: .float32))
        return ValueID(values.count - 1)
    }
}

/// Why operators do not form a graph.
public enum GraphError: Error, Equatable, CustomStringConvertible {
    /// A node's operator refuses its inputs.
    case invalidNode(name: String, type: String, problem: OperatorError)
    /// A value would have more elements than `GraphBuilder.maximumElements`.
    case valueTooLarge(name: String, shape: SymbolicShape)

    /// The fault in words.
    public var description: String {
        switch self {
        case .invalidNode(let name, let type, let problem): "node '\(name)' (\(type)): \(problem)"
        case .valueTooLarge(let name, let shape):
            "value '\(name)' of shape \(shape) has an invalid size or more than \(GraphBuilder.maximumElements) elements a sample"
        }
    }
}
