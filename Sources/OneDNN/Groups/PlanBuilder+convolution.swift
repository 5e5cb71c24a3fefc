import BulwarkModels
import BulwarkTensors
import CKernels
import COneDNN

extension PlanBuilder {
    /// A convolution with what rides on it; false if oneDNN is not asked to do it.
    func emit(_ conv: Conv, _ group: Group) throws -> Bool {
        guard var sizes = description(of: conv, group), Limits.allow([shape(group.output)]) else {
            return false
        }
        var kernel = FoldedWeights(group)
        if let pooling = group.pooling?.operation as? MaxPool {
            return try emit(sizes, kernel, pooling, group)
        }
        if kernel.trainable(self) == nil {
            let taps = sizes.listed.map(TapRange.init)
            _ = sizes.take(taps.map(\.axis))
            kernel.taps = taps.map(\.range)
        }
        return try emit(sizes, kernel, input: group.core.inputs[0], group)
    }

    /// The sizes of a convolution, or nil if oneDNN is not asked to handle them.
    func description(of conv: Conv, _ group: Group) -> onednn_convolution? {
        let inputs = group.core.inputs
        let (image, weights, output) = (shape(inputs[0]), shape(inputs[1]), shape(group.core.output))
        guard inputs.dropFirst().allSatisfy(isParameter) else { return nil }
        var sizes = onednn_convolution()
        sizes.has_bias = inputs.count == 3 || group.normalization != nil
        let axes = conv.strides.indices.map { axis in
            onednn_axis(
                input: Int64(image[axis + 2]),
                output: Int64(output[axis + 2]),
                kernel: Int64(weights[axis + 2]),
                stride: Int64(conv.strides[axis]),
                dilation: Int64(conv.dilations[axis]),
                padding_before: Int64(conv.padsBegin[axis]),
                padding_after: Int64(conv.padsEnd[axis])
            )
        }
        guard sizes.take(axes), Limits.allow([image, weights, output]) else { return nil }
        sizes.samples = Int64(image[0])
        sizes.input_channels = Int64(image[1])
        sizes.output_channels = Int64(weights[0])
        sizes.groups = Int64(conv.group)
        return sizes
    }

    /// A normalisation with fixed statistics on its own: a convolution of each channel with a single tap.
    func emitChannelwise(_ group: Group) throws -> Bool {
        let node = group.core
        let image = shape(node.inputs[0])
        guard node.inputs.dropFirst().allSatisfy(isFrozen), (3...5).contains(image.rank),
            Limits.allow([image])
        else { return false }
        var sizes = onednn_convolution()
        let axes = image.dimensions.dropFirst(2).map { extent in
            onednn_axis(
                input: Int64(extent),
                output: Int64(extent),
                kernel: 1,
                stride: 1,
                dilation: 1,
                padding_before: 0,
                padding_after: 0
            )
        }
        guard sizes.take(axes) else { return false }
        (sizes.samples, sizes.input_channels) = (Int64(image[0]), Int64(image[1]))
        (sizes.output_channels, sizes.groups) = (Int64(image[1]), Int64(image[1]))
        sizes.has_bias = true
        let ones = Tensor(Shape(trusted: [image[1], 1] + axes.map { _ in 1 }), repeating: 1)
        let kernel = FoldedWeights(identity: ones, normalization: node)
        return try emit(sizes, kernel, input: node.inputs[0], group)
    }

    private func emit(
        _ given: onednn_convolution,
        _ kernel: FoldedWeights,
        input: ValueID,
        _ group: Group
    ) throws -> Bool {
        if try emitWinograd(given, kernel, input: input, group) { return true }
        var sizes = given
        let forward = try Primitive {
            onednn_convolution_forward(&sizes, nil, group.epilogue.description, &$0)
        }
        guard let forward, let sourceLayout = forward.layout(.source), let packed = forward.layout(.weights),
            let layout = forward.layout(.destination)
        else { return false }
        let source = try read(input, as: sourceLayout)
        let plain = try weightsLayout(&sizes)
        let weights = try prepare(from: plain, to: packed) { kernel.weights($0) }
        let output = Stored(buffer: try destination(layout, group.epilogue), layout: layout)
        var parts: [(role: Role, buffer: Buffer)] = [
            (.source, source), (.weights, weights), (.destination, output.buffer),
        ]
        if sizes.has_bias {
            let vector = try denseLayout(Shape(trusted: [Int(sizes.output_channels)]))
            parts.append((.bias, try prepare(from: vector, to: vector) { kernel.bias($0) }))
        }
        emit(forward, parts)
        finish(sizes, kernel, source: Stored(buffer: source, layout: sourceLayout), input, output, group)
        return true
    }

