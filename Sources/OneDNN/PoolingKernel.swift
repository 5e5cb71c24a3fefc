import BulwarkModels
import BulwarkTensors
import COneDNN

/// A pooling node on oneDNN; what oneDNN cannot do is left to the operator itself.
final class PoolingKernel: Kernel {
    private let plain: PlainKernel
    private let pooling: onednn_pooling
    private let axes: [onednn_axis]
    private let trains: Bool
    private let forward: Primitive
    private lazy var gradient = Result { try makeGradient() }
    /// Whether the last value came from oneDNN, so that its notes on where the maxima were are up to date.
    private var isForwardFresh = false

    /// A kernel for an input and an output of these shapes, or nil if oneDNN has no such pooling.
    ///
    /// `trains` says whether `vjp` will be called. Throws `BackendError.library` if oneDNN fails.
    init?(
        _ operation: any Operator,
        _ kind: onednn_pooling_kind,
        window: [PoolingAxis],
        input: Shape,
        output: Shape,
        trains: Bool
    ) throws {
        guard Limits.allow([input, output]) else { return nil }
        let axes = window.enumerated().compactMap { axis, window in
            window.resolved(input: input[axis + 2], output: output[axis + 2], kind: kind)
        }
        guard axes.count == window.count, axes.allSatisfy(Limits.allow) else { return nil }
        var pooling = onednn_pooling(samples: Int64(input[0]), channels: Int64(input[1]), kind: kind)
        let forward = try Primitive { _, result in
            onednn_pooling_forward(&pooling, axes, Int32(axes.count), trains, &result)
        }
        guard let forward else { return nil }
        plain = PlainKernel(operation: operation)
        self.pooling = pooling
        self.axes = axes
        self.trains = trains
        self.forward = forward
    }

    private func makeGradient() throws -> Primitive? {
        guard trains else { return nil }
        var pooling = pooling
        return try Primitive(after: forward) { forward, result in
            onednn_pooling_backward(&pooling, axes, Int32(axes.count), forward, &result)
        }
    }

    func value(of inputs: [Tensor], shape: Shape) throws -> Tensor {
        // oneDNN's maximum passes over NaN and knows nothing below the smallest float.
        isForwardFresh = pooling.kind != onednn_pooling_maximum || inputs[0].isFiniteThroughout
        guard isForwardFresh else { return plain.value(of: inputs, shape: shape) }
        return try forward.run(reading: [.source: inputs[0]], writing: [.destination: shape])[0]
    }

    func vjp(_ cotangent: Tensor, inputs: [Tensor], output: Tensor, needed: [Bool]) throws -> [Tensor?] {
        guard isForwardFresh, needed[0], let gradient = try gradient.get() else {
            return plain.vjp(cotangent, inputs: inputs, output: output, needed: needed)
        }
        return try gradient.run(reading: [.destination: cotangent], writing: [.source: inputs[0].shape])
    }
}

/// What an operator says about its window along one axis.
struct PoolingAxis {
    var kernel: Int
    var stride = 1
    var dilation = 1
    var padBegin = 0
    var padEnd = 0

    /// The axis in the shim's terms, or nil if oneDNN means something else by it.
    fileprivate func resolved(input: Int, output: Int, kind: onednn_pooling_kind) -> onednn_axis? {
        // With gaps between its taps a window can miss the image although it spans a part of it.
        guard dilation == 1 else { return nil }
        let outputs = (input + padBegin + padEnd - kernel) / stride + 1
        // Where the number of outputs is rounded up, the last window reaches further than the operator's own
        // padding.
        let reach = outputs == output ? padEnd : (output - 1) * stride + kernel - input - padBegin
        // oneDNN would count that as padding; the operator does not.
        if kind == onednn_pooling_average_of_all, reach > padEnd { return nil }
        return onednn_axis(
            input: Int64(input),
            output: Int64(output),
            kernel: Int64(kernel),
            stride: Int64(stride),
            dilation: 1,
            padding_before: Int64(padBegin),
            padding_after: Int64(reach)
        )
    }
}

extension Tensor {
    /// Whether no element is NaN or infinite.
    ///
    /// Looks at all of them, which many at a time takes less than stopping early.
    fileprivate var isFiniteThroughout: Bool {
        let exponent: UInt32 = 0x7F80_0000
        return withUnsafePointer { address in
            var found: UInt32 = 0
            for position in 0..<count {
                let bits = address[position].bitPattern & exponent
                found |= bits == exponent ? 1 : 0
            }
            return found == 0
        }
    }
}
