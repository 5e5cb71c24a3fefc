import BulwarkTensors

/// A value inside a graph: an input, a parameter or the output of a node.
public struct ValueID: Hashable, Sendable {
    /// The position in `Graph.values`.
    public let index: Int

    /// The value at a position of `Graph.values`.
    package init(_ index: Int) { self.index = index }
}

/// A model as a list of operators in evaluation order.
///
/// A graph that exists is acyclic, and the shape of every value is known up to the batch size: the only way
/// to make one is `GraphBuilder`, whose nodes can read only what is there already.
public struct Graph: Sendable {
    /// A name, a shape, and what the elements are.
    public struct Value: Sendable {
        /// The name, unique inside the graph.
        public let name: String
        /// The shape, where `N` is the number of samples.
        public let shape: SymbolicShape
        /// What the elements are; floats unless a file says otherwise.
        ///
        /// Integers and truth values are carried as floats, too.
        public let type: ElementType
    }

    /// One application of an operator.
    public struct Node: Sendable {
        /// The name, for messages.
        public let name: String
        /// What it computes.
        public let operation: any Operator
        /// What it reads.
        public let inputs: [ValueID]
        /// What it defines.
        public let output: ValueID
    }

    /// Every value, by `ValueID.index`.
    public let values: [Value]
    /// What a caller supplies.
    public let inputs: [ValueID]
    /// What a caller gets.
    public let outputs: [ValueID]
    /// The values that are tensors of the model itself: weights and constants.
    public let parameters: [ValueID: Tensor]
    /// The parameters that training changes; a subset of `parameters`.
    public let trainable: [ValueID]
    /// The operators, each after everything it reads.
    public let nodes: [Node]

    /// The name and shape of a value.
    public subscript(id: ValueID) -> Value { values[id.index] }

    /// The node that defines a value, or nil for inputs and parameters.
    public func definition(of id: ValueID) -> Node? { nodes.first { $0.output == id } }

    /// The number of floats in all parameters.
    public var parameterCount: Int { parameters.values.reduce(0) { $0 + $1.count } }

    /// Whether gradients tell anything about this graph: some path leads from an input made of floats to an
    /// output through operators that pass them on.
    public var isDifferentiable: Bool {
        var reached = Set(inputs.filter { self[$0].type.isFloatingPoint })
        for node in nodes where node.inputs.contains(where: reached.contains) {
            switch node.operation.sensitivity {
            case .differentiable, .straightThrough: reached.insert(node.output)
            case .piecewiseConstant, .undifferentiated: break
            }
        }
        return outputs.contains(where: reached.contains)
    }

    /// The same graph with other tensors for some parameters; traps if a shape changes.
    public func replacingParameters(_ replacements: [ValueID: Tensor]) -> Graph {
        var parameters = parameters
        for (id, tensor) in replacements {
            precondition(parameters[id]?.shape == tensor.shape, "a parameter keeps its shape")
            parameters[id] = tensor
        }
        return Graph(
            values: values,
            inputs: inputs,
            outputs: outputs,
            parameters: parameters,
            trainable: trainable,
            nodes: nodes
        )
    }

    /// The part of this graph that `outputs` depend on, with those outputs.
    ///
    /// Inputs stay even if nothing reads them, so that callers supply the same tensors as before.
    public func selecting(outputs: [ValueID]) -> Graph {
        var needed = Set(outputs)
        var kept: [Node] = []
        for node in nodes.reversed() where needed.contains(node.output) {
            kept.append(node)
            needed.formUnion(node.inputs)
        }
        return Graph(
            values: values,
            inputs: inputs,
            outputs: outputs,
            parameters: parameters.filter { needed.contains($0.key) },
            trainable: trainable.filter(needed.contains),
            nodes: kept.reversed()
        )
    }

    package init(
        values: [Value],
        inputs: [ValueID],
        outputs: [ValueID],
        parameters: [ValueID: Tensor],
        trainable: [ValueID],
        nodes: [Node]
    ) {
        self.values = values
        self.inputs = inputs
        self.outputs = outputs
        self.parameters = parameters
        self.trainable = trainable
        self.nodes = nodes
    }
}
