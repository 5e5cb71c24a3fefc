/// The absolute value (ONNX `Abs`).
public struct Abs: PointwiseOperator {
    /// An absolute value.
    public init() {}

    /// `|x|`.
    public func apply(_ x: Float) -> Float { abs(x) }
    /// The sign of `x`; 0 at 0, as the frameworks do.
    public func derivative(_ x: Float, _ y: Float) -> Float { x > 0 ? 1 : x < 0 ? -1 : 0 }

    /// `Abs`.
    public var onnx: ONNXForm { ONNXForm("Abs") }

    static func lower(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        if let folded = try IntegerFolding.map(node, { $0 == .min ? nil : abs($0) }) { return [folded] }
        return [try lowering.emit(Abs(), node, inputs: [0])]
    }
}
