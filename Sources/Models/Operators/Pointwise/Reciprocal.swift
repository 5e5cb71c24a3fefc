/// One divided by every element (ONNX `Reciprocal`).
public struct Reciprocal: PlainFunction {
    /// A reciprocal.
    public init() {}

    /// `1 / x`.
    public func apply(_ x: Float) -> Float { 1 / x }
    /// `-1 / x²`.
    public func derivative(_ x: Float, _ y: Float) -> Float { -y * y }

    /// `Reciprocal`.
    public var onnx: ONNXForm { ONNXForm("Reciprocal") }
}
