/// The negative (ONNX `Neg`).
public struct Neg: PointwiseOperator {
    /// A negation.
    public init() {}

    /// `-x`.
    public func apply(_ x: Float) -> Float { -x }
    /// -1.
    public func derivative(_ x: Float, _ y: Float) -> Float { -1 }

    /// `Neg`.
    public var onnx: ONNXForm { ONNXForm("Neg") }

    static func lower(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        if let folded = try IntegerFolding.map(node, { $0 == .min ? nil : -$0 }) { return [folded] }
        return [try lowering.emit(Neg(), node, inputs: [0])]
    }
}
