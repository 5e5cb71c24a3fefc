import BulwarkModels
import BulwarkTensors
import CKernels
import COneDNN

extension PlanBuilder {
    /// The gradients of a convolution from one that comes through a maximum over its output.
    func emitGradients(
        _ sizes: onednn_convolution,
        _ kernel: FoldedWeights,
        _ maximum: MaximumGradient,
        _ input: ValueID
    ) throws {
        guard let shape = kernels_convolution(sizes) else {
            preconditionFailure("only such convolutions accept maxima")
        }
        guard !shape.isThin else {
            if needs(input) { try emitThinGradient(shape, kernel, maximum, input) }
            return
        }
        guard let layout = try Layout.blocked(self.shape(input)) else {
            preconditionFailure("an image has a blocked layout")
        }
        var buffers = maximum.buffers
        func add(_ buffer: Buffer) -> Int {
            buffers.append(buffer)
            return buffers.count - 1
        }
        let scratch = add(makeScratch(shape, maximum.pooling))
        var images: (packed: Int, result: Int)?
        if needs(input) {
            let target = make(layout)
            images = (add(preparePacked(shape, kernel)), add(target))
            contribute(input, Stored(buffer: target, layout: layout), isOwned: true)
        }
        var sums: (source: Int, packed: Int, weights: Int, bias: Int)?
        if let trainable = kernel.trainable(self) {
            let source = try add(read(input, as: layout))
            let packed = add(memory.make(bytes: packedSize(shape)))
            let weights = try add(make(denseLayout(self.shape(trainable.weights))))
            let vector = try denseLayout(Shape(trusted: [Int(sizes.output_channels)]))
            let bias = add(make(vector))
            sums = (source, packed, weights, bias)
            let layout = try denseLayout(self.shape(trainable.weights))
            contribute(trainable.weights, Stored(buffer: buffers[weights], layout: layout), isOwned: true)
            if let id = trainable.bias {
                contribute(id, Stored(buffer: buffers[bias], layout: vector), isOwned: true)
            }
        }
        emit(buffers) { pointers in
            maximum.withParts(pointers) { maximum, gradient in
                var (shape, maximum) = (shape, maximum)
                withOptionalPointer(
                    images.map {
                        kernels_sparse_images(packed: pointers[$0.packed], result: pointers[$0.result])
                    }
                ) { images in
                    withOptionalPointer(
                        sums.map {
                            kernels_sparse_sums(
                                source: pointers[$0.source],
                                packed: pointers[$0.packed],
                                weights: pointers[$0.weights],
                                bias: pointers[$0.bias]
                            )
                        }
                    ) { sums in
                        kernels_sparse_backward(&shape, &maximum, gradient, images, sums, pointers[scratch])
                    }
                }
            }
        }
    }

    private func packedSize(_ given: kernels_convolution) -> Int {
        var shape = given
        return Int(kernels_sparse_weights(&shape)) * MemoryLayout<Float>.stride
    }

    private func preparePacked(_ given: kernels_convolution, _ kernel: FoldedWeights) -> Buffer {
        prepare(bytes: packedSize(given)) {
            var shape = given
            kernel.weights($0).withUnsafePointer { [target = $1] in kernels_sparse_pack(&shape, $0, target) }
        }
    }

    private func makeScratch(_ given: kernels_convolution, _ pooling: kernels_pooling) -> Buffer {
        var (shape, pooling) = (given, pooling)
        return memory.make(bytes: Int(kernels_sparse_scratch(&shape, &pooling)) * MemoryLayout<Float>.stride)
    }
}
