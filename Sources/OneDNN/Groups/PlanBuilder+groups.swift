import BulwarkModels
import BulwarkTensors

extension PlanBuilder {
    /// Emits the steps of one group, and leaves those of the way back.
    func emit(_ group: Group) throws {
        let node = group.core
        guard graph[node.output].type.isFloatingPoint, !node.operation.givesIntegers else {
            return try emitOperators(group)
        }
        if let function = group.function {
            if try !emitSmoothFunction(function, group.inputs[0], group.output) { try emitOperators(group) }
            return
        }
        let isDone: Bool
        switch node.operation {
        case let conv as Conv: isDone = try emit(conv, group)
        case is BatchNormalization: isDone = try emitChannelwise(group)
        case is MatMul, is Gemm: isDone = try emitProduct(group)
        case let pool as MaxPool: isDone = try emit(pool, group)
        case is GlobalMaxPool: isDone = try emit(MaxPool(covering: shape(group.inputs[0])), group)
        case let pool as AveragePool: isDone = try emit(pool, node)
        case is GlobalAveragePool: isDone = try emitGlobalAverage(node)
        case let softmax as Softmax: isDone = try emit(softmax, node)
        case let layer as LayerNormalization: isDone = try emit(layer, node)
        case is Add: isDone = try emitSum(node)
        case is Mul: isDone = try emitProductOfElements(node)
        case is Reshape, is Flatten, is Squeeze, is Unsqueeze: isDone = try emitView(node)
        default:
            isDone =
                try emitActivation(node) || emitSmoothFunction(node.operation, node.inputs[0], node.output)
        }
        if !isDone { try emitOperators(group) }
    }

    /// The nodes of a group one by one, as they are written.
    private func emitOperators(_ group: Group) throws {
        // Where nodes have changed places, the order of the graph counts.
        var current = group.inputs == group.core.inputs ? group.core.output : group.inputs[0]
        if group.inputs == group.core.inputs { try emitOperator(group.core) }
        while current != group.output {
            guard let next = graph.nodes.first(where: { $0.inputs.contains(current) && reaches($0, group) })
            else { preconditionFailure("a group ends with its output") }
            try emitOperator(next)
            current = next.output
        }
    }

    /// Whether a node belongs to a group: what lies inside a group has one reader only.
    private func reaches(_ node: Graph.Node, _ group: Group) -> Bool {
        var output = node.output
        while output != group.output {
            let readers = graph.nodes.filter { $0.inputs.contains(output) }
            guard readers.count == 1 else { return false }
            output = readers[0].output
        }
        return true
    }

    /// One node as its operator says.
    func emitOperator(_ node: Graph.Node) throws {
        let operation = node.operation
        plainOperators.append(operation.name)
        let shape = shape(node.output)
        let operands = try node.inputs.map(operand)
        let output = make(try denseLayout(shape))
        let graph = graph
        emit(operands, results: [(output, shape)]) {
            let result = operation.value(of: $0, shape: shape)
            try GraphInterpreter.checkIntegers(in: result, of: node, graph)
            return [result]
        }
        define(node.output, Stored(buffer: output, layout: try denseLayout(shape)))
        guard needs(node.output) else { return }
        let needed = node.inputs.map(needs)
        onTheWayBack { [self] in
            let layout = try denseLayout(shape)
            guard let gradient = try takeGradient(node.output, as: layout) else { return }
            let wanted = node.inputs.indices.filter { needed[$0] }
            let results = try wanted.map { index in
                let shape = self.shape(node.inputs[index])
                return (buffer: make(try denseLayout(shape)), shape: shape)
            }
            let operands =
                try node.inputs.map(operand) + [.buffer(output, shape), .buffer(gradient.buffer, shape)]
            emit(operands, results: results) { tensors in
                let gradients = operation.vjp(
                    tensors[tensors.count - 1],
                    inputs: Array(tensors.dropLast(2)),
                    output: tensors[tensors.count - 2],
                    needed: needed
                )
                return wanted.map { index in
                    guard let gradient = gradients[index] else {
                        preconditionFailure("\(operation.name) gives every gradient it is asked for")
                    }
                    return gradient
                }
            }
            for (index, result) in zip(wanted, results) {
                let stored = Stored(buffer: result.buffer, layout: try denseLayout(result.shape))
                contribute(node.inputs[index], stored, isOwned: true)
            }
        }
    }

    private func operand(_ id: ValueID) throws -> OperatorStep.Operand {
        isParameter(id) ? .parameter(id) : .buffer(try readDense(id), shape(id))
    }

    // MARK: What needs no computation

    /// An operator that only gives the elements another shape.
    private func emitView(_ node: Graph.Node) throws -> Bool {
        let (input, output) = (node.inputs[0], node.output)
        let (before, after) = (try denseLayout(shape(input)), try denseLayout(shape(output)))
        define(output, Stored(buffer: try readDense(input), layout: after))
        onTheWayBack { [self] in
            guard let gradient = try takeGradient(output, as: after) else { return }
            contribute(input, Stored(buffer: gradient.buffer, layout: before), isOwned: gradient.isOwned)
        }
        return true
    }
}
