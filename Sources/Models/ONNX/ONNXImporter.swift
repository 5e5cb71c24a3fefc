import BulwarkTensors
import Foundation

/// Lowers the nodes of an ONNX graph, in order, into a `Graph`.
struct ONNXImporter {
    private let source: ONNXSourceGraph
    private var lowering: ONNXLowering
    private var reader: ONNXTensorReader
    private var values: [String: ImportedValue] = [:]

    /// - Parameters:
    ///   - source: The graph in the file.
    ///   - folder: Where external data may be.
    ///   - firstAxisGrows: Whether a first axis declared as 1 stands for any number of samples.
    init(_ source: ONNXSourceGraph, folder: URL?, firstAxisGrows: Bool) {
        self.source = source
        lowering = ONNXLowering(firstAxisGrows: firstAxisGrows)
        reader = ONNXTensorReader(folder: folder)
    }

    /// Remarks collected while lowering.
    var notes: [String] { lowering.notes }

    /// The graph with these outputs.
    ///
    /// - Throws: `ONNXError`, or `GraphError` if operators do not fit together.
    mutating func graph(_ nodes: [Int], outputs: [String]) throws -> Graph {
        for input in source.inputs { try declare(input) }
        for position in nodes { try lower(position) }
        let results = try outputs.map { name -> ValueID in
            guard case .value(let id) = try value(name, readBy: "outputs") else {
                throw ONNXError.unsupportedInterface("output '\(name)' does not depend on the inputs")
            }
            return id
        }
        return lowering.graph(outputs: results)
    }

    private mutating func declare(_ input: Bulwark_Onnx_ValueInfo) throws {
        let type = input.type.tensorType
        guard input.type.hasTensorType, let element = ONNXElementType(rawValue: type.elemType),
            element.isFloat
        else {
            throw ONNXError.unsupportedInterface("input '\(input.name)' is not a tensor of floats")
        }
        if element != .float {
            lowering.note("input '\(input.name)' is declared as \(element); float32 is used")
        }
        guard type.hasShape else {
            throw ONNXError.unsupportedInterface("input '\(input.name)' has no declared shape")
        }
        let dimensions = try type.shape.dim.enumerated().map { axis, dimension -> Dimension in
            if dimension.hasDimValue, dimension.dimValue > 0 || axis > 0 {
                guard let size = Int(exactly: dimension.dimValue), size > 0 else {
                    throw ONNXError.unsupportedInterface(
                        "input '\(input.name)' has \(dimension.dimValue) as extent of axis \(axis)"
                    )
                }
                return axis == 0 && size == 1 && lowering.firstAxisGrows ? .batch : Dimension(constant: size)
            }
            guard axis == 0 else {
                throw ONNXError.unsupportedInterface(
                    "input '\(input.name)' leaves axis \(axis) open ('\(dimension.dimParam)'); "
                        + "only the first axis, the number of samples, may be"
                )
            }
            return .batch
        }
        values[input.name] = try lowering.input(input.name, SymbolicShape(dimensions))
    }

    private mutating func lower(_ position: Int) throws {
        let node = source.graph.node[position]
        let name = source.name(ofNode: position)
        guard let lower = OperatorTable.rows[node.opType] else {
            throw ONNXError.unsupportedOperators([.init(type: node.opType, node: name)])
        }
        var attributes: [String: Bulwark_Onnx_Attribute] = [:]
        for attribute in node.attribute {
            guard attributes.updateValue(attribute, forKey: attribute.name) == nil else {
                throw ONNXError.invalidNode(
                    node: name,
                    type: node.opType,
                    problem: "attribute \(attribute.name) is given twice"
                )
            }
        }
        if let maximum = OperatorTable.maximumInputs[node.opType], node.input.count > maximum {
            throw ONNXError.invalidNode(
                node: name,
                type: node.opType,
                problem: "takes at most \(maximum) inputs, found \(node.input.count)"
            )
        }
        let outputs = node.output
        let described = ONNXNode(
            name: name,
            type: node.opType,
            opset: source.opset,
            inputs: try node.input.map { $0.isEmpty ? nil : try value($0, readBy: name) },
            outputCount: outputs.count,
            outputName: outputs.first ?? name,
            attributes: attributes
        )
        let results = try lower(described, &lowering)
        try lowering.charge(results, of: described)
        for (output, result) in zip(outputs, results) where !output.isEmpty { values[output] = result }
    }

    private mutating func value(_ name: String, readBy node: String) throws(ONNXError) -> ImportedValue {
        if let known = values[name] { return known }
        guard let tensor = source.initializers[name] else { throw .undefinedInput(name: name, node: node) }
        let value = try reader.importedValue(tensor, name: name)
        if let type = ONNXElementType(rawValue: tensor.dataType), type.isFloat, type != .float {
            lowering.note("\(type) weights are computed in float32")
        }
        values[name] = value
        lowering.admit(value)
        return value
    }
}
