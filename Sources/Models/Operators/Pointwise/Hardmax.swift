import BulwarkTensors

/// 1 at the first largest element along one axis, and 0 elsewhere (ONNX `Hardmax` since opset 13).
public struct Hardmax: Operator {
    /// The axis; negative from the end.
    public let axis: Int

    /// A choice along an axis.
    public init(axis: Int = -1) { self.axis = axis }

    /// The shape of the one input.
    public func outputShape(for inputs: [SymbolicShape]) throws(OperatorError) -> SymbolicShape {
        try inputs.expectCount(1...1)
        _ = try Axes.resolve(axis, rank: inputs[0].rank)
        return inputs[0]
    }

    /// Zeros and a single 1 in each line.
    public func value(of inputs: [Tensor], shape: Shape) -> Tensor {
        let source = inputs[0].elements
        let lines = AxisBlocks(shape, axis: axis)
        return Tensor(shape) { target in
            guard target.count > 0 else { return }
            lines.forEachLine { start in
                var best = start
                for position in stride(from: start, to: start + lines.length * lines.inner, by: lines.inner) {
                    if Extreme.largest.prefers(source[position], over: source[best]) { best = position }
                }
                target[best] = 1
            }
        }
    }

    /// Zeros.
    public func vjp(_ cotangent: Tensor, inputs: [Tensor], output: Tensor, needed: [Bool]) -> [Tensor?] {
        [needed[0] ? Tensor(inputs[0].shape) : nil]
    }

    /// It moves in steps.
    public var sensitivity: Sensitivity { .piecewiseConstant }

    /// `Hardmax`.
    public var onnx: ONNXForm { ONNXForm("Hardmax", ["axis": .int(axis)]) }

    static func lower(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        try Softmax.lower(node, into: &lowering) { Hardmax(axis: $0) }
    }
}
