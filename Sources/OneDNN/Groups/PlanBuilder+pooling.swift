import BulwarkModels
import BulwarkTensors
import CKernels
import COneDNN

extension PlanBuilder {
    /// A maximum over windows, with a rectifier that may follow; false if our kernel is not made for it.
    func emit(_ pool: MaxPool, _ group: Group) throws -> Bool {
        let input = group.inputs[0]
        let (before, after) = (shape(input), shape(group.output))
        guard let sizes = kernels_pooling(pool, input: before, output: after),
            Limits.allow([before, after]), let layout = try Layout.blocked(before),
            let outputLayout = try Layout.blocked(after)
        else { return false }
        let isDifferentiated = needs(group.output)
        let source = try read(input, as: layout)
        let output = Stored(buffer: make(outputLayout), layout: outputLayout)
        let taps = isDifferentiated ? memory.make(bytes: outputLayout.floats) : nil
        let rectifies = group.epilogue.activation != nil
        emit([source, output.buffer] + (taps.map { [$0] } ?? [])) { pointers in
            var sizes = sizes
            let taps = pointers.count == 3 ? UnsafeMutableRawPointer(pointers[2]) : nil
            kernels_maximum_forward(
                &sizes,
                pointers[0],
                rectifies,
                pointers[1],
                taps?.assumingMemoryBound(to: UInt8.self)
            )
        }
        define(group.output, output)
        guard let taps else { return true }
        onTheWayBack { [self] in
            guard let gradient = try takeGradient(group.output, as: outputLayout) else { return }
            let maximum = MaximumGradient(
                pooling: sizes,
                gradient: gradient.buffer,
                taps: taps,
                output: rectifies ? output.buffer : nil
            )
            if contribute(input, maximum) { return }
            let target = Stored(buffer: emitSpread(maximum, layout), layout: layout)
            contribute(input, target, isOwned: true)
        }
        return true
    }

    /// The gradient before a maximum, most of it zero.
    func emitSpread(_ maximum: MaximumGradient, _ layout: Layout) -> Buffer {
        let target = make(layout)
        emit(maximum.buffers + [target]) { pointers in
            maximum.withParts(pointers) { maximum, gradient in
                kernels_maximum_backward(
                    maximum.pooling,
                    gradient,
                    maximum.output,
                    maximum.taps,
                    pointers[pointers.count - 1]
                )
            }
        }
        return target
    }

    /// A mean over windows; false if oneDNN means something else by it.
    func emit(_ pool: AveragePool, _ node: Graph.Node) throws -> Bool {
        let (before, after) = (shape(node.inputs[0]), shape(node.output))
        let axes = pool.kernel.indices.compactMap { axis -> onednn_axis? in
            let (kernel, stride) = (pool.kernel[axis], pool.strides[axis])
            let (input, output) = (before[axis + 2], after[axis + 2])
            let full = (input + pool.padsBegin[axis] + pool.padsEnd[axis] - kernel) / stride + 1
            // Where the number of outputs is rounded up, the last window reaches beyond the padding. oneDNN
            // would count that as padding, too; the operator does not.
            let reach =
                full == output
                ? pool.padsEnd[axis] : (output - 1) * stride + kernel - input - pool.padsBegin[axis]
            if pool.countsPadding, reach > pool.padsEnd[axis] { return nil }
            return onednn_axis(
                input: Int64(input),
                output: Int64(output),
                kernel: Int64(kernel),
                stride: Int64(stride),
                dilation: 1,
                padding_before: Int64(pool.padsBegin[axis]),
                padding_after: Int64(reach)
            )
        }
        guard axes.count == pool.kernel.count else { return false }
        return try emitMean(axes, includesPadding: pool.countsPadding, node)
    }

    /// The mean of each channel.
    func emitGlobalAverage(_ node: Graph.Node) throws -> Bool {
        let axes = shape(node.inputs[0]).dimensions.dropFirst(2).map { extent in
            onednn_axis(
                input: Int64(extent),
                output: 1,
                kernel: Int64(extent),
                stride: 1,
                dilation: 1,
                padding_before: 0,
                padding_after: 0
            )
        }
        return try emitMean(axes, includesPadding: false, node)
    }

