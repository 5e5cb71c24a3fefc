/// An element times the logistic function of it (ONNX `Swish`, opset 24).
///
/// Ramachandran, Zoph and Le, "Searching for activation functions" (arXiv 1710.05941), section 4; with
/// `alpha` 1 also called SiLU.
public struct Swish: PointwiseOperator {
    /// What the element is multiplied with inside the logistic function.
    public let alpha: Float

    /// A swish.
    public init(alpha: Float = 1) { self.alpha = alpha }

    /// `x · σ(alpha · x)`.
    public func apply(_ x: Float) -> Float { x * Sigmoid().apply(alpha * x) }
    /// `σ + alpha · x · σ · (1 - σ)` with `σ` at `alpha · x`.
    public func derivative(_ x: Float, _ y: Float) -> Float {
        let gate = Sigmoid().apply(alpha * x)
        return gate + alpha * x * gate * (1 - gate)
    }

    /// `Swish`, which exists since operator set 24.
    public var onnx: ONNXForm { ONNXForm("Swish", ["alpha": .float(alpha)], opset: 24) }

    static func lower(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        [try lowering.emit(Swish(alpha: node.float("alpha") ?? 1), node, inputs: [0])]
    }

    /// `SwiGLU`: the swish of the first input times the second, of the same shape.
    ///
    /// Shazeer, "GLU variants improve transformer" (arXiv 2002.05202), equation 5.
    static func lowerGated(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        let shapes = try (lowering.shape(of: node.input(0)), lowering.shape(of: node.input(1)))
        guard shapes.0 == shapes.1 else {
            throw node.error("its inputs of shapes \(shapes.0) and \(shapes.1) differ")
        }
        let swish = Swish(alpha: try node.float("alpha") ?? 1)
        let gate = try lowering.emit(swish, node.step("gate"), inputs: [0])
        let arguments = [(gate, name: "\(node.name).gate"), (try node.input(1), name: "\(node.name).1")]
        return [try lowering.emit(Mul(), node, arguments: arguments)]
    }
}