    /// Defines the output of a convolution and leaves its way back; `source` is what it read.
    func finish(
        _ sizes: onednn_convolution,
        _ kernel: FoldedWeights,
        source: Stored,
        _ input: ValueID,
        _ output: Stored,
        _ group: Group
    ) {
        define(group.output, output)
        let isPlain = group.epilogue.activation == nil && group.epilogue.residual == nil
        let trainable = kernel.trainable(self)
        // Our kernel for the weights reads images in blocks, as the one for the images writes them.
        if isPlain, let shape = kernels_convolution(sizes), shape.takesMaxima,
            trainable == nil || !shape.isThin
        {
            acceptMaximum(group.output)
        }
        onTheWayBack { [self] in
            if let maximum = takeMaximum(group.output) {
                return try emitGradients(sizes, kernel, maximum, input)
            }
            let activation = group.epilogue.activation
            guard let gradient = try takeGradient(group.output, through: activation, output: output) else {
                return
            }
            if let residual = group.epilogue.residual { contribute(residual, gradient, isOwned: false) }
            if needs(input) { try emitInputGradient(sizes, kernel, gradient, input) }
            if let trainable { try emitWeightGradient(sizes, gradient, source: source, trainable) }
        }
    }

    /// Where a result goes: memory that holds the value to be added, if there is one.
    func destination(_ layout: Layout, _ epilogue: Epilogue) throws -> Buffer {
        let target = make(layout)
        guard let residual = epilogue.residual else { return target }
        let addend = try read(residual, as: layout)
        let count = layout.floats
        emit([target, addend]) { $0[0].update(from: $0[1], count: count) }
        return target
    }

    private func weightsLayout(_ sizes: inout onednn_convolution) throws -> Layout {
        var handle: OpaquePointer?
        let status = onednn_convolution_weights(&sizes, &handle)
        return Layout(try OneDNNStatus.check(status, handle))
    }

    // MARK: The way back

    func emitInputGradient(
        _ given: onednn_convolution,
        _ kernel: FoldedWeights,
        _ gradient: Stored,
        _ input: ValueID
    ) throws {
        if try emitThinGradient(given, kernel, gradient, input) { return }
        if try emitWinogradGradient(given, kernel, gradient, input) { return }
        var sizes = given
        let primitive = try Primitive { onednn_convolution_backward_data(&sizes, nil, &$0) }
        guard let primitive, let incoming = primitive.layout(.destination),
            let packed = primitive.layout(.weights), let layout = primitive.layout(.source)
        else { throw BackendError.library("oneDNN cannot differentiate this convolution") }
        let weights = try prepare(from: weightsLayout(&sizes), to: packed) { kernel.weights($0) }
        let target = make(layout)
        emit(
            primitive,
            [(.destination, try convert(gradient, to: incoming)), (.weights, weights), (.source, target)]
        )
        contribute(input, Stored(buffer: target, layout: layout), isOwned: true)
    }

    /// The gradient with respect to images of few channels, where oneDNN would mostly compute zeros.
    private func emitThinGradient(
        _ sizes: onednn_convolution,
        _ kernel: FoldedWeights,
        _ gradient: Stored,
        _ input: ValueID
    ) throws -> Bool {
        guard let shape = kernels_convolution(sizes), shape.isThin,
            let blocked = try Layout.blocked(outputShape(sizes))
        else { return false }
        let incoming = try convert(gradient, to: blocked)
        try emitThinGradient(shape, kernel, [incoming], input) { pointers, weights, scratch, target in
            var shape = shape
            kernels_thin_backward(&shape, nil, pointers[0], weights, scratch, target)
        }
        return true
    }

