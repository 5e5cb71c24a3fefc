import BulwarkTensors
import Foundation

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
    /// What the classes of a classifier are called, if a node says so.
    private(set) var classNames: [String]?
    private var budget = FoldingBudget()
    let functions: [String: ONNXFunction]
    var reader: ONNXTensorReader
    /// The graphs that are being lowered, the innermost one last.
    var frames: [ONNXFrame]
    /// The element types of the results of the node that is being lowered, if not those of its signature.
    var resultTypes: [ONNXElementType]?
    /// How many nodes functions and bodies have unfolded into.
    var inlinedNodes = 0

    /// A graph without any node yet; for the parameters see `ONNXImporter`.
    init(
        _ source: ONNXSourceGraph,
        functions: [String: ONNXFunction],
        folder: URL?,
        firstAxisGrows: Bool
    ) {
        self.firstAxisGrows = firstAxisGrows
        self.functions = functions
        reader = ONNXTensorReader(folder: folder)
        frames = [ONNXFrame(body: source)]
    }

    /// Declares an input of the model.
    mutating func input(
        _ name: String,
        _ shape: SymbolicShape,
        type: ElementType = .float32
    ) throws -> ImportedValue {
        .value(try builder.input(name, shape, type: type))
    }

    /// Remembers what the classes of a classifier are called, in the order of its scores.
    mutating func offer(classNames: [String]) { self.classNames = classNames }

    /// Adds a remark once.
    mutating func note(_ text: String) { if noted.insert(text).inserted { notes.append(text) } }

    /// Raises the limits on constants for one that the file holds.
    mutating func admit(_ value: ImportedValue) { budget.add(value) }

    /// Takes the memory of a constant from the limits; false if it is more than is left.
    mutating func pays(for value: ImportedValue) -> Bool { budget.keeps([value], of: []) }

    /// Takes the memory of what a node gives from the limits on constants.
    ///
    /// What a node without inputs gives is in the file, and raises the limits instead, unless the node is
    /// lowered again and again.
    ///
    /// - Throws: `ONNXError` if it is more than is left, or a shape has too many axes.
    mutating func charge(
        _ results: [ImportedValue],
        of node: ONNXNode,
        isRepeated: Bool = false
    ) throws(ONNXError) {
        for case .integers(let array) in results where !array.shape.fits(IntegerFolding.maximumElements) {
            throw node.error("its integer result of shape \(array.shape) is too large")
        }
        if node.inputs.isEmpty, !isRepeated { return results.forEach { budget.add($0) } }
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

    /// The value of the graph behind an output of the model, or a parameter if it is known at import.
    ///
    /// - Throws: `ONNXError` if it is made of integers that floats do not carry.
    mutating func output(_ name: String, _ imported: ImportedValue, _ type: ONNXElementType) throws -> ValueID
    {
        if case .integers(let array) = imported {
            guard let numbers = array.fixed else {
                throw ONNXError.unsupportedInterface("output '\(name)' is made of the number of samples")
            }
            guard numbers.allSatisfy(ExactIntegers.contains) else {
                throw ONNXError.unsupportedInterface(
                    "output '\(name)' holds integers beyond \(ExactIntegers.largest)"
                )
            }
        }
        let id = try value(imported, name: name)
        if !type.isFloat { builder.declare(id, as: type.elementType) }
        return id
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
        for case (.integers(let array), _) in arguments { try checkCarried(array, node) }
        let constants = arguments.compactMap { argument, _ -> Tensor? in
            switch argument {
            case .value: nil
            case .constant(let tensor): tensor
            case .integers(let array): Tensor(array.shape, array.elements.map { Float($0.constant) })
            }
        }
        if constants.count == arguments.count, !arguments.isEmpty {
            let symbolic = try shapeRule(operation, node, constants.map { SymbolicShape($0.shape) })
            guard let shape = symbolic.fixed, shape.fits(GraphBuilder.maximumParameterElements) else {
                throw node.error("its constant result of shape \(symbolic) is too large")
            }
            guard budget.affords(operation, constants, shape) else { throw excess(node) }
            return .constant(operation.value(of: constants, shape: shape))
        }
        return try emitAtRunTime(operation, node, arguments: arguments)
    }

    /// Applies an operator when the model runs, even to what is known at import.
    mutating func emitAtRunTime(
        _ operation: some Operator,
        _ node: ONNXNode,
        arguments: [(ImportedValue, name: String)]
    ) throws -> ImportedValue {
        for case (.integers(let array), _) in arguments {
            try checkCarried(array, node)
            try charge(array.elements.count, for: node)
        }
        let ids = try arguments.map { try value($0.0, name: $0.name) }
        return .value(try builder.apply(operation, to: ids, name: node.name, output: node.outputName))
    }

    /// - Throws: `ONNXError` if integers known at import cannot be computed with as floats.
    private func checkCarried(_ array: IntegerArray, _ node: ONNXNode) throws(ONNXError) {
        for element in array.elements {
            guard let number = element.fixed else {
                throw node.error("computes with the batch size in a way that is not supported")
            }
            guard ExactIntegers.contains(number) else {
                throw node.error("computes with \(number), which is beyond what floats carry exactly")
            }
        }
    }

    /// What a node gives as a value of the element type that it declares: integers are kept exactly, and
    /// values that are computed when the model runs are marked as integers.
    ///
    /// - Throws: `ONNXError` if a constant is not of that type.
    mutating func settle(
        _ result: ImportedValue,
        _ type: ONNXElementType,
        _ node: ONNXNode
    ) throws(ONNXError) -> ImportedValue {
        switch result {
        case .value(let id):
            // What only changes its type on paper keeps the one it has.
            if !type.isFloat, builder.elementType(of: id) == .float32 {
                builder.declare(id, as: type.elementType)
            }
            return result
        case .constant(let tensor):
            guard let range = type.range else { return result }
            for element in tensor.elements {
                guard ExactIntegers.contains(element), range.contains(Int(element)) else {
                    throw node.error("gives \(element), which is not in \(type)")
                }
            }
            // What is too large to be a shape or a list of indices stays as it is.
            guard tensor.shape.fits(IntegerFolding.maximumElements) else { return result }
            let elements = tensor.elements.map { Dimension(constant: Int($0)) }
            return .integers(IntegerArray(shape: tensor.shape, elements: elements))
        case .integers(let array):
            guard let range = type.range else {
                guard let numbers = array.fixed else {
                    throw node.error("makes floats of numbers that depend on the batch size")
                }
                return .constant(Tensor(array.shape, numbers.map { Float($0) }))
            }
            // Extents that depend on the batch fit every type that exporters use for them.
            if let outside = array.elements.first(where: { !range.contains($0.fixed ?? 0) }) {
                throw node.error("gives \(outside), which is not in \(type)")
            }
            return result
        }
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
