import RealModule

/// An element times the hyperbolic tangent of its softplus (ONNX `Mish`, opset 18).
///
/// Misra, "Mish: a self regularized non-monotonic activation function" (arXiv 1908.08681), equation 1.
public struct Mish: PlainFunction {
    /// A mish.
    public init() {}

    /// `x · tanh(log(1 + exp(x)))`.
    public func apply(_ x: Float) -> Float { x * .tanh(Softplus.value(x)) }
    /// `t + x · (1 - t²) · σ(x)` for the hyperbolic tangent `t` and the logistic function `σ`.
    public func derivative(_ x: Float, _ y: Float) -> Float {
        let tangent = Float.tanh(Softplus.value(x))
        return tangent + x * (1 - tangent * tangent) * Sigmoid().apply(x)
    }

    /// `Mish`, which exists since operator set 18.
    public var onnx: ONNXForm { ONNXForm("Mish", opset: 18) }
}