    /// Weights as our kernels for images of few channels read them.
    func prepareThin(_ given: kernels_convolution, _ kernel: FoldedWeights) -> Buffer {
        var shape = given
        return prepare(bytes: Int(kernels_thin_weights(&shape)) * MemoryLayout<Float>.stride) {
            var shape = given
            kernel.weights($0).withUnsafePointer { [target = $1] in kernels_thin_pack(&shape, $0, target) }
        }
    }

    /// The same from a gradient that comes through a maximum over the output.
    func emitThinGradient(
        _ shape: kernels_convolution,
        _ kernel: FoldedWeights,
        _ maximum: MaximumGradient,
        _ input: ValueID
    ) throws {
        try emitThinGradient(shape, kernel, maximum.buffers, input) { pointers, weights, scratch, target in
            maximum.withParts(pointers) { maximum, gradient in
                var (shape, maximum) = (shape, maximum)
                kernels_thin_backward(&shape, &maximum, gradient, weights, scratch, target)
            }
        }
    }

    private func emitThinGradient(
        _ given: kernels_convolution,
        _ kernel: FoldedWeights,
        _ incoming: [Buffer],
        _ input: ValueID,
        _ body:
            @escaping (
                NativeStep.Pointers, UnsafePointer<Float>, NativeStep.Pointers.Element,
                NativeStep.Pointers.Element
            ) -> Void
    ) throws {
        var shape = given
        let weights = prepareThin(given, kernel)
        let scratch = memory.make(bytes: Int(kernels_thin_scratch(&shape)) * MemoryLayout<Float>.stride)
        let layout = try denseLayout(self.shape(input))
        let target = make(layout)
        let count = incoming.count
        emit(incoming + [weights, scratch, target]) {
            body($0, $0[count], $0[count + 1], $0[count + 2])
        }
        contribute(input, Stored(buffer: target, layout: layout), isOwned: true)
    }

    func outputShape(_ sizes: onednn_convolution) -> Shape {
        let axes = sizes.listed.map { Int($0.output) }
        return Shape(trusted: [Int(sizes.samples), Int(sizes.output_channels)] + axes)
    }

    func emitWeightGradient(
        _ given: onednn_convolution,
        _ gradient: Stored,
        source: Stored,
        _ trainable: (weights: ValueID, bias: ValueID?)
    ) throws {
        var sizes = given
        let primitive = try Primitive { onednn_convolution_backward_weights(&sizes, &$0) }
        guard let primitive, let read = primitive.layout(.source), let packed = primitive.layout(.weights),
            let incoming = primitive.layout(.destination)
        else { throw BackendError.library("oneDNN cannot differentiate this convolution") }
        let target = Stored(buffer: make(packed), layout: packed)
        var parts: [(role: Role, buffer: Buffer)] = [
            (.source, try convert(source, to: read)), (.destination, try convert(gradient, to: incoming)),
            (.weights, target.buffer),
        ]
        var vector: Stored?
        if sizes.has_bias {
            let layout = try denseLayout(Shape(trusted: [Int(sizes.output_channels)]))
            let buffer = make(layout)
            vector = Stored(buffer: buffer, layout: layout)
            parts.append((.bias, buffer))
        }
        emit(primitive, parts)
        if needs(trainable.weights) {
            // Row by row the weights with an axis for the groups are the same as those without.
            let plain = try convert(target, to: weightsLayout(&sizes))
            let layout = try denseLayout(shape(trainable.weights))
            contribute(trainable.weights, Stored(buffer: plain, layout: layout), isOwned: true)
        }
        if let bias = trainable.bias, let vector { contribute(bias, vector, isOwned: true) }
    }
}

extension onednn_convolution {
    /// Takes over spatial axes; false if there are too many or of an extraordinary size.
    mutating func take(_ given: [onednn_axis]) -> Bool {
        guard (1...Int(onednn_maximum_spatial_rank)).contains(given.count), given.allSatisfy(Limits.allow)
        else {
            return false
        }
        rank = Int32(given.count)
        axes.0 = given[0]
        if given.count > 1 { axes.1 = given[1] }
        if given.count > 2 { axes.2 = given[2] }
        return true
    }

    /// The spatial axes.
    var listed: [onednn_axis] { Array([axes.0, axes.1, axes.2].prefix(Int(rank))) }
}
