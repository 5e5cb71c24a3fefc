import BulwarkTensors

/// Normalisation of each channel with fixed statistics (ONNX `BatchNormalization` at inference).
///
/// Inputs: values `[N, C, …]`, then scale, bias, mean and variance `[C]`.
public struct BatchNormalization: Operator {
    /// What is added to the variance before its root is taken.
    public let epsilon: Float

    /// A normalisation.
    public init(epsilon: Float = 1e-5) { self.epsilon = epsilon }

    /// The shape of the values.
    public func outputShape(for inputs: [SymbolicShape]) throws(OperatorError) -> SymbolicShape {
        try inputs.expectCount(5...5)
        guard inputs[0].rank >= 2 else {
            throw .shapes("the values have channels along their second axis", inputs)
        }
        let channels: SymbolicShape = [inputs[0][1]]
        guard inputs.dropFirst().allSatisfy({ $0 == channels }) else {
            throw .shapes("scale, bias, mean and variance have one element a channel", inputs)
        }
        return inputs[0]
    }

    /// `scale · (x - mean) / √(variance + epsilon) + bias`.
    public func value(of inputs: [Tensor], shape: Shape) -> Tensor {
        let (x, scale, bias, mean) = (
            inputs[0].elements, inputs[1].elements, inputs[2].elements, inputs[3].elements
        )
        let inverse = inverseDeviation(inputs[4])
        return Tensor(shape) { target in
            AxisBlocks(shape, axis: 1).forEachChannelRun { channel, range in
                let (center, factor, offset) = (
                    mean[channel], scale[channel] * inverse[channel], bias[channel]
                )
                for position in range { target[position] = (x[position] - center) * factor + offset }
            }
        }
    }

    /// The derivatives with respect to the values and all four parameters.
    public func vjp(_ cotangent: Tensor, inputs: [Tensor], output: Tensor, needed: [Bool]) -> [Tensor?] {
        let (x, scale, mean, gradient) =
            (inputs[0].elements, inputs[1].elements, inputs[3].elements, cotangent.elements)
        let inverse = inverseDeviation(inputs[4])
        let blocks = AxisBlocks(output.shape, axis: 1)
        let channels = inputs[1].shape
        var gradients = [Tensor?](repeating: nil, count: 5)
        if needed[0] {
            gradients[0] = Tensor(output.shape) { target in
                blocks.forEachChannelRun { channel, range in
                    let factor = scale[channel] * inverse[channel]
                    for position in range { target[position] = gradient[position] * factor }
                }
            }
        }
        guard needed.dropFirst().contains(true) else { return gradients }
        // Of each channel: the sum of the cotangent, and of its product with the distance from the mean.
        var sums = [Double](repeating: 0, count: channels.count)
        var moments = [Double](repeating: 0, count: channels.count)
        blocks.forEachChannelRun { channel, range in
            for position in range {
                sums[channel] += Double(gradient[position])
                moments[channel] += Double(gradient[position]) * Double(x[position] - mean[channel])
            }
        }
        if needed[1] {
            gradients[1] = Tensor(channels, generating: { Float(moments[$0] * Double(inverse[$0])) })
        }
        if needed[2] { gradients[2] = Tensor(channels, generating: { Float(sums[$0]) }) }
        if needed[3] {
            gradients[3] = Tensor(
                channels,
                generating: { Float(-sums[$0] * Double(scale[$0]) * Double(inverse[$0])) }
            )
        }
        if needed[4] {
            gradients[4] = Tensor(
                channels,
                generating: { channel in
                    let deviation = Double(inverse[channel])
                    return Float(
                        -0.5 * moments[channel] * Double(scale[channel]) * deviation * deviation * deviation
                    )
                }
            )
        }
        return gradients
    }

    private func inverseDeviation(_ variance: Tensor) -> [Float] {
        variance.elements.map { 1 / ($0 + epsilon).squareRoot() }
    }

    /// `BatchNormalization`.
    public var onnx: ONNXForm { ONNXForm("BatchNormalization", ["epsilon": .float(epsilon)]) }

    static func lower(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        if try node.int("training_mode") ?? 0 != 0 { return try lowerTraining(node, into: &lowering) }
        guard node.outputCount <= 1 else {
            throw node.error("is in training mode; export the model for inference")
        }
        try node.refuseTrainingForm()
        guard try node.int("spatial") ?? 1 == 1 else { throw node.error("attribute spatial is not 1") }
        let epsilon = try node.float("epsilon") ?? 1e-5
        if case .constant(let variance)? = node.optionalInput(4) {
            guard variance.elements.allSatisfy({ $0 + epsilon > 0 }) else {
                throw node.error("the variance of a channel is negative")
            }
        }
        let operation = BatchNormalization(epsilon: epsilon)
        return [try lowering.emit(operation, node, inputs: [0, 1, 2, 3, 4])]
    }
}

extension AxisBlocks {
    /// Visits the neighbouring positions that share a coordinate on the axis, with that coordinate.
    func forEachChannelRun(_ body: (_ channel: Int, _ range: Range<Int>) -> Void) {
        for block in 0..<outer {
            for channel in 0..<length {
                let start = (block * length + channel) * inner
                body(channel, start..<start + inner)
            }
        }
    }
}
