import BulwarkTensors

/// Features of several inputs side by side (`FeatureVectorizer` in `ai.onnx.ml`), as a `Concat`.
enum FeatureVectorizer {
    static func lower(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        let widths = try node.ints("inputdimensions") ?? []
        guard widths.count == node.inputs.count, !widths.isEmpty else {
            throw node.error("attribute inputdimensions does not have a number for each input")
        }
        let columns = try widths.indices.map { index in
            let input = try node.input(index)
            let shape = lowering.shape(of: input)
            guard shape.rank == 2, shape[1].fixed == widths[index] else {
                throw node.error("input \(index) of shape \(shape) does not have \(widths[index]) columns")
            }
            return (input, name: "\(node.name).\(index)")
        }
        if columns.count == 1 { return [columns[0].0] }
        return [try lowering.emit(Concat(axis: 1), node, arguments: columns)]
    }
}
