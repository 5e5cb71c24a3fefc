import RealModule

/// The logistic function `1 / (1 + exp(-x))` (ONNX `Sigmoid`).
public struct Sigmoid: PointwiseOperator {
    /// A logistic function.
    public init() {}

    /// `1 / (1 + exp(-x))`, written so that no exponential overflows.
    public func apply(_ x: Float) -> Float {
        if x >= 0 { return 1 / (1 + .exp(-x)) }
        let small = Float.exp(x)
        return small / (1 + small)
    }
    /// `y · (1 - y)`.
    public func derivative(_ x: Float, _ y: Float) -> Float { y * (1 - y) }

    /// `Sigmoid`.
    public var onnx: ONNXForm { ONNXForm("Sigmoid") }

    static func lower(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        [try lowering.emit(Sigmoid(), node, inputs: [0])]
    }
}
