import RealModule

/// The Gauss error function (ONNX `Erf`).
public struct Erf: PlainFunction {
    /// An error function.
    public init() {}

    /// `2/√π ∫₀ˣ exp(-t²) dt`.
    public func apply(_ x: Float) -> Float { .erf(x) }
    /// `2/√π exp(-x²)`.
    public func derivative(_ x: Float, _ y: Float) -> Float { 1.128_379_2 * .exp(-x * x) }

    /// `Erf`.
    public var onnx: ONNXForm { ONNXForm("Erf") }
}
