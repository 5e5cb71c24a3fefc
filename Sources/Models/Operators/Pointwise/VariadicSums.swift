import BulwarkTensors

/// Sums and means of several operands with broadcasting (ONNX `Sum` and `Mean`), as chains of additions.
enum VariadicSums {
    static func lowerSum(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        [try sum(node, named: node, into: &lowering)]
    }

    static func lowerMean(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        let total = try sum(node, named: node.step("sum"), into: &lowering)
        if node.inputs.count == 1 { return [total] }
        let count = ImportedValue.constant(Tensor(scalar: Float(node.inputs.count)))
        let arguments = [(total, name: "\(node.name).sum"), (count, name: "\(node.name).count")]
        return [try lowering.emit(Div(), node, arguments: arguments)]
    }

    private static func sum(
        _ node: ONNXNode,
        named last: ONNXNode,
        into lowering: inout ONNXLowering
    ) throws -> ImportedValue {
        try node.refuseOldBroadcasting()
        var total = try node.input(0)
        for index in node.inputs.indices.dropFirst() {
            let isLast = index == node.inputs.count - 1
            let arguments = [
                (total, name: "\(node.name).\(index == 1 ? "0" : "sum\(index - 1)")"),
                (try node.input(index), name: "\(node.name).\(index)"),
            ]
            let step = isLast ? last : node.step("sum\(index)")
            total = try lowering.emit(Add(), step, arguments: arguments)
        }
        return total
    }
}
