import BulwarkTensors

/// Runs a graph as it is written, one operator after the other.
///
/// Slow, plain, and what faster backends are checked against.
public struct ReferenceBackend: Backend {
    /// A reference backend.
    public init() {}

    /// `reference`.
    public var name: String { "reference" }

    /// Prepares a graph for a fixed number of samples.
    ///
    /// - Throws: `BackendError.invalidSize` if a value has no shape at that size.
    public func compile(
        _ graph: Graph,
        batchSize: Int,
        differentiating: Differentiation
    ) throws -> any Executable {
        try GraphInterpreter(graph, batchSize: batchSize, differentiating: differentiating)
    }
}

/// Walks a graph forwards and backwards, one operator after the other.
package final class GraphInterpreter: Executable {
    package let batchSize: Int
    private let graph: Graph
    private let shapes: [ValueID: Shape]
    private let differentiating: Differentiation
    /// Whether a gradient has to flow into a value.
    private let needsGradient: [Bool]
    private var tensors: [Tensor?]

    package init(_ graph: Graph, batchSize: Int, differentiating: Differentiation) throws {
        self.graph = graph
        self.batchSize = batchSize
        self.differentiating = differentiating
        let live = Set(graph.inputs + graph.outputs + graph.parameters.keys + graph.nodes.map(\.output))
        var shapes: [ValueID: Shape] = [:]
        for id in live {
            do {
                shapes[id] = try graph[id].shape.resolved(batchSize: batchSize)
            } catch {
                throw BackendError.invalidSize(value: graph[id].name, batchSize: batchSize)
            }
        }
        self.shapes = shapes
        needsGradient = try Self.gradientFlow(graph, differentiating)
        tensors = Array(repeating: nil, count: graph.values.count)
        for (id, tensor) in graph.parameters { tensors[id.index] = tensor }
    }

    /// The values that a gradient has to flow into.
    ///
    /// Nothing flows back through operators that move in steps, and so nothing is asked of what they read.
    ///
    /// - Throws: `BackendError.undifferentiated` if a gradient that is wanted would have to pass an operator
    ///   that has none.
    package static func gradientFlow(
        _ graph: Graph,
        _ differentiating: Differentiation
    ) throws(BackendError) -> [Bool] {
        var needs = [Bool](repeating: false, count: graph.values.count)
        if differentiating.contains(.inputs) {
            for id in graph.inputs { needs[id.index] = graph[id].type.isFloatingPoint }
        }
        if differentiating.contains(.parameters) { for id in graph.trainable { needs[id.index] = true } }
        for node in graph.nodes where node.inputs.contains(where: { needs[$0.index] }) {
            needs[node.output.index] = node.operation.sensitivity != .piecewiseConstant
        }
        var arrives = [Bool](repeating: false, count: graph.values.count)
        for id in graph.outputs { arrives[id.index] = true }
        for node in graph.nodes.reversed() where arrives[node.output.index] && needs[node.output.index] {
            guard node.operation.sensitivity != .undifferentiated else {
                throw .undifferentiated(node: node.name, type: node.operation.name)
            }
            for input in node.inputs { arrives[input.index] = true }
        }
        return needs
    }

    package func forward(_ inputs: [Tensor]) throws -> [Tensor] {
        precondition(inputs.count == graph.inputs.count, "one tensor for each input of the graph")
        for (id, tensor) in zip(graph.inputs, inputs) {
            guard tensor.shape == shapes[id] else {
                throw BackendError.inputShape(
                    name: graph[id].name,
                    expected: shapes[id] ?? [],
                    found: tensor.shape
                )
            }
            try Self.checkIntegers(in: tensor, ofInput: id, graph)
            tensors[id.index] = tensor
        }
        for node in graph.nodes {
            let output = node.operation.value(
                of: node.inputs.map(tensor(for:)),
                shape: shape(of: node.output)
            )
            try Self.checkIntegers(in: output, of: node, graph)
            tensors[node.output.index] = output
        }
        return graph.outputs.map(tensor(for:))
    }

    package func backward(_ cotangents: [Tensor]) throws -> Gradients {
        var gradients = [Tensor?](repeating: nil, count: graph.values.count)
        for (id, cotangent) in zip(graph.outputs, cotangents) {
            accumulate(cotangent, into: &gradients[id.index])
        }
        for node in graph.nodes.reversed() {
            guard needsGradient[node.output.index], let cotangent = gradients[node.output.index] else {
                continue
            }
            gradients[node.output.index] = nil
            let contributions = node.operation.vjp(
                cotangent,
                inputs: node.inputs.map(tensor(for:)),
                output: tensor(for: node.output),
                needed: node.inputs.map { needsGradient[$0.index] }
            )
            for (input, contribution) in zip(node.inputs, contributions) {
                if let contribution { accumulate(contribution, into: &gradients[input.index]) }
            }
        }
        func gradient(_ id: ValueID) -> Tensor { gradients[id.index] ?? Tensor(shape(of: id)) }
        return Gradients(
            inputs: differentiating.contains(.inputs) ? graph.inputs.map(gradient) : [],
            parameters: differentiating.contains(.parameters)
                ? Dictionary(uniqueKeysWithValues: graph.trainable.map { ($0, gradient($0)) }) : [:]
        )
    }

    package func setParameters(_ parameters: [ValueID: Tensor]) {
        for (id, tensor) in parameters {
            precondition(tensors[id.index]?.shape == tensor.shape, "a parameter keeps its shape")
            tensors[id.index] = tensor
        }
    }

    /// - Throws: `BackendError.inputElement` if an input holds something that is not of its type.
    package static func checkIntegers(
        in tensor: Tensor,
        ofInput id: ValueID,
        _ graph: Graph
    ) throws(BackendError) {
        if let value = outsider(tensor, graph[id].type) {
            throw .inputElement(name: graph[id].name, value: value)
        }
    }

    /// - Throws: `BackendError.inexactInteger` if a node gave something that is not of its type.
    package static func checkIntegers(
        in output: Tensor,
        of node: Graph.Node,
        _ graph: Graph
    ) throws(BackendError) {
        let type = graph[node.output].type
        let isInteger = node.operation.givesIntegers && type.isFloatingPoint
        if let value = outsider(output, isInteger ? .int64 : type) {
            throw .inexactInteger(node: node.name, type: node.operation.name, value: value)
        }
    }

    /// An element that is not of a type, or that floats do not carry exactly.
    private static func outsider(_ tensor: Tensor, _ type: ElementType) -> Float? {
        guard let range = ONNXElementType(type).range else { return nil }
        let limits = (
            Float(max(range.lowerBound, -ExactIntegers.largest)),
            Float(min(range.upperBound, ExactIntegers.largest))
        )
        return tensor.elements.first {
            !($0 >= limits.0 && $0 <= limits.1 && $0.rounded(.towardZero) == $0)
        }
    }

    private func tensor(for id: ValueID) -> Tensor {
        guard let tensor = tensors[id.index] else { preconditionFailure("forward runs before backward") }
        return tensor
    }

    private func shape(of id: ValueID) -> Shape {
        guard let shape = shapes[id] else { preconditionFailure("every live value has a shape") }
        return shape
    }

    private func accumulate(_ tensor: Tensor, into sum: inout Tensor?) {
        if sum == nil { sum = tensor } else { sum? += tensor }
    }
}
