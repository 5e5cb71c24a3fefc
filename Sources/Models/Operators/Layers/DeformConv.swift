import BulwarkTensors

/// Convolution whose taps are moved by offsets, in two dimensions (ONNX `DeformConv`), as a composition: the
/// taps are sampled, multiplied by the mask, and weighted by a convolution over single pixels.
///
/// Dai et al., "Deformable convolutional networks" (arXiv 1703.06211); with a mask Zhu et al., "Deformable
/// ConvNets v2" (arXiv 1811.11168).
enum DeformConv {
    static func lower(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        let plan = try Plan(node, lowering)
        let images = try lowering.reshape(
            try node.input(0),
            to: [plan.samples, plan.channelsPerOffset, plan.images[2], plan.images[3]],
            as: "images",
            of: node
        )
        let places = try places(node, plan, into: &lowering)
        var sampled = try lowering.apply(GridSample(), images, places, as: "sampled", of: node)
        if let mask = node.optionalInput(4) {
            let rows = [plan.samples, 1, plan.taps, plan.outputs]
            let factor = try lowering.reshape(mask, to: rows, as: "mask", of: node)
            sampled = try lowering.apply(Mul(), sampled, factor, as: "masked", of: node)
        }
        let columns = try lowering.reshape(
            sampled,
            to: [plan.images[0], plan.columns, plan.outputs],
            as: "columns",
            of: node
        )
        let weights = try lowering.reshape(
            try node.input(1),
            to: [plan.weights[0], plan.weights[1] * plan.kernel.count].map { Dimension(constant: $0) } + [1],
            as: "weights",
            of: node
        )
        let product = Conv(group: plan.group, strides: [1], dilations: [1], padsBegin: [0], padsEnd: [0])
        let result: ImportedValue
        if let bias = node.optionalInput(3) {
            result = try lowering.apply(product, columns, weights, bias, as: "product", of: node)
        } else {
            result = try lowering.apply(product, columns, weights, as: "product", of: node)
        }
        let extents = plan.extents.map { Dimension(constant: $0) }
        let target = [plan.images[0], Dimension(constant: plan.weights[0])] + extents
        return [try lowering.reshape(result, to: target, of: node)]
    }

    /// Where each tap of each output lies, from -1 to 1 across the image.
    private static func places(
        _ node: ONNXNode,
        _ plan: Plan,
        into lowering: inout ONNXLowering
    ) throws -> ImportedValue {
        let (taps, outputs) = (plan.kernel.count, plan.extents[0] * plan.extents[1])
        // Offsets come as [samples, taps, (y, x), outputs], places go as [samples, taps, outputs, (x, y)].
        let split = try lowering.reshape(
            try node.input(2),
            to: [plan.samples, plan.taps, 2, plan.outputs],
            as: "offsets",
            of: node
        )
        let turned = try lowering.apply(Transpose(permutation: [0, 1, 3, 2]), split, as: "turned", of: node)
        let flipped = Slice([Slice.Part(axis: 3, start: 1, count: 2, step: -1)])
        let offsets = try lowering.apply(flipped, turned, as: "flipped", of: node)
        // A pixel p of n lies at (2p + 1) / n - 1.
        let sizes = [plan.images[3].constant, plan.images[2].constant]
        let scales = try lowering.constant([2], of: node) { 2 / Float(sizes[$0]) }
        let still = try lowering.constant([1, taps, outputs, 2], of: node) { position in
            let axis = 1 - position % 2
            let (output, tap) = (position / 2 % outputs, position / 2 / outputs)
            let step = axis == 0 ? output / plan.extents[1] : output % plan.extents[1]
            let own = axis == 0 ? tap / plan.kernel[1] : tap % plan.kernel[1]
            let window = plan.window
            let pixel = step * window.strides[axis] - window.padsBegin[axis] + own * window.dilations[axis]
            return Float((2 * Double(pixel) + 1) / Double(sizes[position % 2]) - 1)
        }
        let moved = try lowering.apply(Mul(), offsets, scales, as: "moved", of: node)
        return try lowering.apply(Add(), moved, still, as: "places", of: node)
    }
}

/// The extents of a deformable convolution, checked.
private struct Plan {
    let images: SymbolicShape
    let weights: Shape
    let kernel: Shape
    let window: SlidingWindow
    /// The spatial extents of the output.
    let extents: [Int]
    let group: Int
    /// The number of samples times that of the groups of channels that share offsets.
    let samples: Dimension
    /// The channels of such a group.
    let channelsPerOffset: Dimension

    /// The number of taps of the window.
    var taps: Dimension { Dimension(constant: kernel.count) }
    /// The number of pixels of the output.
    var outputs: Dimension { Dimension(constant: extents[0] * extents[1]) }
    /// The number of input channels times that of taps.
    var columns: Dimension { Dimension(constant: weights[1] * group * kernel.count) }

    init(_ node: ONNXNode, _ lowering: ONNXLowering) throws {
        images = try lowering.shape(of: node.input(0))
        let offsets = try lowering.shape(of: node.input(2))
        guard images.rank == 4, let channels = images[1].fixed,
            let weights = try lowering.shape(of: node.input(1)).fixed, weights.rank == 4
        else { throw node.error("it takes images [N, C, H, W] and weights of four axes") }
        self.weights = weights
        kernel = Shape(trusted: Array(weights.dimensions.dropFirst(2)))
        guard try node.ints("kernel_shape") ?? kernel.dimensions == kernel.dimensions else {
            throw node.error("attribute kernel_shape differs from the shape of the weights, \(weights)")
        }
        window = try SlidingWindow.reading(node, kernel: kernel.dimensions, input: images)
        let (window, images) = (window, images)
        extents = try node.checked { () throws(OperatorError) in try window.outputExtents(images) }
        group = try node.int("group") ?? 1
        let groups = try node.int("offset_group") ?? 1
        guard group > 0, group <= channels, weights[1] * group == channels, weights[0] % group == 0 else {
            throw node.error("attribute group does not divide its channels")
        }
        guard groups > 0, channels % groups == 0,
            let samples = images[0].multiplied(by: Dimension(constant: groups))
        else { throw node.error("attribute offset_group does not divide its channels") }
        self.samples = samples
        channelsPerOffset = Dimension(constant: channels / groups)
        let (places, overflow) = extents[0].multipliedReportingOverflow(by: extents[1])
        let (all, excess) = places.multipliedReportingOverflow(by: max(1, 2 * kernel.count))
        guard !overflow, !excess, all <= GraphBuilder.maximumElements else {
            throw node.error("its output is too large")
        }
        let out = extents.map { Dimension(constant: $0) }
        let expected = [images[0], Dimension(constant: 2 * groups * kernel.count)] + out
        guard offsets == SymbolicShape(expected) else {
            throw node.error("its offsets are \(offsets), not \(SymbolicShape(expected))")
        }
        if let mask = node.optionalInput(4) {
            let shape = SymbolicShape([images[0], Dimension(constant: groups * kernel.count)] + out)
            guard lowering.shape(of: mask) == shape else { throw node.error("its mask is not \(shape)") }
        }
    }
}
