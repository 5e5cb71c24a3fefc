/// A function of single elements that ONNX writes without attributes.
protocol PlainFunction: PointwiseOperator {
    init()
}

extension PlainFunction {
    static func lower(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        [try lowering.emit(Self(), node, inputs: [0])]
    }
}
