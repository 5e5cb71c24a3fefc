/// An element times a straight line limited to 0…1 (ONNX `HardSwish`).
///
/// Howard et al., "Searching for MobileNetV3" (arXiv 1905.02244), section 5.2.
public struct HardSwish: PlainFunction {
    /// A hard swish.
    public init() {}

    /// `x · max(0, min(1, x/6 + 1/2))`; NaN stays NaN.
    public func apply(_ x: Float) -> Float { x <= -3 ? 0 : x >= 3 ? x : x * (x * (1.0 / 6) + 0.5) }
    /// 0 up to -3, 1 from 3 on, and `x/3 + 1/2` between them.
    public func derivative(_ x: Float, _ y: Float) -> Float { x <= -3 ? 0 : x >= 3 ? 1 : x * (1.0 / 3) + 0.5 }

    /// `HardSwish`.
    public var onnx: ONNXForm { ONNXForm("HardSwish") }
}
