/// `max(x, 0)` (ONNX `Relu`).
///
/// The derivative at 0 is taken as 0, as the frameworks do.
public struct Relu: PointwiseOperator {
    /// A rectifier.
    public init() {}

    /// `max(x, 0)`; NaN stays NaN.
    public func apply(_ x: Float) -> Float { x <= 0 ? 0 : x }
    /// 1 above 0, else 0.
    public func derivative(_ x: Float, _ y: Float) -> Float { x > 0 ? 1 : 0 }

    /// `Relu`.
    public var onnx: ONNXForm { ONNXForm("Relu") }

    static func lower(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        [try lowering.emit(Relu(), node, inputs: [0])]
    }
}
