import BulwarkModels
import BulwarkTensors
import CKernels
import COneDNN

/// Collects the steps of a plan while a graph is walked: forwards, and then backwards.
///
/// A value is kept in whatever layouts it was asked for; the first is the one it was computed in. A gradient
/// is the sum of what the readers of a value contribute.
final class PlanBuilder {
    let graph: Graph
    let batchSize: Int
    let shapes: Shapes
    let differentiating: Differentiation
    let store: ParameterStore
    var memory = Memory()
    private(set) var forwardSteps: [any Step] = []
    private(set) var backwardSteps: [any Step] = []
    private(set) var preparations: [Preparation] = []
    /// The types of the operators that are computed as they are written.
    var plainOperators: [String] = []

    private var isBackward = false
    private let needsGradient: [Bool]
    private var stored: [ValueID: [Stored]] = [:]
    private var contributions: [ValueID: [(stored: Stored, isOwned: Bool)]] = [:]
    private var backwards: [() throws -> Void] = []
    /// Convolutions that take a gradient as it comes out of a maximum over their output.
    private var takingMaxima: Set<ValueID> = []
    private var maxima: [ValueID: MaximumGradient] = [:]
    private var dense: [Shape: Layout] = [:]

    init(_ graph: Graph, batchSize: Int, differentiating: Differentiation) throws {
        self.graph = graph
        self.batchSize = batchSize
        self.differentiating = differentiating
        shapes = try Shapes(graph, batchSize: batchSize)
        store = ParameterStore(graph.parameters)
        needsGradient = try GraphInterpreter.gradientFlow(graph, differentiating)
    }

    // MARK: What a value is

    func shape(_ id: ValueID) -> Shape { shapes[id] }

    /// Whether a gradient has to flow into a value.
    func needs(_ id: ValueID) -> Bool { needsGradient[id.index] }

    func isParameter(_ id: ValueID) -> Bool { graph.parameters[id] != nil }

    /// Whether a parameter stays as it is while the executable trains.
    func isFrozen(_ id: ValueID) -> Bool { isParameter(id) && !needs(id) }

    /// The row-major layout of a shape.
    func denseLayout(_ shape: Shape) throws -> Layout {
        if let known = dense[shape] { return known }
        let layout = try Layout.dense(shape)
        dense[shape] = layout
        return layout
    }

    // MARK: Steps

    /// Appends a step in the present direction.
    func emit(_ step: any Step) {
        // Preparations come before everything, so positions of steps begin at 0.
        let position = forwardSteps.count + backwardSteps.count
        for buffer in step.buffers { memory.use(buffer, at: position) }
        if isBackward { backwardSteps.append(step) } else { forwardSteps.append(step) }
    }

    /// Appends a primitive, with scratch memory of its own if it needs any.
    func emit(_ primitive: Primitive, _ parts: [(role: Role, buffer: Buffer)]) {
        var parts = parts
        if let scratch = primitive.layout(.scratch) {
            parts.append((.scratch, memory.make(bytes: scratch.size)))
        }
        emit(PrimitiveStep(primitive, parts))
    }

    /// Appends a loop of our own.
    func emit(_ buffers: [Buffer], _ body: @escaping (NativeStep.Pointers) -> Void) {
        emit(NativeStep(buffers, body: body))
    }

    /// Appends an operator as it is written.
    func emit(
        _ operands: [OperatorStep.Operand],
        results: [(buffer: Buffer, shape: Shape)],
        body: @escaping ([Tensor]) throws -> [Tensor]
    ) {
        emit(OperatorStep(operands, results: results, store: store, body: body))
    }

    func make(_ layout: Layout) -> Buffer { memory.make(bytes: layout.size) }

    /// Memory that is filled from parameters before the first run and whenever they change.
    func prepare(
        bytes: Int,
        _ fill: @escaping (ParameterStore, UnsafeMutablePointer<Float>) throws -> Void
    ) -> Buffer {
        let buffer = memory.make(bytes: bytes, .persistent)
        let target = TargetStep(buffer)
        preparations.append(
            Preparation(step: target) { store in try fill(store, target.address) }
        )
        return buffer
    }

    /// Parameters, rearranged from one layout to another.
    func prepare(
        from: Layout,
        to: Layout,
        _ source: @escaping (ParameterStore) -> Tensor
    ) throws -> Buffer {
        if from == to {
            return prepare(bytes: to.size) { store, target in
                let tensor = source(store)
                tensor.withUnsafePointer { target.update(from: $0, count: tensor.count) }
            }
        }
        let reorder = try self.reorder(from, to)
        return prepare(bytes: to.size) { store, target in
            try source(store).withUnsafePointer { address in
                try reorder.bind(.source, UnsafeMutableRawPointer(mutating: address))
                try reorder.bind(.destination, target)
                try reorder.run()
            }
        }
    }

