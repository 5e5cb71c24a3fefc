/// The square root (ONNX `Sqrt`).
public struct Sqrt: PointwiseOperator {
    /// A square root.
    public init() {}

    /// `√x`; NaN below 0.
    public func apply(_ x: Float) -> Float { x.squareRoot() }
    /// `1 / (2 √x)`, infinite at 0.
    public func derivative(_ x: Float, _ y: Float) -> Float { 0.5 / y }

    /// `Sqrt`.
    public var onnx: ONNXForm { ONNXForm("Sqrt") }

    static func lower(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        [try lowering.emit(Sqrt(), node, inputs: [0])]
    }
}
