import BulwarkTensors

/// Elements of one number, which is computed when the model runs, around a tensor (ONNX `Pad`).
///
/// Inputs: the tensor and the number.
public struct PadWithValue: Operator {
    /// How many elements are added, whatever they are.
    public let padding: Pad

    /// A padding; both lists have one entry for each axis.
    public init(begin: [Int], end: [Int]) { padding = Pad(begin: begin, end: end) }

    /// The input's extents with what is added.
    public func outputShape(for inputs: [SymbolicShape]) throws(OperatorError) -> SymbolicShape {
        try inputs.expectCount(2...2)
        guard inputs[1].count == 1 else { throw .shapes("there is one number to add", inputs) }
        return try padding.outputShape(for: [inputs[0]])
    }

    /// The padded input.
    public func value(of inputs: [Tensor], shape: Shape) -> Tensor {
        padding.coordinates(inputs[0].shape, shape).rearranging(inputs[0], filler: inputs[1][0])
    }

    /// The cotangent of the input's elements, and the sum of that of those added.
    public func vjp(_ cotangent: Tensor, inputs: [Tensor], output: Tensor, needed: [Bool]) -> [Tensor?] {
        let map = padding.coordinates(inputs[0].shape, output.shape)
        let gradient = cotangent.elements
        var sum = 0.0
        map.forEachElement(of: inputs[0].shape) { position, origin in
            if origin < 0 { sum += Double(gradient[position]) }
        }
        return [
            needed[0] ? map.scattering(cotangent, to: inputs[0].shape) : nil,
            needed[1] ? Tensor(inputs[1].shape, repeating: Float(sum)) : nil,
        ]
    }

    /// `Pad` with its value as an input.
    public var onnx: ONNXForm {
        ONNXForm(
            "Pad",
            ["mode": .string("constant")],
            inserted: [1: .ints(padding.begin + padding.end)]
        )
    }
}
