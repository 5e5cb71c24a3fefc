import BulwarkTensors

/// Convolution in one, two or three dimensions (ONNX `Conv`): the cross-correlation that all frameworks call
/// so.
///
/// Inputs: images `[N, C, …]`, weights `[M, C / group, …]` and optionally a bias `[M]`.
public struct Conv: Operator {
    /// The number of groups into which input and output channels are divided.
    public let group: Int
    /// The step of the window along each spatial axis.
    public let strides: [Int]
    /// The distance of neighbouring taps along each spatial axis.
    public let dilations: [Int]
    /// The number of zeros before the first element of each spatial axis.
    public let padsBegin: [Int]
    /// The number of zeros after the last element of each spatial axis.
    public let padsEnd: [Int]

    /// A convolution; each list has one entry for each spatial axis.
    public init(group: Int = 1, strides: [Int], dilations: [Int], padsBegin: [Int], padsEnd: [Int]) {
        self.group = group
        self.strides = strides
        self.dilations = dilations
        self.padsBegin = padsBegin
        self.padsEnd = padsEnd
    }

    private func window(_ weights: [Int]) -> SlidingWindow {
        SlidingWindow(
            kernel: Array(weights.dropFirst(2)),
            strides: strides,
            dilations: dilations,
            padsBegin: padsBegin,
            padsEnd: padsEnd
        )
    }

    /// `[N, M, …]`.
    public func outputShape(for inputs: [SymbolicShape]) throws(OperatorError) -> SymbolicShape {
        try inputs.expectCount(2...3)
        guard let weights = inputs[1].fixed, weights.rank == inputs[0].rank, (3...5).contains(weights.rank)
        else {
            throw .shapes("images and weights have one to three spatial axes", inputs)
        }
        guard group > 0, group <= max(weights[0], 1), weights[0] % group == 0 else {
            throw .attribute(name: "group", problem: "\(group) does not divide \(weights[0]) output channels")
        }
        let (channels, overflow) = weights[1].multipliedReportingOverflow(by: group)
        guard !overflow, inputs[0][1].fixed == channels else {
            throw .shapes("the weights are for \(weights[1]) channels in each of \(group) groups", inputs)
        }
        if inputs.count == 3, inputs[2] != [Dimension(constant: weights[0])] {
            throw .shapes("there is one bias for each output channel", inputs)
        }
        let extents = try window(weights.dimensions).outputExtents(inputs[0])
        return SymbolicShape(
            [inputs[0][0], Dimension(constant: weights[0])] + extents.map { Dimension(constant: $0) }
        )
    }

    /// For each output the sum of taps times weights, plus the bias.
    public func value(of inputs: [Tensor], shape: Shape) -> Tensor {
        let (images, weights) = (inputs[0].elements, inputs[1].elements)
        let sweep = sweep(inputs, output: shape)
        let bias = inputs.count == 3 ? inputs[2].elements : nil
        let (channels, plane) = (shape[1], sweep.outputPlane)
        return Tensor(shape) { target in
            if let bias {
                for position in target.indices { target[position] = bias[position / plane % channels] }
            }
            sweep.forEachRow { weight, output, input, count, step in
                let factor = weights[weight]
                for column in 0..<count { target[output + column] += factor * images[input + column * step] }
            }
        }
    }

    /// The correlations of the cotangent with the weights and with the images, and its sum for each channel.
    public func vjp(_ cotangent: Tensor, inputs: [Tensor], output: Tensor, needed: [Bool]) -> [Tensor?] {
        let (images, weights, gradient) = (inputs[0].elements, inputs[1].elements, cotangent.elements)
        let sweep = sweep(inputs, output: output.shape)
        var gradients = [Tensor?](repeating: nil, count: inputs.count)
        if needed[0] {
            gradients[0] = Tensor(inputs[0].shape) { target in
                sweep.forEachRow { weight, output, input, count, step in
                    let factor = weights[weight]
                    for column in 0..<count {
                        target[input + column * step] += factor * gradient[output + column]
                    }
                }
            }
        }
        if needed[1] {
            var sums = [Double](repeating: 0, count: weights.count)
            sweep.forEachRow { weight, output, input, count, step in
                var sum: Float = 0
                for column in 0..<count { sum += gradient[output + column] * images[input + column * step] }
                sums[weight] += Double(sum)
            }
            gradients[1] = Tensor(inputs[1].shape, generating: { Float(sums[$0]) })
        }
        if inputs.count == 3, needed[2] {
            let channels = output.shape[1]
            let perChannel = cotangent.reshaped(to: [output.shape[0], channels, sweep.outputPlane])
            gradients[2] = Broadcasting.reduce(perChannel, to: [1, channels, 1]).reshaped(to: [channels])
        }
        return gradients
    }

    func sweep(_ inputs: [Tensor], output: Shape) -> ConvolutionSweep {
        ConvolutionSweep(
            window: window(inputs[1].shape.dimensions),
            group: group,
            input: inputs[0].shape,
            output: output
        )
    }

    /// `Conv` with explicit padding.
    public var onnx: ONNXForm {
        ONNXForm(
            "Conv",
            [
                "group": .int(group), "strides": .ints(strides), "dilations": .ints(dilations),
                "pads": .ints(padsBegin + padsEnd),
            ]
        )
    }

    static func lower(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        let conv = try reading(
            node,
            images: lowering.shape(of: node.input(0)),
            weights: lowering.shape(of: node.input(1))
        )
        return [try lowering.emit(conv, node, inputs: node.optionalInput(2) == nil ? [0, 1] : [0, 1, 2])]
    }

    /// The attributes of a node for images and weights of these shapes.
    static func reading(_ node: ONNXNode, images: SymbolicShape, weights: SymbolicShape) throws -> Conv {
        guard let weights = weights.fixed, weights.rank >= 3 else {
            throw node.error("its weights have at least three axes of fixed extent")
        }
        let kernel = Array(weights.dimensions.dropFirst(2))
        guard try node.ints("kernel_shape") ?? kernel == kernel else {
            throw node.error("attribute kernel_shape differs from the shape of the weights, \(weights)")
        }
        let window = try SlidingWindow.reading(node, kernel: kernel, input: images)
        return Conv(
            group: try node.int("group") ?? 1,
            strides: window.strides,
            dilations: window.dilations,
            padsBegin: window.padsBegin,
            padsEnd: window.padsEnd
        )
    }
}
