import BulwarkTensors
import Foundation
import SwiftProtobuf

/// Writes a graph as ONNX, operator set 17.
public enum ONNXWriter {
    /// The operator set that is written.
    public static let opset = 17

    /// The bytes of a model file.
    ///
    /// The same graph gives the same bytes.
    ///
    /// - Parameters:
    ///   - graph: What to write. The batch axis is written as `N`.
    ///   - name: The name of the graph in the file.
    ///   - version: The version of the program that writes, for the producer field.
    /// - Returns: A protocol buffer message.
    /// - Throws: `BinaryEncodingError` if the model exceeds what a protocol buffer message holds (2 GiB).
    public static func data(for graph: Graph, name: String, version: String) throws -> Data {
        var model = Bulwark_Onnx_Model()
        model.irVersion = 8
        model.producerName = "bulwark"
        model.producerVersion = version
        model.opsetImport = [.with { $0.version = Int64(opset) }]
        model.graph = self.graph(graph, name: name)
        return try model.serializedData()
    }

    private static func graph(_ graph: Graph, name: String) -> Bulwark_Onnx_Graph {
        var result = Bulwark_Onnx_Graph()
        result.name = name
        result.input = graph.inputs.map { valueInfo(graph[$0]) }
        result.output = graph.outputs.map { valueInfo(graph[$0]) }
        for id in graph.parameters.keys.sorted(by: { $0.index < $1.index }) {
            guard let tensor = graph.parameters[id] else { continue }
            result.initializer.append(initializer(graph[id].name, tensor))
        }
        var names = Set(graph.values.map(\.name))
        for node in graph.nodes {
            let form = node.operation.onnx
            var written = Bulwark_Onnx_Node()
            written.opType = form.type
            written.name = node.name
            written.output = [graph[node.output].name]
            written.input = node.inputs.map { graph[$0].name }
            for (position, constant) in form.trailing.enumerated() {
                guard let tensor = self.tensor(constant) else {
                    written.input.append("")
                    continue
                }
                var name = "\(node.name)_\(form.type.lowercased())_\(position)"
                while !names.insert(name).inserted { name += "_" }
                result.initializer.append(tensor.named(name))
                written.input.append(name)
            }
            while written.input.last?.isEmpty == true { written.input.removeLast() }
            written.attribute = form.attributes.sorted { $0.key < $1.key }.map { attribute($0.key, $0.value) }
            result.node.append(written)
        }
        return result
    }

    private static func valueInfo(_ value: Graph.Value) -> Bulwark_Onnx_ValueInfo {
        .with { info in
            info.name = value.name
            info.type.tensorType.elemType = ONNXElementType.float.rawValue
            info.type.tensorType.shape.dim = value.shape.dimensions.map { dimension in
                .with {
                    if let size = dimension.fixed {
                        $0.dimValue = Int64(size)
                    } else {
                        $0.dimParam = dimension.description
                    }
                }
            }
        }
    }

    private static func initializer(_ name: String, _ tensor: Tensor) -> Bulwark_Onnx_Tensor {
        .with {
            $0.name = name
            $0.dims = tensor.shape.dimensions.map { Int64($0) }
            $0.dataType = ONNXElementType.float.rawValue
            $0.rawData = tensor.littleEndianData
        }
    }

    private static func tensor(_ constant: ONNXForm.Constant) -> Bulwark_Onnx_Tensor? {
        switch constant {
        case .absent: nil
        case .float(let value): initializer("", Tensor(scalar: value))
        case .ints(let values):
            .with {
                $0.dims = [Int64(values.count)]
                $0.dataType = ONNXElementType.int64.rawValue
                $0.int64Data = values.map { Int64($0) }
            }
        }
    }

    /// `AttributeProto.AttributeType`: FLOAT 1, INT 2, STRING 3, INTS 7.
    private static func attribute(_ name: String, _ value: ONNXForm.Attribute) -> Bulwark_Onnx_Attribute {
        .with {
            $0.name = name
            switch value {
            case .float(let number):
                $0.f = number
                $0.type = 1
            case .int(let number):
                $0.i = Int64(number)
                $0.type = 2
            case .string(let text):
                $0.s = Data(text.utf8)
                $0.type = 3
            case .ints(let numbers):
                $0.ints = numbers.map { Int64($0) }
                $0.type = 7
            }
        }
    }
}

extension Bulwark_Onnx_Tensor {
    fileprivate func named(_ name: String) -> Bulwark_Onnx_Tensor {
        var copy = self
        copy.name = name
        return copy
    }
}

extension Tensor {
    /// The elements as little-endian bytes.
    fileprivate var littleEndianData: Data {
        var data = Data(capacity: count * MemoryLayout<Float>.stride)
        for element in elements {
            withUnsafeBytes(of: element.bitPattern.littleEndian) { data.append(contentsOf: $0) }
        }
        return data
    }
}
