import BulwarkTensors

/// Division of each sample by the root of the mean of its squares over the last axes (ONNX
/// `RMSNormalization`), as a composition.
///
/// Zhang and Sennrich, "Root mean square layer normalization" (arXiv 1910.07467).
enum RMSNormalization {
    static func lower(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        let values = try node.input(0)
        let shape = lowering.shape(of: values)
        let (axis, _) = try node.normalizedAxes(of: shape)
        let epsilon = try node.float("epsilon") ?? 1e-5
        let squares = try lowering.apply(Mul(), values, values, as: "squares", of: node)
        let average = ReduceMean(axes: Array(axis..<shape.rank), keepsAxes: true)
        let mean = try lowering.apply(average, squares, as: "mean", of: node)
        let raised = try lowering.apply(Add(), mean, .number(epsilon), as: "raised", of: node)
        let root = try lowering.apply(Sqrt(), raised, as: "root", of: node)
        let normalized = try lowering.apply(Div(), values, root, as: "normalized", of: node)
        return [try lowering.apply(Mul(), normalized, try node.input(1), of: node)]
    }
}
