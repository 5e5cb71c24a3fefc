import RealModule

/// A smooth form of the rectifier (ONNX `Softplus`).
public struct Softplus: PlainFunction {
    /// A soft rectifier.
    public init() {}

    /// `log(1 + exp(x))`, written so that no exponential overflows.
    public func apply(_ x: Float) -> Float { Self.value(x) }
    /// The logistic function of `x`.
    public func derivative(_ x: Float, _ y: Float) -> Float { Sigmoid().apply(x) }

    static func value(_ x: Float) -> Float { (x > 0 ? x : x == x ? 0 : x) + .log(onePlus: .exp(-abs(x))) }

    /// `Softplus`.
    public var onnx: ONNXForm { ONNXForm("Softplus") }
}
