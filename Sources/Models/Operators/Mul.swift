import BulwarkTensors

/// The element-wise product of two operands with broadcasting (ONNX `Mul`).
public struct Mul: Operator {
    /// A product.
    public init() {}

    /// The broadcast shape of both operands.
    public func outputShape(for inputs: [SymbolicShape]) throws(OperatorError) -> SymbolicShape {
        try inputs.expectCount(2...2)
        return try Broadcasting.shape(inputs[0], inputs[1])
    }

    /// `left * right`.
    public func value(of inputs: [Tensor], shape: Shape) -> Tensor {
        Broadcasting.combine(inputs[0], inputs[1], shape, *)
    }

    /// The cotangent times the other operand, summed over stretched axes.
    public func vjp(_ cotangent: Tensor, inputs: [Tensor], output: Tensor, needed: [Bool]) -> [Tensor?] {
        func gradient(_ own: Tensor, _ other: Tensor) -> Tensor {
            Broadcasting.reduce(Broadcasting.combine(cotangent, other, output.shape, *), to: own.shape)
        }
        return [
            needed[0] ? gradient(inputs[0], inputs[1]) : nil,
            needed[1] ? gradient(inputs[1], inputs[0]) : nil,
        ]
    }

    /// `Mul`.
    public var onnx: ONNXForm { ONNXForm("Mul") }

    static func lower(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        try node.refuseOldBroadcasting()
        if let integers = try IntegerArithmetic.lower(.multiply, node, into: &lowering) { return integers }
        return [try lowering.emit(Mul(), node, inputs: [0, 1])]
    }
}
