import BulwarkTensors

/// The difference of two operands with broadcasting (ONNX `Sub`).
public struct Sub: Operator {
    /// A difference.
    public init() {}

    /// The broadcast shape of both operands.
    public func outputShape(for inputs: [SymbolicShape]) throws(OperatorError) -> SymbolicShape {
        try inputs.expectCount(2...2)
        return try Broadcasting.shape(inputs[0], inputs[1])
    }

    /// `left - right`.
    public func value(of inputs: [Tensor], shape: Shape) -> Tensor {
        Broadcasting.combine(inputs[0], inputs[1], shape, -)
    }

    /// The cotangent for the left operand and its negative for the right one, summed over stretched axes.
    public func vjp(_ cotangent: Tensor, inputs: [Tensor], output: Tensor, needed: [Bool]) -> [Tensor?] {
        [
            needed[0] ? Broadcasting.reduce(cotangent, to: inputs[0].shape) : nil,
            needed[1] ? Broadcasting.reduce(cotangent, to: inputs[1].shape).map { -$0 } : nil,
        ]
    }

    /// `Sub`.
    public var onnx: ONNXForm { ONNXForm("Sub") }

    static func lower(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        try node.refuseOldBroadcasting()
        if let integers = try IntegerArithmetic.lower(.subtract, node, into: &lowering) { return integers }
        return [try lowering.emit(Sub(), node, inputs: [0, 1])]
    }
}
