import RealModule

/// A power with a constant exponent (ONNX `Pow` whose second input is one number).
public struct Pow: PointwiseOperator {
    /// The exponent.
    public let exponent: Float

    /// A power.
    public init(exponent: Float) { self.exponent = exponent }

    /// `x` to the exponent; NaN for negative `x` unless the exponent is a whole number.
    public func apply(_ x: Float) -> Float { Self.power(x, exponent) }

    /// `exponent · x^(exponent - 1)`; 0 everywhere for the exponent 0.
    public func derivative(_ x: Float, _ y: Float) -> Float {
        exponent == 0 ? 0 : exponent * Self.power(x, exponent - 1)
    }

    private static func power(_ x: Float, _ exponent: Float) -> Float {
        // The library's general power has no negative bases; its integer power does.
        if let whole = Int(exactly: exponent), abs(exponent) < 0x1p24 { return .pow(x, whole) }
        return .pow(x, exponent)
    }

    /// `Pow` with the exponent as a constant.
    public var onnx: ONNXForm { ONNXForm("Pow", trailing: [.float(exponent)]) }

    static func lower(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        try node.refuseOldBroadcasting()
        guard let exponent = try node.optionalFloat(1) else { throw node.error("input 1 is missing") }
        let ranks = try (lowering.shape(of: node.input(0)).rank, lowering.shape(of: node.input(1)).rank)
        guard ranks.1 <= ranks.0 else { throw node.error("its exponent has more axes than its base") }
        return [try lowering.emit(Pow(exponent: exponent), node, inputs: [0])]
    }
}
