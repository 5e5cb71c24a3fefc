/// Every element above a threshold, and 0 for the others (ONNX `ThresholdedRelu`).
public struct ThresholdedRelu: PointwiseOperator {
    /// The threshold.
    public let alpha: Float

    /// A rectifier with a threshold.
    public init(alpha: Float = 1) { self.alpha = alpha }

    /// `x` above `alpha`, 0 elsewhere; NaN stays NaN.
    public func apply(_ x: Float) -> Float { x <= alpha ? 0 : x }
    /// 1 above `alpha`, 0 elsewhere.
    public func derivative(_ x: Float, _ y: Float) -> Float { x > alpha ? 1 : 0 }

    /// `ThresholdedRelu`.
    public var onnx: ONNXForm { ONNXForm("ThresholdedRelu", ["alpha": .float(alpha)]) }

    static func lower(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        [try lowering.emit(ThresholdedRelu(alpha: node.float("alpha") ?? 1), node, inputs: [0])]
    }
}
