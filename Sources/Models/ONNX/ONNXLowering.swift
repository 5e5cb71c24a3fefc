import BulwarkTensors

/// Turns ONNX nodes into nodes of a `Graph`, folding what is known at import.
struct ONNXLowering {
    private(set) var builder = GraphBuilder()
    /// Whether a first axis declared as 1 stands for any number of samples.
    let firstAxisGrows: Bool
    /// Constants that became parameters, so that a shared weight stays one.
    private var materialized: [String: ValueID] = [:]
    /// Remarks for the reader of a report, as in "weights converted from double".
    private(set) var notes: [String] = []
    private var noted: Set<String> = []
    private var budget = FoldingBudget()

    /// An empty graph.
    init(firstAxisGrows: Bool = false) { self.firstAxisGrows = firstAxisGrows }

    /// Declares an input of the model.
    mutating func input(_ name: String, _ shape: SymbolicShape) throws -> ImportedValue {
        .value(try builder.input(name, shape))
    }

    /// Adds a remark once.
    mutating func note(_ text: String) { if noted.insert(text).inserted { notes.append(text) } }

    /// Raises the limits on constants for one that the file holds.
    mutating func admit(_ value: ImportedValue) { budget.add(value) }

    /// Takes the memory of what a node gives from the limits on constants.
    ///
    /// - Throws: `ONNXError` if it is more than is left, or a shape has too many axes.
    mutating func charge(_ results: [ImportedValue], of node: ONNXNode) throws(ONNXError) {
        for case .integers(let array) in results where !array.shape.fits(IntegerFolding.maximumElements) {
            throw node.error("its integer result of shape \(array.shape) is too large")
        }
        if node.inputs.isEmpty { return results.forEach { budget.add($0) } }
        guard budget.keeps(results, of: node.inputs) else { throw excess(node) }
    }

    /// Takes memory that an operator needs for itself, in floats, from the limits on constants.
    ///
    /// - Throws: `ONNXError` if it is more than is left.
    mutating func charge(_ elements: Int, for node: ONNXNode) throws(ONNXError) {
        guard budget.take(elements) else { throw excess(node) }
    }

    private func excess(_ node: ONNXNode) -> ONNXError {
        node.error("computes more with constants than the size of the file accounts for")
    }

    /// The graph with these outputs.
    func graph(outputs: [ValueID]) -> Graph { builder.graph(outputs: outputs) }

    /// The shape of what an input stands for.
    func shape(of value: ImportedValue) -> SymbolicShape {
        switch value {
        case .value(let id): builder.shape(of: id)
        case .constant(let tensor): SymbolicShape(tensor.shape)
        case .integers(let array): SymbolicShape(array.shape)
        }
    }

    /// A value of the graph for what an input stands for; constants become parameters called `name`.
    mutating func value(_ imported: ImportedValue, name: String) throws(GraphError) -> ValueID {
        switch imported {
        case .value(let id): return id
        case .constant(let tensor): return try parameter(name, tensor)
        case .integers(let array):
            // Only batch-independent integers get here; `ONNXNode` and `emit` refuse the others.
            let numbers = array.elements.map { Float($0.constant) }
            return try parameter(name, Tensor(array.shape, numbers))
        }
    }

    private mutating func parameter(_ name: String, _ tensor: Tensor) throws(GraphError) -> ValueID {
        if let known = materialized[name], builder.parameterTensor(known)?.isBitwiseEqual(to: tensor) == true
        {
            return known
        }
        let id = try builder.parameter(name, tensor)
        materialized[name] = id
        return id
    }

    /// Applies an operator to inputs `indices` of a node (all of them if nil).
    ///
    /// With only constants the result is folded.
    mutating func emit(
        _ operation: some Operator,
        _ node: ONNXNode,
        inputs indices: [Int]? = nil
    ) throws -> ImportedValue {
        let arguments = try (indices ?? Array(node.inputs.indices)).map { try ($0, node.input($0)) }
        return try emit(operation, node, arguments: arguments.map { ($1, "\(node.name).\($0)") })
    }

    /// Applies an operator to arguments, each with the name it gets if it is a constant.
    mutating func emit(
        _ operation: some Operator,
        _ node: ONNXNode,
        arguments: [(ImportedValue, name: String)]
    ) throws -> ImportedValue {
        for (argument, _) in arguments {
            if case .integers(let array) = argument, array.fixed == nil {
                throw node.error("computes with the batch size in a way that is not supported")
            }
        }
        let constants = arguments.compactMap { argument, _ -> Tensor? in
            switch argument {
            case .value: nil
            case .constant(let tensor): tensor
            case .integers(let array): Tensor(array.shape, array.elements.map { Float($0.constant) })
            }
        }
        if constants.count == arguments.count, !arguments.isEmpty {
            let symbolic = try shapeRule(operation, node, constants.map { SymbolicShape($0.shape) })
            guard let shape = symbolic.fixed, shape.fits(GraphBuilder.maximumElements) else {
                throw node.error("its constant result of shape \(symbolic) is too large")
            }
            guard budget.affords(operation, constants, shape) else { throw excess(node) }
            return .constant(operation.value(of: constants, shape: shape))
        }
        for case (.integers(let array), _) in arguments { try charge(array.elements.count, for: node) }
        let ids = try arguments.map { try value($0.0, name: $0.name) }
        return .value(try builder.apply(operation, to: ids, name: node.name, output: node.outputName))
    }

    private func shapeRule(
        _ operation: some Operator,
        _ node: ONNXNode,
        _ shapes: [SymbolicShape]
    ) throws(ONNXError) -> SymbolicShape {
        do {
            return try operation.outputShape(for: shapes)
        } catch {
            throw node.error(error.description)
        }
    }
}