    /// A primitive that rearranges, which needs no scratch memory.
    private func reorder(_ from: Layout, _ to: Layout) throws -> Primitive {
        guard let primitive = try Primitive({ onednn_reorder(from.handle, to.handle, &$0) }) else {
            throw BackendError.library("oneDNN cannot rearrange these layouts")
        }
        return primitive
    }

    // MARK: Values

    /// Notes where a value is.
    func define(_ id: ValueID, _ value: Stored) { stored[id, default: []].append(value) }

    /// A value in the layout it was computed in.
    func read(_ id: ValueID) throws -> Stored {
        if let first = stored[id]?.first { return first }
        let layout = try denseLayout(shape(id))
        let value: Stored
        if let position = graph.inputs.firstIndex(of: id) {
            value = Stored(
                buffer: memory.make(bytes: layout.size, .external(.input(position))),
                layout: layout
            )
        } else {
            precondition(isParameter(id), "a value is computed before it is read")
            value = Stored(buffer: try prepare(from: layout, to: layout) { $0[id] }, layout: layout)
        }
        define(id, value)
        return value
    }

    /// A value in a certain layout.
    func read(_ id: ValueID, as layout: Layout) throws -> Buffer {
        let first = try read(id)
        if let known = stored[id]?.first(where: { $0.layout == layout }) { return known.buffer }
        let converted = try convert(first, to: layout)
        define(id, Stored(buffer: converted, layout: layout))
        return converted
    }

    /// A value in row-major order.
    func readDense(_ id: ValueID) throws -> Buffer { try read(id, as: denseLayout(shape(id))) }

    /// The same numbers in another layout, in memory of their own unless it is the same one.
    func convert(_ value: Stored, to layout: Layout) throws -> Buffer {
        if value.layout == layout { return value.buffer }
        let target = make(layout)
        emit(try reorder(value.layout, layout), [(.source, value.buffer), (.destination, target)])
        return target
    }

    // MARK: Gradients

    /// Leaves something to do on the way back, which is walked in the opposite order.
    func onTheWayBack(_ body: @escaping () throws -> Void) { backwards.append(body) }

    /// Adds a part of the gradient of a value, if it is wanted.
    ///
    /// `isOwned` says that nobody else reads the memory, so that it can be written over.
    func contribute(_ id: ValueID, _ part: Stored, isOwned: Bool) {
        if needs(id) { contributions[id, default: []].append((part, isOwned)) }
    }

    /// The whole gradient of a value, or nil if nothing flows into it.
    func takeGradient(_ id: ValueID) throws -> (stored: Stored, isOwned: Bool)? {
        guard let parts = contributions.removeValue(forKey: id), let first = parts.first else { return nil }
        var sum = first
        for part in parts.dropFirst() { sum = try add(sum, part) }
        return sum
    }

    /// The gradient of a value in a certain layout, or nil if nothing flows into it.
    func takeGradient(_ id: ValueID, as layout: Layout) throws -> (buffer: Buffer, isOwned: Bool)? {
        guard let gradient = try takeGradient(id) else { return nil }
        let converted = try convert(gradient.stored, to: layout)
        return (converted, gradient.isOwned || converted != gradient.stored.buffer)
    }

    /// The gradient before an activation whose output is `output`, or nil if nothing flows into it.
    func takeGradient(_ id: ValueID, through activation: Activation?, output: Stored) throws -> Stored? {
        guard let activation else { return try takeGradient(id)?.stored }
        let layout = output.layout
        if let slope = activation.slope, let parts = contributions[id], parts.count == 2 {
            contributions[id] = nil
            let left = try convert(parts[0].stored, to: layout)
            let right = try convert(parts[1].stored, to: layout)
            let target = parts[0].isOwned || left != parts[0].stored.buffer ? left : make(layout)
            let count = Int64(layout.floats)
            emit([target, left, right, output.buffer]) {
                kernels_add_relu_backward($0[0], $0[1], $0[2], $0[3], slope, count)
            }
            return Stored(buffer: target, layout: layout)
        }
        guard let gradient = try takeGradient(id, as: layout) else { return nil }
        let target = gradient.isOwned ? gradient.buffer : make(layout)
        let kernel = activation.backwardFromOutput(count: layout.floats)
        emit([target, gradient.buffer, output.buffer]) { kernel($0[0], $0[1], $0[2]) }
        return Stored(buffer: target, layout: layout)
    }

