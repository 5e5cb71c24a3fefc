import RealModule

/// A power with a constant exponent (ONNX `Pow` whose second input is one number).
public struct Pow: PointwiseOperator {
    /// The exponent.
    public let exponent: Float

    /// A power.
    public init(exponent: Float) { self.exponent = exponent }

    /// `x` to the exponent; NaN for negative `x` unless the exponent is a whole number.
    public func apply(_ x: Float) -> Float { Power.power(x, exponent) }

    /// `exponent · x^(exponent - 1)`; 0 everywhere for the exponent 0.
    public func derivative(_ x: Float, _ y: Float) -> Float {
        exponent == 0 ? 0 : exponent * Power.power(x, exponent - 1)
    }

    /// `Pow` with the exponent as a constant.
    public var onnx: ONNXForm { ONNXForm("Pow", trailing: [.float(exponent)]) }

    static func lower(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        try node.refuseOldBroadcasting()
        if node.inputType(1).isInteger,
            let integers = try IntegerArithmetic.lower(.power, node, into: &lowering)
        {
            return integers
        }
        guard node.inputType(0).isFloat else {
            throw node.error("raises \(node.inputType(0)) to \(node.inputType(1))")
        }
        let ranks = try (lowering.shape(of: node.input(0)).rank, lowering.shape(of: node.input(1)).rank)
        guard !node.isComputed(1), ranks.1 <= ranks.0, try lowering.shape(of: node.input(1)).count == 1,
            let exponent = try node.optionalFloat(1)
        else { return [try lowering.emit(Power(), node, inputs: [0, 1])] }
        return [try lowering.emit(Pow(exponent: exponent), node, inputs: [0])]
    }
}
