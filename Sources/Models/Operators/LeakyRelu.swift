/// `x` above 0 and `slope · x` below (ONNX `LeakyRelu`).
///
/// The derivative at 0 is the slope, as the frameworks have it.
public struct LeakyRelu: PointwiseOperator {
    /// The derivative below 0; ONNX calls it `alpha`.
    public let slope: Float

    /// A leaky rectifier.
    public init(slope: Float = 0.01) { self.slope = slope }

    /// `x` above 0, else `slope · x`.
    public func apply(_ x: Float) -> Float { x > 0 ? x : slope * x }
    /// 1 above 0, else the slope.
    public func derivative(_ x: Float, _ y: Float) -> Float { x > 0 ? 1 : slope }

    /// `LeakyRelu`.
    public var onnx: ONNXForm { ONNXForm("LeakyRelu", ["alpha": .float(slope)]) }

    static func lower(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        let slope = try node.float("alpha") ?? 0.01
        return [try lowering.emit(LeakyRelu(slope: slope), node, inputs: [0])]
    }
}
