import BulwarkModels
import BulwarkTensors
import CKernels
import COneDNN

extension PlanBuilder {
    /// A convolution by Winograd's method; false if that does not suit it.
    func emitWinograd(
        _ sizes: onednn_convolution,
        _ kernel: FoldedWeights,
        input: ValueID,
        _ group: Group
    ) throws -> Bool {
        let activation = group.epilogue.activation
        guard activation == nil || activation?.slope == 0, let shape = kernels_convolution(sizes),
            shape.isForWinograd, let layout = try Layout.blocked(outputShape(sizes)),
            let sourceLayout = try Layout.blocked(self.shape(input))
        else { return false }
        let source = try read(input, as: sourceLayout)
        let output = Stored(buffer: make(layout), layout: layout)
        let addend = try group.epilogue.residual.map { try read($0, as: layout) }
        emitWinograd(
            WinogradStep(
                shape: shape,
                source: source,
                weights: prepareWinograd(shape, kernel, swaps: false),
                bias: sizes.has_bias ? prepareBias(sizes, kernel) : nil,
                result: output.buffer,
                addend: addend,
                rectifies: activation != nil
            )
        )
        finish(sizes, kernel, source: Stored(buffer: source, layout: sourceLayout), input, output, group)
        return true
    }

    /// The gradient with respect to images by Winograd's method; false if that does not suit it.
    func emitWinogradGradient(
        _ sizes: onednn_convolution,
        _ kernel: FoldedWeights,
        _ gradient: Stored,
        _ input: ValueID
    ) throws -> Bool {
        guard let forward = kernels_convolution(sizes), forward.isForWinograd,
            forward.padding_top <= 2 && forward.padding_left <= 2, forward.transposed.isForWinograd,
            let incoming = try Layout.blocked(outputShape(sizes)),
            let layout = try Layout.blocked(self.shape(input))
        else { return false }
        let target = make(layout)
        emitWinograd(
            WinogradStep(
                shape: forward.transposed,
                source: try convert(gradient, to: incoming),
                weights: prepareWinograd(forward.transposed, kernel, swaps: true),
                result: target
            )
        )
        contribute(input, Stored(buffer: target, layout: layout), isOwned: true)
        return true
    }

    /// Emits one call of the kernel.
    func emitWinograd(_ step: WinogradStep) {
        var shape = step.shape
        let floats = Int(kernels_winograd_scratch(&shape))
        let scratch = memory.make(bytes: floats * MemoryLayout<Float>.stride)
        let optional = [step.bias, step.addend, step.taps]
        let buffers = [step.source, step.weights, scratch, step.result] + optional.compactMap { $0 }
        let places = optional.map { buffer in buffer.flatMap { buffers.firstIndex(of: $0) } }
        emit(buffers) { pointers in
            var shape = step.shape
            let taps = places[2].map {
                UnsafeMutableRawPointer(pointers[$0]).assumingMemoryBound(to: UInt8.self)
            }
            var result = kernels_winograd_result(
                values: pointers[3],
                taps: taps,
                addend: places[1].map { UnsafePointer(pointers[$0]) },
                rectifies: step.rectifies
            )
            withOptionalPointer(step.pooling) { pooling in
                kernels_winograd_forward(
                    &shape,
                    pooling,
                    pointers[0],
                    pointers[1],
                    places[0].map { UnsafePointer(pointers[$0]) },
                    pointers[2],
                    &result
                )
            }
        }
    }

    /// Transformed weights; `swaps` for the gradient.
    func prepareWinograd(_ given: kernels_convolution, _ kernel: FoldedWeights, swaps: Bool) -> Buffer {
        var shape = given
        return prepare(bytes: Int(kernels_winograd_weights(&shape)) * MemoryLayout<Float>.stride) {
            var shape = given
            kernel.weights($0).withUnsafePointer { [target = $1] in
                kernels_winograd_pack(&shape, $0, swaps, target)
            }
        }
    }
}

/// One call of the kernel for Winograd's method.
struct WinogradStep {
    var shape: kernels_convolution
    var source: Buffer
    var weights: Buffer
    var bias: Buffer?
    var result: Buffer
    var addend: Buffer?
    var rectifies = false
    /// A maximum over the output, and where the maxima were.
    var pooling: kernels_pooling?
    var taps: Buffer?
}

extension kernels_convolution {
    /// Whether Winograd's method suits it.
    var isForWinograd: Bool {
        var shape = self
        return kernels_winograd_suits(&shape)
    }
}

/// Calls `body` with the address of a value, or with null if there is none.
func withOptionalPointer<Value>(_ value: Value?, _ body: (UnsafePointer<Value>?) -> Void) {
    guard let value else { return body(nil) }
    withUnsafePointer(to: value) { body($0) }
}
