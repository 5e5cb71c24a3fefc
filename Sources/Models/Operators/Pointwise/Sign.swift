/// The sign of every element as -1, 0 or 1 (ONNX `Sign`).
public struct Sign: PlainFunction {
    /// A sign.
    public init() {}

    /// -1, 0 or 1; NaN stays NaN.
    public func apply(_ x: Float) -> Float { x > 0 ? 1 : x < 0 ? -1 : x == 0 ? 0 : x }
    /// 0.
    public func derivative(_ x: Float, _ y: Float) -> Float { 0 }
    /// It moves in steps.
    public var sensitivity: Sensitivity { .piecewiseConstant }

    /// `Sign`.
    public var onnx: ONNXForm { ONNXForm("Sign") }
}
