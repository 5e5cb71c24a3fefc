import BulwarkTensors

/// The element-wise quotient of two operands with broadcasting (ONNX `Div`).
public struct Div: Operator {
    /// A quotient.
    public init() {}

    /// The broadcast shape of both operands.
    public func outputShape(for inputs: [SymbolicShape]) throws(OperatorError) -> SymbolicShape {
        try inputs.expectCount(2...2)
        return try Broadcasting.shape(inputs[0], inputs[1])
    }

    /// `left / right`; division by zero gives an infinity or NaN.
    public func value(of inputs: [Tensor], shape: Shape) -> Tensor {
        Broadcasting.combine(inputs[0], inputs[1], shape, /)
    }

    /// `cotangent / right` and `-cotangent · (left / right) / right`, summed over stretched axes.
    public func vjp(_ cotangent: Tensor, inputs: [Tensor], output: Tensor, needed: [Bool]) -> [Tensor?] {
        var gradients: [Tensor?] = [nil, nil]
        if needed[0] {
            let quotient = Broadcasting.combine(cotangent, inputs[1], output.shape, /)
            gradients[0] = Broadcasting.reduce(quotient, to: inputs[0].shape)
        }
        if needed[1] {
            let quotient = Broadcasting.combine(cotangent * output, inputs[1], output.shape) { -$0 / $1 }
            gradients[1] = Broadcasting.reduce(quotient, to: inputs[1].shape)
        }
        return gradients
    }

    /// `Div`.
    public var onnx: ONNXForm { ONNXForm("Div") }

    static func lower(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        try node.refuseOldBroadcasting()
        if let integers = try IntegerArithmetic.lower(.divide, node, into: &lowering) { return integers }
        return [try lowering.emit(Div(), node, inputs: [0, 1])]
    }
}
