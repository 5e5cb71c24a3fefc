import RealModule

/// The exponential function (ONNX `Exp`).
public struct Exp: PointwiseOperator {
    /// An exponential.
    public init() {}

    /// `exp(x)`.
    public func apply(_ x: Float) -> Float { .exp(x) }
    /// The function itself.
    public func derivative(_ x: Float, _ y: Float) -> Float { y }

    /// `Exp`.
    public var onnx: ONNXForm { ONNXForm("Exp") }

    static func lower(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        [try lowering.emit(Exp(), node, inputs: [0])]
    }
}
