import RealModule

/// The hyperbolic tangent (ONNX `Tanh`).
public struct Tanh: PointwiseOperator {
    /// A hyperbolic tangent.
    public init() {}

    /// `tanh(x)`.
    public func apply(_ x: Float) -> Float { .tanh(x) }
    /// `1 - y²`.
    public func derivative(_ x: Float, _ y: Float) -> Float { 1 - y * y }

    /// `Tanh`.
    public var onnx: ONNXForm { ONNXForm("Tanh") }

    static func lower(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        [try lowering.emit(Tanh(), node, inputs: [0])]
    }
}
