import RealModule

/// The natural logarithm (ONNX `Log`).
public struct Log: PointwiseOperator {
    /// A logarithm.
    public init() {}

    /// `log(x)`; NaN below 0.
    public func apply(_ x: Float) -> Float { .log(x) }
    /// `1 / x`.
    public func derivative(_ x: Float, _ y: Float) -> Float { 1 / x }

    /// `Log`.
    public var onnx: ONNXForm { ONNXForm("Log") }

    static func lower(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        [try lowering.emit(Log(), node, inputs: [0])]
    }
}
