import BulwarkTensors

/// Transposed convolution in one, two or three dimensions (ONNX `ConvTranspose`): the derivative of a
/// convolution with respect to its images, as an operator of its own.
///
/// Inputs: images `[N, C, …]`, weights `[C, M / group, …]` and optionally a bias `[M]`.
public struct ConvTranspose: HeavyOperator {
    /// The number of groups into which input and output channels are divided.
    public let group: Int
    /// How far the inputs' contributions are apart along each spatial axis.
    public let strides: [Int]
    /// The distance of neighbouring taps along each spatial axis.
    public let dilations: [Int]
    /// How much is cut off before each spatial axis.
    public let padsBegin: [Int]
    /// How much is cut off after each spatial axis.
    public let padsEnd: [Int]
    /// How much is added after each spatial axis.
    public let outputPadding: [Int]

    /// A transposed convolution; each list has one entry for each spatial axis.
    public init(
        group: Int = 1,
        strides: [Int],
        dilations: [Int],
        padsBegin: [Int],
        padsEnd: [Int],
        outputPadding: [Int]
    ) {
        self.group = group
        self.strides = strides
        self.dilations = dilations
        self.padsBegin = padsBegin
        self.padsEnd = padsEnd
        self.outputPadding = outputPadding
    }

    private func window(_ kernel: [Int]) -> SlidingWindow {
        SlidingWindow(
            kernel: kernel,
            strides: strides,
            dilations: dilations,
            padsBegin: padsBegin,
            padsEnd: padsEnd
        )
    }

    /// `[N, M, …]` with extents `stride · (input - 1) + output padding + span of the window - padding`.
    public func outputShape(for inputs: [SymbolicShape]) throws(OperatorError) -> SymbolicShape {
        try inputs.expectCount(2...3)
        guard let weights = inputs[1].fixed, weights.rank == inputs[0].rank, (3...5).contains(weights.rank)
        else {
            throw .shapes("images and weights have one to three spatial axes", inputs)
        }
        guard inputs[0][1].fixed == weights[0] else {
            throw .shapes("the weights are for \(weights[0]) input channels", inputs)
        }
        guard group > 0, group <= max(weights[0], 1), weights[0] % group == 0 else {
            throw .attribute(name: "group", problem: "\(group) does not divide \(weights[0]) input channels")
        }
        let (channels, overflow) = weights[1].multipliedReportingOverflow(by: group)
        guard !overflow, channels <= GraphBuilder.maximumElements else {
            throw .shapes("there are too many output channels", inputs)
        }
        if inputs.count == 3, inputs[2] != [Dimension(constant: channels)] {
            throw .shapes("there is one bias for each output channel", inputs)
        }
        let extents = try extents(inputs[0], kernel: Array(weights.dimensions.dropFirst(2)))
        return SymbolicShape(
            [inputs[0][0], Dimension(constant: channels)] + extents.map { Dimension(constant: $0) }
        )
    }

    /// The spatial extents of the output for a window of extents `kernel`.
    ///
    /// - Throws: `OperatorError` if attributes are out of range or an extent is.
    func extents(_ input: SymbolicShape, kernel: [Int]) throws(OperatorError) -> [Int] {
        let window = window(kernel)
        try window.validate()
        guard outputPadding.count == strides.count,
            outputPadding.allSatisfy({ (0...SlidingWindow.maximumAttribute).contains($0) })
        else {
            throw .attribute(name: "output_padding", problem: "\(outputPadding.prefix(4)) is out of range")
        }
        let extents = try SlidingWindow.spatialExtents(input)
        guard extents.count == kernel.count else {
            throw .shapes("the window has \(kernel.count) axes, the input \(extents.count)", [input])
        }
        var result: [Int] = []
        for (axis, extent) in extents.enumerated() {
            let (reach, overflow) = strides[axis].multipliedReportingOverflow(by: max(extent, 1) - 1)
            guard !overflow, extent > 0, reach <= GraphBuilder.maximumElements,
                window.span(axis) <= GraphBuilder.maximumElements
            else { throw .shapes("an extent of the output is out of range", [input]) }
            let size = reach + outputPadding[axis] + window.span(axis) - padsBegin[axis] - padsEnd[axis]
            guard size > 0, size <= GraphBuilder.maximumElements else {
                throw .shapes("the output would have \(size) elements along an axis", [input])
            }
            result.append(size)
        }
        return result
    }

    /// Every input times the weights, added up at the places it belongs to, plus the bias.
    public func value(of inputs: [Tensor], shape: Shape) -> Tensor {
        let (images, weights) = (inputs[0].elements, inputs[1].elements)
        let sweep = sweep(inputs, output: shape)
        let bias = inputs.count == 3 ? inputs[2].elements : nil
        let (channels, plane) = (shape[1], shape.dimensions.dropFirst(2).reduce(1, *))
        return Tensor(shape) { target in
            if let bias {
                for position in target.indices { target[position] = bias[position / plane % channels] }
            }
            sweep.forEachRow { weight, image, output, count, step in
                let factor = weights[weight]
                for column in 0..<count { target[output + column * step] += factor * images[image + column] }
            }
        }
    }

    /// The convolution of the cotangent with the weights, its correlation with the images, and its sum for
    /// each channel.
    public func vjp(_ cotangent: Tensor, inputs: [Tensor], output: Tensor, needed: [Bool]) -> [Tensor?] {
        let (images, weights, gradient) = (inputs[0].elements, inputs[1].elements, cotangent.elements)
        let sweep = sweep(inputs, output: output.shape)
        var gradients = [Tensor?](repeating: nil, count: inputs.count)
        if needed[0] {
            gradients[0] = Tensor(inputs[0].shape) { target in
                sweep.forEachRow { weight, image, output, count, step in
                    let factor = weights[weight]
                    for column in 0..<count {
                        target[image + column] += factor * gradient[output + column * step]
                    }
                }
            }
        }
        if needed[1] {
            var sums = [Double](repeating: 0, count: weights.count)
            sweep.forEachRow { weight, image, output, count, step in
                var sum: Float = 0
                for column in 0..<count { sum += images[image + column] * gradient[output + column * step] }
                sums[weight] += Double(sum)
            }
            gradients[1] = Tensor(inputs[1].shape, generating: { Float(sums[$0]) })
        }
        if inputs.count == 3, needed[2] {
            let (channels, plane) = (output.shape[1], output.shape.dimensions.dropFirst(2).reduce(1, *))
            let perChannel = cotangent.reshaped(to: [output.shape[0], channels, plane])
            gradients[2] = Broadcasting.reduce(perChannel, to: [1, channels, 1]).reshaped(to: [channels])
        }
        return gradients
    }

    /// The loops of the convolution that this one is the derivative of: from our output to our input.
    private func sweep(_ inputs: [Tensor], output: Shape) -> ConvolutionSweep {
        ConvolutionSweep(
            window: window(Array(inputs[1].shape.dimensions.dropFirst(2))),
            group: group,
            input: output,
            output: inputs[0].shape
        )
    }

    func stepsPerElement(_ inputs: [Tensor]) -> Int { inputs[1].count / max(inputs[1].shape[1], 1) }

    /// `ConvTranspose` with explicit padding.
    public var onnx: ONNXForm {
        ONNXForm(
            "ConvTranspose",
            [
                "group": .int(group), "strides": .ints(strides), "dilations": .ints(dilations),
                "pads": .ints(padsBegin + padsEnd), "output_padding": .ints(outputPadding),
            ]
        )
    }
}
