import BulwarkTensors

/// The mean of the elements under a sliding window (ONNX `AveragePool`).
///
/// The divisor is the number of taps inside the image, or inside the padded image if `countsPadding`; what a
/// last window of `ceilMode` covers beyond that never counts.
public struct AveragePool: Operator {
    /// The extents of the window.
    public let kernel: [Int]
    /// The step of the window along each spatial axis.
    public let strides: [Int]
    /// The number of zeros before the first element of each spatial axis.
    public let padsBegin: [Int]
    /// The number of zeros after the last element of each spatial axis.
    public let padsEnd: [Int]
    /// Whether a last window that reaches beyond the padded image still counts, as long as it begins inside.
    public let ceilMode: Bool
    /// Whether zeros of the padding take part in the mean; ONNX calls it `count_include_pad`.
    public let countsPadding: Bool

    /// A pool; each list has one entry for each spatial axis.
    public init(
        kernel: [Int],
        strides: [Int],
        padsBegin: [Int],
        padsEnd: [Int],
        ceilMode: Bool = false,
        countsPadding: Bool = false
    ) {
        self.kernel = kernel
        self.strides = strides
        self.padsBegin = padsBegin
        self.padsEnd = padsEnd
        self.ceilMode = ceilMode
        self.countsPadding = countsPadding
    }

    private var window: SlidingWindow {
        let ones = kernel.map { _ in 1 }
        return SlidingWindow(
            kernel: kernel,
            strides: strides,
            dilations: ones,
            padsBegin: padsBegin,
            padsEnd: padsEnd
        )
    }

    /// `[N, C, …]`.
    public func outputShape(for inputs: [SymbolicShape]) throws(OperatorError) -> SymbolicShape {
        try inputs.expectCount(1...1)
        let extents = try window.outputExtents(inputs[0], ceiling: ceilMode)
        if !countsPadding { try window.refuseEmptyWindows(inputs[0], outputs: extents) }
        return SymbolicShape(inputs[0].dimensions[..<2] + extents.map { Dimension(constant: $0) })
    }

    /// The mean of each window.
    public func value(of inputs: [Tensor], shape: Shape) -> Tensor {
        let source = inputs[0].elements
        let divisors = window.divisors(input: inputs[0].shape, output: shape, countingPadding: countsPadding)
        return Tensor(shape) { target in
            let sweep = PoolingSweep(window: window, input: inputs[0].shape, output: shape)
            sweep.forEachOutput { output, window in
                var sum: Float = 0
                window.forEachPosition { sum += source[$0] }
                target[output] = sum / divisors[output % divisors.count]
            }
        }
    }

    /// The cotangent of each output over its divisor, at every element of its window.
    public func vjp(_ cotangent: Tensor, inputs: [Tensor], output: Tensor, needed: [Bool]) -> [Tensor?] {
        guard needed[0] else { return [nil] }
        let gradient = cotangent.elements
        let shape = inputs[0].shape
        let divisors = window.divisors(input: shape, output: output.shape, countingPadding: countsPadding)
        let result = Tensor(shape) { target in
            PoolingSweep(window: window, input: shape, output: output.shape).forEachOutput { output, window in
                let share = gradient[output] / divisors[output % divisors.count]
                window.forEachPosition { target[$0] += share }
            }
        }
        return [result]
    }

    /// `AveragePool` with explicit padding.
    public var onnx: ONNXForm {
        ONNXForm(
            "AveragePool",
            [
                "kernel_shape": .ints(kernel), "strides": .ints(strides), "pads": .ints(padsBegin + padsEnd),
                "ceil_mode": .int(ceilMode ? 1 : 0), "count_include_pad": .int(countsPadding ? 1 : 0),
            ]
        )
    }
}

extension SlidingWindow {
    /// The number of taps that count for each output of one channel, in row-major order.
    func divisors(input: Shape, output: Shape, countingPadding: Bool) -> [Float] {
        kernel.indices.reduce([1]) { products, axis in
            let extent = input[axis + 2]
            let counts = (0..<output[axis + 2]).map { position -> Float in
                guard countingPadding else {
                    return taps(axis, of: position, extent: extent).reduce(0) { count, _ in count + 1 }
                }
                // Seen from the padded image, the padding is part of it.
                let start = position * strides[axis]
                let end = min(start + span(axis), extent + padsBegin[axis] + padsEnd[axis])
                return Float((end - start + dilations[axis] - 1) / dilations[axis])
            }
            return products.flatMap { product in counts.map { product * $0 } }
        }
    }
}