    private func emitMean(_ axes: [onednn_axis], includesPadding: Bool, _ node: Graph.Node) throws -> Bool {
        let input = node.inputs[0]
        var sizes = onednn_pooling()
        guard (1...Int(onednn_maximum_spatial_rank)).contains(axes.count), axes.allSatisfy(Limits.allow),
            Limits.allow([shape(input), shape(node.output)])
        else { return false }
        sizes.rank = Int32(axes.count)
        sizes.axes.0 = axes[0]
        if axes.count > 1 { sizes.axes.1 = axes[1] }
        if axes.count > 2 { sizes.axes.2 = axes[2] }
        (sizes.samples, sizes.channels) = (Int64(shape(input)[0]), Int64(shape(input)[1]))
        sizes.includes_padding = includesPadding
        let source = try read(input)
        let forward = try Primitive { onednn_pooling_forward(&sizes, source.layout.handle, &$0) }
        guard let forward, let layout = forward.layout(.destination) else { return false }
        let output = Stored(buffer: make(layout), layout: layout)
        emit(forward, [(.source, source.buffer), (.destination, output.buffer)])
        define(node.output, output)
        onTheWayBack { [self] in
            guard let gradient = try takeGradient(node.output, as: layout) else { return }
            let backward = try Primitive {
                onednn_pooling_backward(&sizes, source.layout.handle, layout.handle, &$0)
            }
            guard let backward else { throw BackendError.library("oneDNN cannot differentiate this pooling") }
            let target = make(source.layout)
            emit(backward, [(.destination, gradient.buffer), (.source, target)])
            contribute(input, Stored(buffer: target, layout: source.layout), isOwned: true)
        }
        return true
    }
}

extension MaxPool {
    /// The maximum of each channel of images of this shape.
    init(covering image: Shape) {
        let kernel = Array(image.dimensions.dropFirst(2))
        let (ones, zeros) = (kernel.map { _ in 1 }, kernel.map { _ in 0 })
        self.init(
            kernel: kernel,
            strides: ones,
            dilations: ones,
            padsBegin: zeros,
            padsEnd: zeros,
            ceilMode: false
        )
    }
}

/// A gradient behind a maximum over windows: where it goes is known, and most of the rest is zero.
struct MaximumGradient {
    let pooling: kernels_pooling
    /// The gradient of the maxima, blocked.
    let gradient: Buffer
    let taps: Buffer
    /// The maxima, if a rectifier followed.
    let output: Buffer?

    /// What it lies in, in the order that `withParts` expects.
    var buffers: [Buffer] { [gradient, taps] + (output.map { [$0] } ?? []) }

    /// Calls `body` with everything in the kernels' terms.
    func withParts(
        _ pointers: NativeStep.Pointers,
        _ body: (kernels_maximum, UnsafePointer<Float>) -> Void
    ) {
        withUnsafePointer(to: pooling) { pooling in
            let taps = UnsafeRawPointer(pointers[1]).assumingMemoryBound(to: UInt8.self)
            let output = self.output == nil ? nil : UnsafePointer(pointers[2])
            body(kernels_maximum(pooling: pooling, taps: taps, output: output), pointers[0])
        }
    }
}

extension kernels_pooling {
    /// The same pooling for our own kernel, or nil if that is not made for it.
    init?(_ pool: MaxPool, input: Shape, output: Shape) {
        guard pool.kernel.count <= 2, pool.kernel.reduce(1, { min($0 * $1, 256) }) <= 255 else { return nil }
        let blocks = (input[1] + Int(kernels_block) - 1) / Int(kernels_block)
        // A row of pixels is an image one pixel high.
        let isRow = pool.kernel.count == 1
        func pair(_ values: [Int], _ missing: Int) -> (Int64, Int64) {
            isRow ? (Int64(missing), Int64(values[0])) : (Int64(values[0]), Int64(values[1]))
        }
        let before = pair(Array(input.dimensions.dropFirst(2)), 1)
        let after = pair(Array(output.dimensions.dropFirst(2)), 1)
        let (kernel, strides) = (pair(pool.kernel, 1), pair(pool.strides, 1))
        let (dilations, padding) = (pair(pool.dilations, 1), pair(pool.padsBegin, 0))
        self.init(
            planes: Int64(input[0] * blocks),
            input_height: before.0,
            input_width: before.1,
            output_height: after.0,
            output_width: after.1,
            kernel_height: kernel.0,
            kernel_width: kernel.1,
            stride_height: strides.0,
            stride_width: strides.1,
            dilation_height: dilations.0,
            dilation_width: dilations.1,
            padding_top: padding.0,
            padding_left: padding.1
        )
    }
}
