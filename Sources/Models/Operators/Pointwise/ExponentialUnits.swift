import RealModule

/// An element where it is positive, and an exponential that falls to -alpha below (ONNX `Elu`).
///
/// Clevert, Unterthiner and Hochreiter, "Fast and accurate deep network learning by exponential linear units"
/// (arXiv 1511.07289), section 3.
public struct Elu: PointwiseOperator {
    /// How far the results reach below 0.
    public let alpha: Float

    /// A unit.
    public init(alpha: Float = 1) { self.alpha = alpha }

    /// `x` above 0, `alpha · (exp(x) - 1)` elsewhere.
    public func apply(_ x: Float) -> Float { x > 0 ? x : alpha * .expMinusOne(x) }
    /// 1 above 0, `alpha · exp(x)` elsewhere.
    public func derivative(_ x: Float, _ y: Float) -> Float { x > 0 ? 1 : alpha * .exp(x) }

    /// `Elu`.
    public var onnx: ONNXForm { ONNXForm("Elu", ["alpha": .float(alpha)]) }

    static func lower(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        [try lowering.emit(Elu(alpha: node.float("alpha") ?? 1), node, inputs: [0])]
    }
}

/// A scaled exponential unit that keeps means and variances in place (ONNX `Selu`).
///
/// Klambauer et al., "Self-normalizing neural networks" (arXiv 1706.02515), equation 2.
public struct Selu: PointwiseOperator {
    /// How far the results reach below 0, before scaling.
    public let alpha: Float
    /// What everything is scaled with.
    public let gamma: Float

    /// A unit; the numbers of the paper unless given.
    public init(alpha: Float = 1.673_263_2, gamma: Float = 1.050_701) {
        self.alpha = alpha
        self.gamma = gamma
    }

    /// `gamma · x` above 0, `gamma · alpha · (exp(x) - 1)` elsewhere.
    public func apply(_ x: Float) -> Float { gamma * (x > 0 ? x : alpha * .expMinusOne(x)) }
    /// `gamma` above 0, `gamma · alpha · exp(x)` elsewhere.
    public func derivative(_ x: Float, _ y: Float) -> Float { gamma * (x > 0 ? 1 : alpha * .exp(x)) }

    /// `Selu`.
    public var onnx: ONNXForm { ONNXForm("Selu", ["alpha": .float(alpha), "gamma": .float(gamma)]) }

    static func lower(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        let usual = Selu()
        let unit = Selu(
            alpha: try node.float("alpha") ?? usual.alpha,
            gamma: try node.float("gamma") ?? usual.gamma
        )
        return [try lowering.emit(unit, node, inputs: [0])]
    }
}

/// An exponential unit whose slope has no jump at 0, whatever its alpha (ONNX `Celu`).
///
/// Barron, "Continuously differentiable exponential linear units" (arXiv 1704.07483), equation 2.
public struct Celu: PointwiseOperator {
    /// How far the results reach below 0, and how fast they get there; not 0.
    public let alpha: Float

    /// A unit.
    public init(alpha: Float = 1) { self.alpha = alpha }

    /// The shape of the one input.
    ///
    /// - Throws: `OperatorError.attribute` if alpha is 0.
    public func outputShape(for inputs: [SymbolicShape]) throws(OperatorError) -> SymbolicShape {
        try inputs.expectCount(1...1)
        guard alpha != 0 else { throw .attribute(name: "alpha", problem: "must not be 0") }
        return inputs[0]
    }

    /// `x` above 0, `alpha · (exp(x / alpha) - 1)` elsewhere.
    public func apply(_ x: Float) -> Float { x > 0 ? x : alpha * .expMinusOne(x / alpha) }
    /// 1 above 0, `exp(x / alpha)` elsewhere.
    public func derivative(_ x: Float, _ y: Float) -> Float { x > 0 ? 1 : .exp(x / alpha) }

    /// `Celu`.
    public var onnx: ONNXForm { ONNXForm("Celu", ["alpha": .float(alpha)]) }

    static func lower(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        [try lowering.emit(Celu(alpha: node.float("alpha") ?? 1), node, inputs: [0])]
    }
}
