import BulwarkTensors
import Foundation
import SwiftProtobuf

/// Writes a graph as ONNX, operator set 17 or the first later one that has all of its operators.
public enum ONNXWriter {
    /// The operator set that is written if none of a graph's operators is newer.
    public static let opset = 17

    /// The bytes of a model file.
    ///
    /// The same graph gives the same bytes. Integers and truth values are floats in the file as they are in
    /// the graph, except for inputs and outputs that are declared otherwise and for operators that want them.
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
        let forms = graph.nodes.map(\.operation.onnx)
        let opset = forms.filter(\.domain.isEmpty).map(\.opset).reduce(Self.opset, max)
        let domains = Set(forms.map(\.domain)).subtracting([""]).sorted()
        model.opsetImport = [.with { $0.version = Int64(opset) }]
        for domain in domains {
            let version = forms.filter { $0.domain == domain }.map(\.opset).reduce(1, max)
            model.opsetImport.append(
                .with {
                    $0.domain = domain
                    $0.version = Int64(version)
                }
            )
        }
        var writer = ONNXGraphWriter(graph, opset: opset)
        model.graph = writer.written(name: name)
        return try model.serializedData()
    }
}
