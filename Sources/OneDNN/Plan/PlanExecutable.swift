import BulwarkModels
import BulwarkTensors
import COneDNN

/// A graph compiled into steps over one piece of memory.
///
/// Running it asks for no memory of our own, unless the graph holds operators without a fast form.
final class PlanExecutable: Executable {
    let batchSize: Int
    private let graph: Graph
    private let shapes: Shapes
    private let differentiating: Differentiation
    private let forwardSteps: [any Step]
    private let backwardSteps: [any Step]
    private let preparations: [Preparation]
    private let store: ParameterStore
    private let arena: UnsafeMutableRawPointer
    private var isPrepared = false
    /// The steps that work on a tensor of the caller, with the address they know.
    private var externals: [Memory.External: Link] = [:]

    private struct Link {
        var steps: [(step: any Step, buffer: Buffer)]
        var address: UnsafeMutableRawPointer?
    }

    /// Lays out the memory of a finished builder and tells every step where things are.
    init(_ builder: PlanBuilder) throws {
        batchSize = builder.batchSize
        graph = builder.graph
        shapes = builder.shapes
        differentiating = builder.differentiating
        forwardSteps = builder.forwardSteps
        backwardSteps = builder.backwardSteps
        preparations = builder.preparations
        store = builder.store
        let layout = builder.memory.layOut()
        arena = .allocate(byteCount: max(layout.size, 1), alignment: Memory.alignment)
        // Blocks that are not full are padded with zeros, which nobody writes.
        arena.initializeMemory(as: UInt8.self, repeating: 0, count: max(layout.size, 1))
        for step in forwardSteps + backwardSteps + preparations.map(\.step) {
            for buffer in Set(step.buffers) {
                if let offset = layout.offsets[buffer.index] {
                    try step.bind(buffer, to: arena + offset)
                } else if case .external(let external) = builder.memory.place(of: buffer) {
                    externals[external, default: Link(steps: [])].steps.append((step, buffer))
                }
            }
        }
    }

    deinit { arena.deallocate() }

    func forward(_ inputs: [Tensor]) throws -> [Tensor] {
        var outputs = graph.outputs.map { Tensor(shapes[$0]) }
        try forward(inputs, into: &outputs)
        return outputs
    }

    func forward(_ inputs: [Tensor], into outputs: inout [Tensor]) throws {
        precondition(inputs.count == graph.inputs.count, "one tensor for each input of the graph")
        for (id, tensor) in zip(graph.inputs, inputs) where tensor.shape != shapes[id] {
            throw BackendError.inputShape(name: graph[id].name, expected: shapes[id], found: tensor.shape)
        }
        for (id, tensor) in zip(graph.inputs, inputs) where !graph[id].type.isFloatingPoint {
            try GraphInterpreter.checkIntegers(in: tensor, ofInput: id, graph)
        }
        // The addresses stay good while the arrays hold the tensors, and nobody else can write to them.
        for position in inputs.indices {
            try link(
                .input(position),
                inputs[position].withUnsafePointer { UnsafeMutableRawPointer(mutating: $0) }
            )
        }
        for position in graph.outputs.indices {
            precondition(
                outputs[position].shape == shapes[graph.outputs[position]],
                "outputs have their shapes"
            )
            try link(
                .output(position),
                outputs[position].withUnsafeMutablePointer { UnsafeMutableRawPointer($0) }
            )
        }
        let entered = onednn_enter()
        defer { onednn_leave(entered) }
        if !isPrepared {
            for preparation in preparations { try preparation.run(store) }
            isPrepared = true
        }
        for step in forwardSteps { try step.run() }
        withExtendedLifetime(inputs) {}
    }

    func backward(_ cotangents: [Tensor]) throws -> Gradients {
        var gradients = Gradients(
            inputs: differentiating.contains(.inputs) ? graph.inputs.map { Tensor(shapes[$0]) } : [],
            parameters: differentiating.contains(.parameters)
                ? Dictionary(uniqueKeysWithValues: graph.trainable.map { ($0, Tensor(shapes[$0])) }) : [:]
        )
        try backward(cotangents, into: &gradients)
        return gradients
    }

    func backward(_ cotangents: [Tensor], into gradients: inout Gradients) throws {
        precondition(cotangents.count == graph.outputs.count, "one cotangent for each output of the graph")
        for position in cotangents.indices {
            precondition(cotangents[position].shape == shapes[graph.outputs[position]], "cotangents fit")
            try link(
                .cotangent(position),
                cotangents[position].withUnsafePointer { UnsafeMutableRawPointer(mutating: $0) }
            )
        }
        for position in gradients.inputs.indices {
            try link(
                .inputGradient(position),
                gradients.inputs[position].withUnsafeMutablePointer { UnsafeMutableRawPointer($0) }
            )
        }
        if differentiating.contains(.parameters) {
            for (position, id) in graph.trainable.enumerated() {
                let address = gradients.parameters[id]?.withUnsafeMutablePointer {
                    UnsafeMutableRawPointer($0)
                }
                guard let address else { preconditionFailure("there is a gradient for each parameter") }
                try link(.parameterGradient(position), address)
            }
        }
        let entered = onednn_enter()
        defer { onednn_leave(entered) }
        for step in backwardSteps { try step.run() }
        withExtendedLifetime(cotangents) {}
    }

    func setParameters(_ parameters: [ValueID: Tensor]) {
        guard !parameters.isEmpty else { return }
        for (id, tensor) in parameters { store.replace(id, with: tensor) }
        isPrepared = false
    }

    private func link(_ external: Memory.External, _ address: UnsafeMutableRawPointer) throws {
        guard let link = externals[external], link.address != address else { return }
        for (step, buffer) in link.steps { try step.bind(buffer, to: address) }
        externals[external]?.address = address
    }
}

/// Something computed from parameters whenever they change, such as weights in a primitive's own layout.
final class Preparation {
    let step: any Step
    private let fill: (ParameterStore) throws -> Void

    /// - Parameters:
    ///   - step: Tells the preparation where its memory is.
    ///   - fill: Computes, given the parameters.
    init(step: any Step, fill: @escaping (ParameterStore) throws -> Void) {
        self.step = step
        self.fill = fill
    }

    func run(_ store: ParameterStore) throws { try fill(store) }
}

/// The shape of every value of a graph at one number of samples.
struct Shapes {
    private var shapes: [Shape?]

    /// - Throws: `BackendError.invalidSize` if a value has no shape at that size.
    init(_ graph: Graph, batchSize: Int) throws {
        shapes = Array(repeating: nil, count: graph.values.count)
        for id in graph.inputs + graph.outputs + graph.parameters.keys + graph.nodes.map(\.output) {
            do {
                shapes[id.index] = try graph[id].shape.resolved(batchSize: batchSize)
            } catch {
                throw BackendError.invalidSize(value: graph[id].name, batchSize: batchSize)
            }
        }
    }

    subscript(id: ValueID) -> Shape {
        guard let shape = shapes[id.index] else { preconditionFailure("every live value has a shape") }
        return shape
    }
}
