import Foundation

extension ONNXReader {
    /// The files that hold weights of a model besides its own, as the model names them: relative to its folder.
    ///
    /// What a model computes depends on these as much as on its own file, so whoever means the model means them
    /// too. Subgraphs and functions of the model are looked into, whether anything uses them or not.
    ///
    /// - Parameter data: The bytes of an ONNX file.
    /// - Returns: Each file once, in the order of their names; none if all weights are in the file.
    /// - Throws: `ONNXError.malformed` if the bytes are no such model, `.externalData` if a place is not given once.
    public static func externalFiles(of data: Data) throws(ONNXError) -> [String] {
        let model: Bulwark_Onnx_Model = try decode(data, as: .model)
        var places = try places(in: model.graph, depth: 0)
        for function in model.functions {
            places.formUnion(try Self.places(in: function.node, depth: 0))
            places.formUnion(try Self.places(in: function.attributeProto, depth: 0))
        }
        return places.sorted()
    }

    /// The deepest nesting of subgraphs that is looked into; models that are read have less.
    private static let maximumDepth = 16

    private static func places(
        in graph: Bulwark_Onnx_Graph,
        depth: Int
    ) throws(ONNXError) -> Set<String> {
        guard depth <= maximumDepth else { throw .malformed("its subgraphs are nested too deeply") }
        var places = try places(in: graph.node, depth: depth)
        for tensor in graph.initializer { places.formUnion(try Self.place(of: tensor)) }
        return places
    }

    private static func places(
        in nodes: [Bulwark_Onnx_Node],
        depth: Int
    ) throws(ONNXError) -> Set<String> {
        var places: Set<String> = []
        for node in nodes { places.formUnion(try Self.places(in: node.attribute, depth: depth)) }
        return places
    }

    private static func places(
        in attributes: [Bulwark_Onnx_Attribute],
        depth: Int
    ) throws(ONNXError) -> Set<String> {
        var places: Set<String> = []
        for attribute in attributes {
            if attribute.hasT { places.formUnion(try place(of: attribute.t)) }
            guard attribute.hasG else { continue }
            let graph: Bulwark_Onnx_Graph = try decode(attribute.g, as: .graph)
            places.formUnion(try Self.places(in: graph, depth: depth + 1))
        }
        return places
    }

    /// Where a tensor's numbers are, if not in the model's file.
    private static func place(of tensor: Bulwark_Onnx_Tensor) throws(ONNXError) -> Set<String> {
        guard ONNXExternalData.isMeant(by: tensor) else { return [] }
        return [try ONNXExternalData(of: tensor, name: tensor.name).location]
    }
}
