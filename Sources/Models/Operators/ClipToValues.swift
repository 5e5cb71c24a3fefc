import BulwarkTensors

/// Every element limited to an interval whose ends are computed when the model runs (ONNX `Clip`).
///
/// Inputs: the values, the smallest result and the largest result, the latter two of one element each.
public struct ClipToValues: Operator {
    /// A limit.
    public init() {}

    /// The shape of the values.
    public func outputShape(for inputs: [SymbolicShape]) throws(OperatorError) -> SymbolicShape {
        try inputs.expectCount(3...3)
        guard inputs[1].count == 1, inputs[2].count == 1 else {
            throw .shapes("the limits are one number each", inputs)
        }
        return inputs[0]
    }

    /// `min(max(x, lower), upper)`; NaN stays NaN.
    public func value(of inputs: [Tensor], shape: Shape) -> Tensor {
        let (lower, upper) = (inputs[1][0], inputs[2][0])
        return inputs[0].map { Swift.min(Swift.max($0, lower), upper) }
    }

    /// The cotangent where an element stays as it is, and the sum of the others' at the limit they met.
    public func vjp(_ cotangent: Tensor, inputs: [Tensor], output: Tensor, needed: [Bool]) -> [Tensor?] {
        let (x, y, gradient) = (inputs[0].elements, output.elements, cotangent.elements)
        let (lower, upper) = (inputs[1][0], inputs[2][0])
        var sums = (lower: 0.0, upper: 0.0)
        for position in x.indices where x[position] != y[position] {
            // The upper limit comes last and wins.
            if y[position] == upper {
                sums.upper += Double(gradient[position])
            } else if y[position] == lower {
                sums.lower += Double(gradient[position])
            }
        }
        return [
            needed[0]
                ? Tensor(output.shape, generating: { x[$0] == y[$0] ? gradient[$0] : 0 }) : nil,
            needed[1] ? Tensor(inputs[1].shape, repeating: Float(sums.lower)) : nil,
            needed[2] ? Tensor(inputs[2].shape, repeating: Float(sums.upper)) : nil,
        ]
    }

    /// `Clip` with its limits as inputs.
    public var onnx: ONNXForm { ONNXForm("Clip") }
}
