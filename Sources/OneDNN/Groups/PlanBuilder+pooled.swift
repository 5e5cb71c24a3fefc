import BulwarkModels
import BulwarkTensors
import CKernels
import COneDNN

extension PlanBuilder {
    /// Whether a convolution and the maximum over its output are computed as one.
    func canPool(_ conv: Conv, _ group: Group, _ pool: MaxPool, _ output: ValueID) -> Bool {
        guard let sizes = description(of: conv, group), let shape = kernels_convolution(sizes),
            let pooling = kernels_pooling(pool, input: outputShape(sizes), output: self.shape(output))
        else { return false }
        let isSimple = pool.dilations.allSatisfy { $0 == 1 }
        return isSimple
            && (shape.isThin && kernels_pooled_suits() || shape.isForWinograd && pooling.isHalving)
    }

    /// A convolution and the maximum over its output.
    func emit(
        _ sizes: onednn_convolution,
        _ kernel: FoldedWeights,
        _ pool: MaxPool,
        _ group: Group
    ) throws -> Bool {
        let input = group.core.inputs[0]
        let full = outputShape(sizes)
        guard let shape = kernels_convolution(sizes),
            let pooling = kernels_pooling(pool, input: full, output: self.shape(group.output)),
            let fullLayout = try Layout.blocked(full),
            let layout = try Layout.blocked(self.shape(group.output)),
            let sourceLayout = shape.isThin
                ? try denseLayout(self.shape(input)) : try Layout.blocked(self.shape(input))
        else { return false }
        let source = Stored(buffer: try read(input, as: sourceLayout), layout: sourceLayout)
        let rectifies = group.epilogue.activation != nil
        let output = Stored(buffer: make(layout), layout: layout)
        let taps = needs(group.output) ? memory.make(bytes: layout.floats) : nil
        if shape.isThin {
            emitThin(sizes, shape, kernel, pooling, source.buffer, output.buffer, taps, rectifies: rectifies)
        } else {
            emitWinograd(
                WinogradStep(
                    shape: shape,
                    source: source.buffer,
                    weights: prepareWinograd(shape, kernel, swaps: false),
                    bias: prepareBias(sizes, kernel),
                    result: output.buffer,
                    rectifies: rectifies,
                    pooling: pooling,
                    taps: taps
                )
            )
        }
        define(group.output, output)
        guard let taps else { return true }
        onTheWayBack { [self] in
            guard let gradient = try takeGradient(group.output, as: layout) else { return }
            let maximum = MaximumGradient(
                pooling: pooling,
                gradient: gradient.buffer,
                taps: taps,
                output: rectifies ? output.buffer : nil
            )
            if shape.takesMaxima, kernel.trainable(self) == nil || !shape.isThin {
                return try emitGradients(sizes, kernel, maximum, input)
            }
            let spread = Stored(buffer: emitSpread(maximum, fullLayout), layout: fullLayout)
            if needs(input) {
                if shape.isThin {
                    try emitThinGradient(shape, kernel, maximum, input)
                } else {
                    try emitInputGradient(sizes, kernel, spread, input)
                }
            }
            if let trainable = kernel.trainable(self) {
                try emitWeightGradient(sizes, spread, source: source, trainable)
            }
        }
        return true
    }

    /// A convolution of images of few channels and the maximum over its output.
    private func emitThin(
        _ sizes: onednn_convolution,
        _ shape: kernels_convolution,
        _ kernel: FoldedWeights,
        _ pooling: kernels_pooling,
        _ source: Buffer,
        _ output: Buffer,
        _ taps: Buffer?,
        rectifies: Bool
    ) {
        let weights = prepareThin(shape, kernel)
        let bias = prepareBias(sizes, kernel)
        let scratch = makeScratch(shape, pooling)
        emit([source, weights, bias, scratch, output] + (taps.map { [$0] } ?? [])) { pointers in
            var (shape, pooling) = (shape, pooling)
            let taps = pointers.count == 6 ? UnsafeMutableRawPointer(pointers[5]) : nil
            kernels_pooled_forward(
                &shape,
                &pooling,
                pointers[0],
                pointers[1],
                pointers[2],
                rectifies,
                pointers[3],
                pointers[4],
                taps?.assumingMemoryBound(to: UInt8.self)
            )
        }
    }

    private func makeScratch(_ given: kernels_convolution, _ pooling: kernels_pooling) -> Buffer {
        var (shape, pooling) = (given, pooling)
        return memory.make(bytes: Int(kernels_pooled_scratch(&shape, &pooling)) * MemoryLayout<Float>.stride)
    }

    /// The bias of whole blocks of channels.
    func prepareBias(_ sizes: onednn_convolution, _ kernel: FoldedWeights) -> Buffer {
        let block = Int(kernels_block)
        let floats = (Int(sizes.output_channels) + block - 1) / block * block
        return prepare(bytes: floats * MemoryLayout<Float>.stride) { store, target in
            target.update(repeating: 0, count: floats)
            guard sizes.has_bias else { return }
            let bias = kernel.bias(store)
            bias.withUnsafePointer { target.update(from: $0, count: bias.count) }
        }
    }
}

extension kernels_pooling {
    /// Whether windows are two by two pixels, side by side, without padding.
    fileprivate var isHalving: Bool {
        kernel_height == 2 && kernel_width == 2 && stride_height == 2 && stride_width == 2 && padding_top == 0
            && padding_left == 0 && 2 * output_height <= input_height && 2 * output_width <= input_width
    }
}
