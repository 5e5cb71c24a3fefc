import BulwarkTensors

/// The sum of two operands with broadcasting (ONNX `Add`).
public struct Add: Operator {
    /// A sum.
    public init() {}

    /// The broadcast shape of both operands.
    public func outputShape(for inputs: [SymbolicShape]) throws(OperatorError) -> SymbolicShape {
        try inputs.expectCount(2...2)
        return try Broadcasting.shape(inputs[0], inputs[1])
    }

    /// `left + right`.
    public func value(of inputs: [Tensor], shape: Shape) -> Tensor {
        Broadcasting.combine(inputs[0], inputs[1], shape, +)
    }

    /// The cotangent, summed over the axes along which an operand was stretched.
    public func vjp(_ cotangent: Tensor, inputs: [Tensor], output: Tensor, needed: [Bool]) -> [Tensor?] {
        [
            needed[0] ? Broadcasting.reduce(cotangent, to: inputs[0].shape) : nil,
            needed[1] ? Broadcasting.reduce(cotangent, to: inputs[1].shape) : nil,
        ]
    }

    /// `Add`.
    public var onnx: ONNXForm { ONNXForm("Add") }

    static func lower(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        try node.refuseOldBroadcasting()
        if let integers = try IntegerArithmetic.lower(.add, node, into: &lowering) { return integers }
        return [try lowering.emit(Add(), node, inputs: [0, 1])]
    }
}
