/// A straight line limited to 0…1 (ONNX `HardSigmoid`).
public struct HardSigmoid: PointwiseOperator {
    /// The slope of the line.
    public let alpha: Float
    /// The height of the line at 0.
    public let beta: Float

    /// A line of that slope and height.
    public init(alpha: Float = 0.2, beta: Float = 0.5) {
        self.alpha = alpha
        self.beta = beta
    }

    /// `max(0, min(1, alpha · x + beta))`; NaN stays NaN.
    public func apply(_ x: Float) -> Float {
        let line = alpha * x + beta
        return line < 0 ? 0 : line > 1 ? 1 : line
    }
    /// `alpha` where the result lies between 0 and 1, else 0.
    public func derivative(_ x: Float, _ y: Float) -> Float { y > 0 && y < 1 ? alpha : 0 }

    /// `HardSigmoid`.
    public var onnx: ONNXForm {
        ONNXForm("HardSigmoid", ["alpha": .float(alpha), "beta": .float(beta)])
    }

    static func lower(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        let sigmoid = HardSigmoid(alpha: try node.float("alpha") ?? 0.2, beta: try node.float("beta") ?? 0.5)
        return [try lowering.emit(sigmoid, node, inputs: [0])]
    }
}
