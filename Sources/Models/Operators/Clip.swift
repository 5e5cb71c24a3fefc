/// Every element limited to an interval, either end of which may be open (ONNX `Clip`).
public struct Clip: PointwiseOperator {
    /// The smallest result, if there is one.
    public let lower: Float?
    /// The largest result, if there is one; it wins if it lies below `lower`.
    public let upper: Float?

    /// A limit to `lower...upper`.
    public init(lower: Float?, upper: Float?) {
        self.lower = lower
        self.upper = upper
    }

    /// `min(max(x, lower), upper)`; NaN stays NaN.
    public func apply(_ x: Float) -> Float {
        var y = x
        if let lower, y < lower { y = lower }
        if let upper, y > upper { y = upper }
        return y
    }
    /// 1 where the element stays as it is, the ends of the interval included, else 0.
    public func derivative(_ x: Float, _ y: Float) -> Float { x == y ? 1 : 0 }

    /// `Clip` with its limits as constants.
    public var onnx: ONNXForm {
        ONNXForm(
            "Clip",
            trailing: [lower.map { .float($0) } ?? .absent, upper.map { .float($0) } ?? .absent]
        )
    }

    static func lower(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        // Attributes before operator set 11, inputs since.
        let lower = try node.float("min") ?? node.optionalFloat(1)
        let upper = try node.float("max") ?? node.optionalFloat(2)
        let clip = Clip(lower: lower, upper: upper)
        return [try lowering.emit(clip, node, inputs: [0])]
    }
}
