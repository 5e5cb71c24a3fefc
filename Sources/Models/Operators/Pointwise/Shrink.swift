/// Small elements set to 0 and the others moved towards it (ONNX `Shrink`).
public struct Shrink: PointwiseOperator {
    /// Up to what magnitude elements become 0.
    public let threshold: Float
    /// How far the others move.
    public let bias: Float

    /// A shrinkage.
    public init(threshold: Float = 0.5, bias: Float = 0) {
        self.threshold = threshold
        self.bias = bias
    }

    /// `x + bias` below `-threshold`, `x - bias` above `threshold`, and 0 between them; NaN becomes 0, as the
    /// definition has it.
    public func apply(_ x: Float) -> Float { x < -threshold ? x + bias : x > threshold ? x - bias : 0 }
    /// 1 outside the interval, 0 inside.
    public func derivative(_ x: Float, _ y: Float) -> Float { x < -threshold || x > threshold ? 1 : 0 }

    /// `Shrink`.
    public var onnx: ONNXForm { ONNXForm("Shrink", ["lambd": .float(threshold), "bias": .float(bias)]) }

    static func lower(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        let shrink = Shrink(threshold: try node.float("lambd") ?? 0.5, bias: try node.float("bias") ?? 0)
        return [try lowering.emit(shrink, node, inputs: [0])]
    }
}
