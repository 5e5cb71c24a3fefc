import BulwarkModels
import BulwarkTensors
import Foundation

/// A model of a few nodes, written byte by byte: what tests of single operators are imported from.
///
/// The writer of the library is no help here, because it cannot write what is wrong. Field numbers: the ONNX
/// IR specification.
struct NodeModel {
    enum Attribute {
        case int(Int)
        case ints([Int])
        case float(Float)
        case floats([Float])
        case string(String)
        case tensor(Constant)
    }

    enum Constant {
        case floats([Float], [Int])
        case ints([Int], [Int])

        /// A vector of integers.
        static func list(_ numbers: Int...) -> Constant { .ints(numbers, [numbers.count]) }
        /// An integer of rank 0.
        static func number(_ number: Int) -> Constant { .ints([number], []) }
        /// A float of rank 0.
        static func scalar(_ number: Float) -> Constant { .floats([number], []) }
    }

    struct Node {
        let type: String
        let inputs: [String]
        let outputs: [String]
        let attributes: [String: Attribute]
    }

    let opset: Int
    let shape: [Int?]
    private var nodes: [Node] = []
    private var constants: [(String, Constant)] = []

    /// A model of one float input `x`, where nil stands for the number of samples, and the output `y`.
    init(opset: Int = 17, _ shape: [Int?]) {
        self.opset = opset
        self.shape = shape
    }

    /// This model with one more constant.
    func with(_ name: String, _ constant: Constant) -> NodeModel {
        var copy = self
        copy.constants.append((name, constant))
        return copy
    }

    /// This model with one more node.
    func node(
        _ type: String,
        _ inputs: [String] = ["x"],
        _ attributes: [String: Attribute] = [:],
        outputs: [String] = ["y"]
    ) -> NodeModel {
        var copy = self
        copy.nodes.append(Node(type: type, inputs: inputs, outputs: outputs, attributes: attributes))
        return copy
    }

    /// The model as the library reads it.
    func graph() throws -> Graph { try ONNXReader.read(bytes).graph }

    /// The output for an input whose first extent gives the number of samples.
    func run(_ input: Tensor) throws -> Tensor {
        let executable = try ReferenceBackend().compile(
            graph(),
            batchSize: input.shape.dimensions.first ?? 1,
            differentiating: []
        )
        return try executable.forward([input])[0]
    }

    /// The bytes of the file.
    var bytes: Data {
        var graph = Data()
        for node in nodes { graph.append(field: 1, message: bytes(of: node)) }
        graph.append(field: 2, text: "test")
        for (name, constant) in constants { graph.append(field: 5, message: bytes(of: constant, name: name)) }
        graph.append(field: 11, message: declaration("x", shape))
        graph.append(field: 12, message: declaration("y", nil))
        var opset = Data()
        opset.append(field: 2, number: self.opset)
        var model = Data()
        model.append(field: 1, number: 8)
        model.append(field: 7, message: graph)
        model.append(field: 8, message: opset)
        return model
    }

    private func bytes(of node: Node) -> Data {
        var data = Data()
        for input in node.inputs { data.append(field: 1, text: input) }
        for output in node.outputs { data.append(field: 2, text: output) }
        data.append(field: 3, text: "node")
        data.append(field: 4, text: node.type)
        for (name, attribute) in node.attributes.sorted(by: { $0.key < $1.key }) {
            var message = Data()
            message.append(field: 1, text: name)
            switch attribute {
            case .float(let number): message.append(field: 2, float: number)
            case .int(let number): message.append(field: 3, number: number)
            case .string(let text): message.append(field: 4, text: text)
            case .tensor(let constant): message.append(field: 5, message: bytes(of: constant, name: ""))
            case .floats(let numbers): for number in numbers { message.append(field: 7, float: number) }
            case .ints(let numbers): for number in numbers { message.append(field: 8, number: number) }
            }
            data.append(field: 5, message: message)
        }
        return data
    }

    private func bytes(of constant: Constant, name: String) -> Data {
        var data = Data()
        switch constant {
        case .floats(let numbers, let shape):
            for extent in shape { data.append(field: 1, number: extent) }
            data.append(field: 2, number: 1)
            for number in numbers { data.append(field: 4, float: number) }
        case .ints(let numbers, let shape):
            for extent in shape { data.append(field: 1, number: extent) }
            data.append(field: 2, number: 7)
            for number in numbers { data.append(field: 7, number: number) }
        }
        data.append(field: 8, text: name)
        return data
    }

    private func declaration(_ name: String, _ shape: [Int?]?) -> Data {
        var type = Data()
        type.append(field: 1, number: 1)
        if let shape {
            var extents = Data()
            for extent in shape {
                var dimension = Data()
                if let extent {
                    dimension.append(field: 1, number: extent)
                } else {
                    dimension.append(field: 2, text: "N")
                }
                extents.append(field: 1, message: dimension)
            }
            type.append(field: 2, message: extents)
        }
        var wrapped = Data()
        wrapped.append(field: 1, message: type)
        var data = Data()
        data.append(field: 1, text: name)
        data.append(field: 2, message: wrapped)
        return data
    }
}

/// The three wire types of protocol buffers that ONNX needs.
extension Data {
    fileprivate mutating func append(varint number: UInt64) {
        var rest = number
        while rest >= 0x80 {
            append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        append(UInt8(rest))
    }

    fileprivate mutating func append(field: UInt64, number: Int) {
        append(varint: field << 3)
        append(varint: UInt64(bitPattern: Int64(number)))
    }

    fileprivate mutating func append(field: UInt64, float: Float) {
        append(varint: field << 3 | 5)
        Swift.withUnsafeBytes(of: float.bitPattern.littleEndian) { append(contentsOf: $0) }
    }

    fileprivate mutating func append(field: UInt64, message: Data) {
        append(varint: field << 3 | 2)
        append(varint: UInt64(message.count))
        append(message)
    }

    fileprivate mutating func append(field: UInt64, text: String) {
        append(field: field, message: Data(text.utf8))
    }
}
