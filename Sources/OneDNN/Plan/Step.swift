import BulwarkModels
import BulwarkTensors

/// One thing that a plan does, on memory that it has been told the addresses of.
protocol Step: AnyObject {
    /// What it reads or writes.
    var buffers: [Buffer] { get }

    /// Says where a piece of memory is from now on.
    func bind(_ buffer: Buffer, to address: UnsafeMutableRawPointer) throws

    /// Computes.
    ///
    /// - Throws: `BackendError`.
    func run() throws
}

/// A primitive of oneDNN.
final class PrimitiveStep: Step {
    let primitive: Primitive
    private let parts: [(role: Role, buffer: Buffer)]

    init(_ primitive: Primitive, _ parts: [(role: Role, buffer: Buffer)]) {
        self.primitive = primitive
        self.parts = parts
    }

    var buffers: [Buffer] { parts.map(\.buffer) }

    func bind(_ buffer: Buffer, to address: UnsafeMutableRawPointer) throws {
        for part in parts where part.buffer == buffer { try primitive.bind(part.role, address) }
    }

    func run() throws { try primitive.run() }
}

/// A loop of our own over the floats of a few buffers.
final class NativeStep: Step {
    typealias Pointers = [UnsafeMutablePointer<Float>]

    let buffers: [Buffer]
    private var pointers: Pointers
    private let body: (Pointers) -> Void

    /// A step whose `body` gets an address for each of `buffers`.
    init(_ buffers: [Buffer], body: @escaping (Pointers) -> Void) {
        self.buffers = buffers
        self.body = body
        // Every one of them is replaced before the first run.
        let nowhere = UnsafeMutableRawPointer.allocate(byteCount: 1, alignment: 1)
        pointers = buffers.map { _ in nowhere.assumingMemoryBound(to: Float.self) }
        nowhere.deallocate()
    }

    func bind(_ buffer: Buffer, to address: UnsafeMutableRawPointer) {
        for (position, candidate) in buffers.enumerated() where candidate == buffer {
            pointers[position] = address.assumingMemoryBound(to: Float.self)
        }
    }

    func run() { body(pointers) }
}

/// An operator computed as it is written, forwards or backwards.
///
/// It reads its operands where they are; what it makes is copied to where it belongs.
final class OperatorStep: Step {
    /// Where an operand comes from.
    enum Operand {
        case parameter(ValueID)
        case buffer(Buffer, Shape)
    }

    let buffers: [Buffer]
    private let operands: [Operand]
    private let results: [(buffer: Buffer, shape: Shape)]
    private let store: ParameterStore
    private var addresses: [Buffer: UnsafeMutablePointer<Float>] = [:]
    /// Each operand that lies in a buffer, where it lies.
    private var borrowed: [Tensor?]
    private let body: ([Tensor]) throws -> [Tensor]

    /// A step that gives `body` the operands and puts what it returns into `results`, in order.
    init(
        _ operands: [Operand],
        results: [(buffer: Buffer, shape: Shape)],
        store: ParameterStore,
        body: @escaping ([Tensor]) throws -> [Tensor]
    ) {
        self.operands = operands
        self.results = results
        self.store = store
        self.body = body
        borrowed = operands.map { _ in nil }
        buffers =
            operands.compactMap { if case .buffer(let buffer, _) = $0 { buffer } else { nil } }
            + results.map(\.buffer)
    }

    func bind(_ buffer: Buffer, to address: UnsafeMutableRawPointer) {
        let floats = address.assumingMemoryBound(to: Float.self)
        addresses[buffer] = floats
        for (position, operand) in operands.enumerated() {
            if case .buffer(buffer, let shape) = operand { borrowed[position] = .borrowing(floats, shape) }
        }
    }

    func run() throws {
        let tensors = zip(operands, borrowed).map { operand, tensor in
            switch operand {
            case .parameter(let id): store[id]
            case .buffer:
                if let tensor { tensor } else { preconditionFailure("every buffer was bound") }
            }
        }
        let made = try body(tensors)
        precondition(made.count == results.count, "an operator gives what it announced")
        for (tensor, result) in zip(made, results) {
            let target = address(result.buffer)
            tensor.withUnsafePointer { target.update(from: $0, count: result.shape.count) }
        }
    }

    private func address(_ buffer: Buffer) -> UnsafeMutablePointer<Float> {
        guard let address = addresses[buffer] else { preconditionFailure("every buffer was bound") }
        return address
    }
}

/// The parameters that an executable uses at present.
final class ParameterStore {
    private var tensors: [ValueID: Tensor]

    init(_ tensors: [ValueID: Tensor]) { self.tensors = tensors }

    /// The tensor of a parameter; traps for anything else.
    subscript(id: ValueID) -> Tensor {
        guard let tensor = tensors[id] else { preconditionFailure("only parameters have tensors") }
        return tensor
    }

    /// Takes another tensor for a parameter; traps if the shape changes.
    func replace(_ id: ValueID, with tensor: Tensor) {
        precondition(self[id].shape == tensor.shape, "a parameter keeps its shape")
        tensors[id] = tensor
    }
}
