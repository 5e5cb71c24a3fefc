import BulwarkModels
import BulwarkTensors
import CKernels
import COneDNN

extension PlanBuilder {
    /// Whether a convolution and the maximum over its output are computed as one.
    func canPool(_ conv: Conv, _ group: Group, _ pool: MaxPool, _ output: ValueID) -> Bool {
        guard let sizes = description(of: conv, group), let shape = kernels_convolution(sizes), shape.isThin,
            kernels_pooling(pool, input: outputShape(sizes), output: self.shape(output)) != nil
        else { return false }
        return pool.dilations.allSatisfy { $0 == 1 }
    }

    /// A convolution of images of few channels and the maximum over its output.
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
            let layout = try Layout.blocked(self.shape(group.output))
        else { return false }
        let isDifferentiated = needs(group.output)
        let rectifies = group.epilogue.activation != nil
        let weights = prepareThin(shape, kernel)
        let source = try readDense(input)
        let output = Stored(buffer: make(layout), layout: layout)
        let taps = isDifferentiated ? memory.make(bytes: layout.floats) : nil
        let bias = prepareBias(sizes, kernel)
        let scratch = makeScratch(shape, pooling)
        emit([source, weights, bias, scratch, output.buffer] + (taps.map { [$0] } ?? [])) { pointers in
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
            if needs(input) { try emitThinGradient(shape, kernel, maximum, input) }
            if let trainable = kernel.trainable(self) {
                let spread = Stored(buffer: emitSpread(maximum, fullLayout), layout: fullLayout)
                let images = Stored(buffer: source, layout: try denseLayout(self.shape(input)))
                try emitWeightGradient(sizes, spread, source: images, trainable)
            }
        }
        return true
    }

    private func makeScratch(_ given: kernels_convolution, _ pooling: kernels_pooling) -> Buffer {
        var (shape, pooling) = (given, pooling)
        return memory.make(bytes: Int(kernels_pooled_scratch(&shape, &pooling)) * MemoryLayout<Float>.stride)
    }

    /// The bias of whole blocks of channels.
    private func prepareBias(_ sizes: onednn_convolution, _ kernel: FoldedWeights) -> Buffer {
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
