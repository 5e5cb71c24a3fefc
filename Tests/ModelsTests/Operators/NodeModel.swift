import BulwarkModels
import BulwarkTensors
import Foundation

/// A model of a few nodes, written byte by byte: what tests of single operators are imported from.
///
/// The writer of the library is no help here, because it cannot write what is wrong. Field numbers: the ONNX
/// IR specification.
struct NodeModel: Sendable {
    indirect enum Attribute: Sendable {
        case int(Int)
        case ints([Int])
        case float(Float)
        case floats([Float])
        case string(String)
        case tensor(Constant)
        case graph(NodeModel)
        /// Inside a function: the attribute of the call.
        case reference(String)
    }

    enum Constant: Sendable {
        case floats([Float], [Int])
        case ints([Int], [Int])
        /// Elements of 32 bits or fewer, by the number of their type.
        case small([Int], [Int], type: Int)
        /// Floats in a file beside the model, as these entries in their order say.
        case external([Int], KeyValuePairs<String, String>)

        /// A vector of integers.
        static func list(_ numbers: Int...) -> Constant { .ints(numbers, [numbers.count]) }
        /// An integer of rank 0.
        static func number(_ number: Int) -> Constant { .ints([number], []) }
        /// A float of rank 0.
        static func scalar(_ number: Float) -> Constant { .floats([number], []) }
    }

    struct Node: Sendable {
        let type: String
        let domain: String
        let inputs: [String]
        let outputs: [String]
        let attributes: [String: Attribute]
    }

    /// An extent: a number, or a name for one that is open.
    enum Extent: Sendable, ExpressibleByIntegerLiteral, ExpressibleByStringLiteral {
        case fixed(Int)
        case open(String)

        init(integerLiteral value: Int) { self = .fixed(value) }
        init(stringLiteral value: String) { self = .open(value) }
    }

    /// An input or output: its name, the number of its element type (1 float, 7 int64, 9 bool), its extents.
    struct Port: Sendable {
        let name: String
        let type: Int
        let shape: [Extent]?

        init(_ name: String, _ shape: [Extent]?, type: Int = 1) {
            self.name = name
            self.type = type
            self.shape = shape
        }
    }

    let opset: Int
    private let inputs: [Port]
    private let outputs: [Port]
    private var nodes: [Node] = []
    private var constants: [(String, Constant)] = []
    private var functions: [(name: String, attributes: [String], body: NodeModel)] = []

    /// A model of one float input `x`, where nil stands for the number of samples, and the output `y`.
    init(opset: Int = 17, _ shape: [Int?]) {
        let extents = shape.map { $0.map(Extent.fixed) ?? .open("N") }
        self.init(opset: opset, inputs: [Port("x", extents)], outputs: [Port("y", nil)])
    }

    /// A model, or the body of a branch or function, with these inputs and outputs.
    init(opset: Int = 17, inputs: [Port], outputs: [Port]) {
        self.opset = opset
        self.inputs = inputs
        self.outputs = outputs
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
        outputs: [String] = ["y"],
        domain: String = ""
    ) -> NodeModel {
        var copy = self
        copy.nodes.append(
            Node(type: type, domain: domain, inputs: inputs, outputs: outputs, attributes: attributes)
        )
        return copy
    }

    /// This model with a function of its own, in the domain `test`.
    func function(_ name: String, attributes: [String] = [], _ body: NodeModel) -> NodeModel {
        var copy = self
        copy.functions.append((name, attributes, body))
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
        var model = Data()
        model.append(field: 1, number: 8)
        model.append(field: 7, message: graphBytes)
        model.append(field: 8, message: operatorSet("", opset))
        if !functions.isEmpty { model.append(field: 8, message: operatorSet("test", 1)) }
        for function in functions {
            var message = Data()
            message.append(field: 1, text: function.name)
            for input in function.body.inputs { message.append(field: 4, text: input.name) }
            for output in function.body.outputs { message.append(field: 5, text: output.name) }
            for attribute in function.attributes { message.append(field: 6, text: attribute) }
            for node in function.body.nodes { message.append(field: 7, message: bytes(of: node)) }
            message.append(field: 9, message: operatorSet("", opset))
            message.append(field: 10, text: "test")
            model.append(field: 25, message: message)
        }
        return model
    }

    /// The bytes of the graph alone.
    private var graphBytes: Data {
        var graph = Data()
        for node in nodes { graph.append(field: 1, message: bytes(of: node)) }
        graph.append(field: 2, text: "test")
        for (name, constant) in constants { graph.append(field: 5, message: bytes(of: constant, name: name)) }
        for input in inputs { graph.append(field: 11, message: declaration(input)) }
        for output in outputs { graph.append(field: 12, message: declaration(output)) }
        return graph
    }

    private func operatorSet(_ domain: String, _ version: Int) -> Data {
        var data = Data()
        if !domain.isEmpty { data.append(field: 1, text: domain) }
        data.append(field: 2, number: version)
        return data
    }

    private func bytes(of node: Node) -> Data {
        var data = Data()
        for input in node.inputs { data.append(field: 1, text: input) }
        for output in node.outputs { data.append(field: 2, text: output) }
        data.append(field: 3, text: "node")
        data.append(field: 4, text: node.type)
        if !node.domain.isEmpty { data.append(field: 7, text: node.domain) }
        for (name, attribute) in node.attributes.sorted(by: { $0.key < $1.key }) {
            var message = Data()
            message.append(field: 1, text: name)
            switch attribute {
            case .float(let number): message.append(field: 2, float: number)
            case .int(let number): message.append(field: 3, number: number)
            case .string(let text): message.append(field: 4, text: text)
            case .graph(let model): message.append(field: 6, message: model.graphBytes)
            case .reference(let name): message.append(field: 21, text: name)
            case .tensor(let constant): message.append(field: 5, message: bytes(of: constant, name: ""))
            case .floats(let numbers): for number in numbers { message.append(field: 7, float: number) }
            case .ints(let numbers): for number in numbers { message.append(field: 8, number: number) }
            }
            data.append(field: 5, message: message)
        }
        return data
    }

    /// A tensor as it stands in a file of its own.
    func bytes(of constant: Constant, name: String) -> Data {
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
        case .small(let numbers, let shape, let type):
            for extent in shape { data.append(field: 1, number: extent) }
            data.append(field: 2, number: type)
            for number in numbers { data.append(field: 5, number: number) }
        case .external(let shape, let entries):
            for extent in shape { data.append(field: 1, number: extent) }
            data.append(field: 2, number: 1)
            for (key, value) in entries {
                var entry = Data()
                entry.append(field: 1, text: key)
                entry.append(field: 2, text: value)
                data.append(field: 13, message: entry)
            }
            data.append(field: 14, number: 1)
        }
        data.append(field: 8, text: name)
        return data
    }

    private func declaration(_ port: Port) -> Data {
        var type = Data()
        type.append(field: 1, number: port.type)
        if let shape = port.shape {
            var extents = Data()
            for extent in shape {
                var dimension = Data()
                switch extent {
                case .fixed(let size): dimension.append(field: 1, number: size)
                case .open(let name) where name.isEmpty: break
                case .open(let name): dimension.append(field: 2, text: name)
                }
                extents.append(field: 1, message: dimension)
            }
            type.append(field: 2, message: extents)
        }
        var wrapped = Data()
        wrapped.append(field: 1, message: type)
        var data = Data()
        data.append(field: 1, text: port.name)
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
