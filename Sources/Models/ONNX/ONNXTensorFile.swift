import BulwarkTensors
import Foundation

/// One tensor in a file of its own, as the tests that the ONNX project publishes hold inputs and outputs.
package struct ONNXTensorFile: Sendable {
    /// The name of the tensor, which may be empty.
    package let name: String
    /// The type of its elements, as in `float16`.
    package let elementType: String
    /// The elements; floats may be NaN or infinite.
    package let content: ONNXConstant

    /// Reads a tensor from bytes.
    ///
    /// - Throws: `ONNXError` if the bytes are no tensor of numbers.
    package init(_ data: Data) throws(ONNXError) {
        let tensor: Bulwark_Onnx_Tensor = try ONNXReader.decode(data, as: .tensor)
        name = tensor.name
        guard let type = ONNXElementType(rawValue: tensor.dataType) else {
            throw .invalidTensor(
                name: tensor.name,
                problem: "element type \(tensor.dataType) is not supported"
            )
        }
        elementType = "\(type)"
        var reader = ONNXTensorReader(folder: nil)
        content = try reader.content(of: tensor, type, name: tensor.name)
    }
}

/// What a model file says on the outside: its inputs, its outputs, and the operators it uses.
package struct ONNXOutline: Sendable {
    /// An input or output.
    package struct Port: Sendable {
        /// Its name.
        package let name: String
        /// The type of its elements, as in `int64`; nil if it is no tensor of numbers or truth values.
        package let elementType: String?
        /// The axes whose extents are left open, with the names under which a length can be given.
        package let openAxes: [Int: String]
    }

    /// The inputs that a caller supplies.
    package let inputs: [Port]
    /// The outputs.
    package let outputs: [Port]
    /// The operators of the graph, in order.
    package let operators: [String]
    /// The operators of the graph and of everything inside it.
    package let allOperators: Set<String>

    /// Reads the outline of a model from bytes.
    ///
    /// - Throws: `ONNXError` if the bytes are no model.
    package init(_ data: Data) throws(ONNXError) {
        let model: Bulwark_Onnx_Model = try ONNXReader.decode(data, as: .model)
        inputs = model.graph.input.map(Self.port)
        outputs = model.graph.output.map(Self.port)
        operators = model.graph.node.map(ONNXSourceGraph.qualifiedType)
        var all: Set<String> = []
        try Self.collect(model.graph.node, into: &all, depth: 0)
        for function in model.functions { try Self.collect(function.node, into: &all, depth: 0) }
        allOperators = all
    }

    private static func port(_ info: Bulwark_Onnx_ValueInfo) -> Port {
        let type = ONNXElementType(rawValue: info.type.tensorType.elemType)
        var open: [Int: String] = [:]
        for (axis, dimension) in info.type.tensorType.shape.dim.enumerated() where !dimension.hasDimValue {
            open[axis] = dimension.name(ofAxis: axis, input: info.name)
        }
        return Port(
            name: info.name,
            elementType: info.type.hasTensorType ? type.map { "\($0)" } : nil,
            openAxes: open
        )
    }

    private static func collect(
        _ nodes: [Bulwark_Onnx_Node],
        into all: inout Set<String>,
        depth: Int
    ) throws(ONNXError) {
        for node in nodes {
            all.insert(ONNXSourceGraph.qualifiedType(node))
            for attribute in node.attribute where attribute.hasG && depth < ONNXSourceGraph.maximumDepth {
                let graph: Bulwark_Onnx_Graph = try ONNXReader.decode(attribute.g, as: .graph)
                try collect(graph.node, into: &all, depth: depth + 1)
            }
        }
    }
}