    /// Says that whoever computed a value takes its gradient as it comes out of a maximum, if nothing else
    /// reads the value.
    func acceptMaximum(_ id: ValueID) { takingMaxima.insert(id) }

    /// Hands a gradient to the convolution before a maximum; false if that wants it spread out.
    func contribute(_ id: ValueID, _ gradient: MaximumGradient) -> Bool {
        let readers = graph.nodes.filter { $0.inputs.contains(id) }
        guard takingMaxima.contains(id), readers.count == 1, !graph.outputs.contains(id) else { return false }
        maxima[id] = gradient
        return true
    }

    /// The gradient of a value as it came out of a maximum, if it did.
    func takeMaximum(_ id: ValueID) -> MaximumGradient? { maxima.removeValue(forKey: id) }

    private func add(
        _ left: (stored: Stored, isOwned: Bool),
        _ right: (stored: Stored, isOwned: Bool)
    ) throws -> (stored: Stored, isOwned: Bool) {
        let layout = left.stored.layout
        let other = try convert(right.stored, to: layout)
        let isOtherOwned = right.isOwned || other != right.stored.buffer
        let target = left.isOwned ? left.stored.buffer : isOtherOwned ? other : make(layout)
        let count = Int64(layout.floats)
        emit([target, left.stored.buffer, other]) { kernels_add($0[0], $0[1], $0[2], count) }
        return (Stored(buffer: target, layout: layout), true)
    }

    // MARK: Ends

    /// Copies the outputs to where the caller wants them, walks back, and delivers the gradients.
    func finish() throws {
        for (position, id) in graph.outputs.enumerated() {
            let source = try readDense(id)
            let count = shape(id).count
            let target = memory.make(bytes: 0, .external(.output(position)))
            emit([target, source]) { $0[0].update(from: $0[1], count: count) }
        }
        guard !differentiating.isEmpty else { return }
        isBackward = true
        for (position, id) in graph.outputs.enumerated() where needs(id) {
            let layout = try denseLayout(shape(id))
            let cotangent = memory.make(bytes: layout.size, .external(.cotangent(position)))
            contribute(id, Stored(buffer: cotangent, layout: layout), isOwned: false)
        }
        for body in backwards.reversed() { try body() }
        if differentiating.contains(.inputs) {
            for (position, id) in graph.inputs.enumerated() { try deliver(id, to: .inputGradient(position)) }
        }
        if differentiating.contains(.parameters) {
            for (position, id) in graph.trainable.enumerated() {
                try deliver(id, to: .parameterGradient(position))
            }
        }
        keepInputs()
    }

    private func deliver(_ id: ValueID, to external: Memory.External) throws {
        let layout = try denseLayout(shape(id))
        let count = layout.floats
        guard let gradient = try takeGradient(id, as: layout) else {
            let target = memory.make(bytes: 0, .external(external))
            return emit([target]) { $0[0].update(repeating: 0, count: count) }
        }
        if gradient.isOwned, memory.place(of: gradient.buffer) == .arena {
            // Whoever wrote it last may as well write it to its destination.
            return memory.move(gradient.buffer, to: .external(external))
        }
        let target = memory.make(bytes: 0, .external(external))
        emit([target, gradient.buffer]) { $0[0].update(from: $0[1], count: count) }
    }

    /// Lets steps on the way back read copies of inputs, since the caller's tensors may be gone by then.
    private func keepInputs() {
        var kept: [NativeStep] = []
        for (id, values) in stored where graph.inputs.contains(id) {
            guard let external = values.first?.buffer, case .external = memory.place(of: external),
                backwardSteps.contains(where: { $0.buffers.contains(external) })
            else { continue }
            let count = shape(id).count
            let position = graph.inputs.firstIndex(of: id) ?? 0
            let source = memory.make(bytes: 0, .external(.input(position)))
            // The piece becomes memory of the plan, filled before the first step, in use throughout.
            memory.move(external, to: .persistent)
            kept.append(NativeStep([external, source]) { $0[0].update(from: $0[1], count: count) })
        }
        forwardSteps.insert(contentsOf: kept, at: 0)
    }
}

/// Tells a preparation where its memory is.
private final class TargetStep: Step {
    let buffers: [Buffer]
    private var target: UnsafeMutablePointer<Float>?

    init(_ buffer: Buffer) { buffers = [buffer] }

    var address: UnsafeMutablePointer<Float> {
        guard let target else { preconditionFailure("every buffer was bound") }
        return target
    }

    func bind(_ buffer: Buffer, to address: UnsafeMutableRawPointer) {
        target = address.assumingMemoryBound(to: Float.self)
    }

    func run() {}
}
