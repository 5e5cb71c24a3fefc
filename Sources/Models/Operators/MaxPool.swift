import BulwarkTensors

/// The largest element under a sliding window (ONNX `MaxPool`; `MaxPoolIndices` is its second output).
public struct MaxPool: Operator {
    /// The extents of the window.
    public let kernel: [Int]
    /// The step of the window along each spatial axis.
    public let strides: [Int]
    /// The distance of neighbouring taps along each spatial axis.
    public let dilations: [Int]
    /// How far windows begin before the image along each spatial axis.
    public let padsBegin: [Int]
    /// How far windows may reach beyond the image along each spatial axis.
    public let padsEnd: [Int]
    /// Whether a last window that reaches further still counts, as long as it begins inside.
    public let ceilMode: Bool

    /// A pool; each list has one entry for each spatial axis.
    public init(
        kernel: [Int],
        strides: [Int],
        dilations: [Int],
        padsBegin: [Int],
        padsEnd: [Int],
        ceilMode: Bool = false
    ) {
        self.kernel = kernel
        self.strides = strides
        self.dilations = dilations
        self.padsBegin = padsBegin
        self.padsEnd = padsEnd
        self.ceilMode = ceilMode
    }

    private var window: SlidingWindow {
        SlidingWindow(
            kernel: kernel,
            strides: strides,
            dilations: dilations,
            padsBegin: padsBegin,
            padsEnd: padsEnd
        )
    }

    /// `[N, C, …]`.
    public func outputShape(for inputs: [SymbolicShape]) throws(OperatorError) -> SymbolicShape {
        try inputs.expectCount(1...1)
        let extents = try window.outputExtents(inputs[0], ceiling: ceilMode)
        try window.refuseEmptyWindows(inputs[0], outputs: extents)
        return SymbolicShape(inputs[0].dimensions[..<2] + extents.map { Dimension(constant: $0) })
    }

    /// The largest element of each window; NaN counts as the largest.
    public func value(of inputs: [Tensor], shape: Shape) -> Tensor {
        let source = inputs[0].elements
        return Tensor(shape) { target in
            forEachMaximum(source, inputs[0].shape, shape) { output, best in target[output] = source[best] }
        }
    }

    /// The cotangent of each output at its maximum: at the first one in row-major order where there are
    /// several.
    public func vjp(_ cotangent: Tensor, inputs: [Tensor], output: Tensor, needed: [Bool]) -> [Tensor?] {
        guard needed[0] else { return [nil] }
        let (source, gradient) = (inputs[0].elements, cotangent.elements)
        let result = Tensor(inputs[0].shape) { target in
            forEachMaximum(source, inputs[0].shape, output.shape) { output, best in
                target[best] += gradient[output]
            }
        }
        return [result]
    }

    /// Visits every output with the position of its maximum in the whole input.
    func forEachMaximum(
        _ source: Elements,
        _ input: Shape,
        _ output: Shape,
        _ body: (_ output: Int, _ best: Int) -> Void
    ) {
        PoolingSweep(window: window, input: input, output: output).forEachOutput { output, window in
            var best = -1
            var largest: Float = 0
            window.forEachPosition { position in
                let element = source[position]
                if best < 0 || element > largest || (element.isNaN && !largest.isNaN) {
                    best = position
                    largest = element
                }
            }
            body(output, best)
        }
    }

    /// `MaxPool` with explicit padding.
    public var onnx: ONNXForm {
        ONNXForm(
            "MaxPool",
            [
                "kernel_shape": .ints(kernel), "strides": .ints(strides), "dilations": .ints(dilations),
                "pads": .ints(padsBegin + padsEnd), "ceil_mode": .int(ceilMode ? 1 : 0),
            ]
        )
    }

    static func lower(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        guard let kernel = try node.ints("kernel_shape") else {
            throw node.error("attribute kernel_shape is missing")
        }
        let window = try SlidingWindow.reading(node, kernel: kernel, input: lowering.shape(of: node.input(0)))
        let pool = MaxPool(
            kernel: kernel,
            strides: window.strides,
            dilations: window.dilations,
            padsBegin: window.padsBegin,
            padsEnd: window.padsEnd,
            ceilMode: try SlidingWindow.roundsUp(node)
        )
        let maxima = try lowering.emit(pool, node, inputs: [0])
        guard node.outputCount > 1 else { return [maxima] }
        let indices = MaxPoolIndices(pool, isColumnMajor: try node.int("storage_order") ?? 0 != 0)
        return [maxima, try lowering.emit(indices, node.step("indices"), inputs: [0])]
    }
}

extension SlidingWindow {
    /// Whether a pool rounds the number of its outputs up; with `auto_pad` that number is given another way.
    static func roundsUp(_ node: ONNXNode) throws(ONNXError) -> Bool {
        guard try node.string("auto_pad") ?? "NOTSET" == "NOTSET" else { return false }
        return try node.int("ceil_mode") ?? 0 != 0
    }
}
