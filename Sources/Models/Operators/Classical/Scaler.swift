import BulwarkTensors

/// Features moved and stretched (`Scaler` in `ai.onnx.ml`): (x − offset) · scale, as a `Sub` and a `Mul`.
enum Scaler {
    static func lower(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        let shape = try lowering.shape(of: node.input(0))
        let width = shape.dimensions.last?.fixed
        func numbers(_ attribute: String) throws -> ImportedValue {
            guard let numbers = try node.finiteFloats(attribute), numbers.count == 1 || numbers.count == width
            else { throw node.error("attribute \(attribute) holds neither one number nor one a feature") }
            return .constant(Tensor([numbers.count], numbers))
        }
        let moved = try lowering.emit(
            Sub(),
            node.step("moved"),
            arguments: [
                (node.input(0), name: "\(node.name).0"), (numbers("offset"), name: "\(node.name).offset"),
            ]
        )
        return [
            try lowering.emit(
                Mul(),
                node,
                arguments: [
                    (moved, name: "\(node.name).moved"), (numbers("scale"), name: "\(node.name).scale"),
                ]
            )
        ]
    }
}
