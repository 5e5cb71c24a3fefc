import BulwarkTensors

/// A convolution whose sums are exact when its operands hold integers (ONNX `ConvInteger` once its zero
/// points are taken off).
///
/// Inputs and shapes are those of `Conv`. Products are added up in double precision, which loses nothing
/// below 2⁵³; what comes out is rounded to a float once.
public struct ExactConv: HeavyOperator {
    /// The convolution.
    public let convolution: Conv
    /// Whether the results have to be integers that a float carries.
    public let givesIntegers: Bool

    /// A convolution.
    public init(_ convolution: Conv, givesIntegers: Bool) {
        self.convolution = convolution
        self.givesIntegers = givesIntegers
    }

    /// `[N, M, …]`.
    public func outputShape(for inputs: [SymbolicShape]) throws(OperatorError) -> SymbolicShape {
        try convolution.outputShape(for: inputs)
    }

    /// For each output the sum of taps times weights, plus the bias.
    public func value(of inputs: [Tensor], shape: Shape) -> Tensor {
        let (images, weights) = (inputs[0].elements, inputs[1].elements)
        let sweep = convolution.sweep(inputs, output: shape)
        let (channels, plane) = (shape[1], sweep.outputPlane)
        var sums = [Double](repeating: 0, count: shape.count)
        if inputs.count == 3 {
            let bias = inputs[2].elements
            for position in sums.indices { sums[position] = Double(bias[position / plane % channels]) }
        }
        sweep.forEachRow { weight, output, input, count, step in
            let factor = Double(weights[weight])
            for column in 0..<count {
                sums[output + column] += factor * Double(images[input + column * step])
            }
        }
        return Tensor(shape, generating: { Float(sums[$0]) })
    }

    /// The correlations of the cotangent with weights and images.
    public func vjp(_ cotangent: Tensor, inputs: [Tensor], output: Tensor, needed: [Bool]) -> [Tensor?] {
        convolution.vjp(cotangent, inputs: inputs, output: output, needed: needed)
    }

    /// `Conv`, whose sums are exact as long as they stay below 2²⁴.
    public var onnx: ONNXForm { convolution.onnx }

    func stepsPerElement(_ inputs: [Tensor]) -> Int { inputs[1].count / max(inputs[1].shape[0], 1) }
}
