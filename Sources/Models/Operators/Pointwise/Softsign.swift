/// An element divided by one more than its magnitude (ONNX `Softsign`).
public struct Softsign: PlainFunction {
    /// A soft sign.
    public init() {}

    /// `x / (1 + |x|)`.
    public func apply(_ x: Float) -> Float { x / (1 + abs(x)) }
    /// `1 / (1 + |x|)²`.
    public func derivative(_ x: Float, _ y: Float) -> Float {
        let inverse = 1 / (1 + abs(x))
        return inverse * inverse
    }

    /// `Softsign`.
    public var onnx: ONNXForm { ONNXForm("Softsign") }
}
