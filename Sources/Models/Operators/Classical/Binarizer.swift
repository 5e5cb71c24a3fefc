import BulwarkTensors

/// 1 above a threshold, and 0 at it and below (`Binarizer` in `ai.onnx.ml`).
public struct Binarizer: Operator {
    /// The threshold.
    public let threshold: Float

    /// A comparison with a threshold.
    public init(threshold: Float) { self.threshold = threshold }

    /// `.piecewiseConstant`.
    public var sensitivity: Sensitivity { .piecewiseConstant }

    /// The shape of the one input.
    public func outputShape(for inputs: [SymbolicShape]) throws(OperatorError) -> SymbolicShape {
        try inputs.expectCount(1...1)
        return inputs[0]
    }

    /// 1 or 0; 0 for NaN.
    public func value(of inputs: [Tensor], shape: Shape) -> Tensor {
        let threshold = threshold
        return inputs[0].map { $0 > threshold ? 1 : 0 }
    }

    /// Zero.
    public func vjp(_ cotangent: Tensor, inputs: [Tensor], output: Tensor, needed: [Bool]) -> [Tensor?] {
        [needed[0] ? Tensor(inputs[0].shape) : nil]
    }

    /// `Binarizer`.
    public var onnx: ONNXForm { .classical("Binarizer", ["threshold": .float(threshold)]) }

    static func lower(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        [try lowering.emit(Binarizer(threshold: try node.float("threshold") ?? 0), node, inputs: [0])]
    }
}
