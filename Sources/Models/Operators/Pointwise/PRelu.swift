import BulwarkTensors

/// Positive elements as they are, and the others times a learnt slope (ONNX `PRelu`).
///
/// Inputs: the elements, and slopes that broadcast to their shape. He et al., "Delving deep into rectifiers"
/// (arXiv 1502.01852), section 2.1.
public struct PRelu: Operator {
    /// A rectifier.
    public init() {}

    /// The shape of the elements.
    public func outputShape(for inputs: [SymbolicShape]) throws(OperatorError) -> SymbolicShape {
        try inputs.expectCount(2...2)
        guard try Broadcasting.shape(inputs[0], inputs[1]) == inputs[0] else {
            throw .shapes("the slopes do not broadcast to the elements", inputs)
        }
        return inputs[0]
    }

    /// `x` above 0, `slope · x` elsewhere.
    public func value(of inputs: [Tensor], shape: Shape) -> Tensor {
        Broadcasting.combine(inputs[0], inputs[1], shape) { x, slope in x > 0 ? x : slope * x }
    }

    /// For the elements the cotangent, times the slope where they are not positive; for the slopes the
    /// cotangent times the elements that are not positive, summed over stretched axes.
    public func vjp(_ cotangent: Tensor, inputs: [Tensor], output: Tensor, needed: [Bool]) -> [Tensor?] {
        let (x, gradient) = (inputs[0].elements, cotangent.elements)
        var results: [Tensor?] = [nil, nil]
        if needed[0] {
            let slopes = Broadcasting.stretch(inputs[1], to: output.shape).elements
            results[0] = Tensor(
                output.shape,
                generating: { x[$0] > 0 ? gradient[$0] : slopes[$0] * gradient[$0] }
            )
        }
        if needed[1] {
            let full = Tensor(output.shape, generating: { x[$0] > 0 ? 0 : x[$0] * gradient[$0] })
            results[1] = Broadcasting.reduce(full, to: inputs[1].shape)
        }
        return results
    }

    /// `PRelu`.
    public var onnx: ONNXForm { ONNXForm("PRelu") }

    static func lower(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        let (elements, slopes) = (try node.input(0), try node.input(1))
        let (rank, slopeShape) = (lowering.shape(of: elements).rank, lowering.shape(of: slopes))
        // Before operator set 7 a vector of slopes had one for each channel, along the second axis.
        guard node.opset < 7, slopeShape.rank == 1, slopeShape[0] != 1, rank > 2 else {
            return [try lowering.emit(PRelu(), node, inputs: [0, 1])]
        }
        let column = Reshape(
            to: SymbolicShape(slopeShape.dimensions + [Dimension](repeating: 1, count: rank - 2))
        )
        let aligned = try lowering.emit(column, node.step("slopes"), inputs: [1])
        let arguments = [(elements, name: "\(node.name).0"), (aligned, name: "\(node.name).slopes")]
        return [try lowering.emit(PRelu(), node, arguments: arguments)]
    }
}
