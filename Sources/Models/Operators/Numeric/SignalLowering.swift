import BulwarkTensors

/// The lowering of `DFT` and `STFT`.
enum SignalLowering {
    /// `DFT`: the axis is an attribute before opset 20 and an input since; another length pads or cuts.
    static func lowerDFT(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        let input = try node.input(0)
        let shape = lowering.shape(of: input)
        let written = node.opset < 20 ? try node.int("axis") ?? 1 : try single(node, 2) ?? -2
        let axis = try node.checked { () throws(OperatorError) in try Axes.resolve(written, rank: shape.rank)
        }
        guard axis < shape.rank - 1, let extent = shape[axis].fixed else {
            throw node.error("transforms axis \(axis), which is no series of fixed length")
        }
        let isInverse = try node.int("inverse") ?? 0 != 0
        let isOneSided = try node.int("onesided") ?? 0 != 0
        let length = try single(node, 1)
        // Coefficients of real numbers: the length is that of the numbers.
        let isRealSeries = isInverse && isOneSided
        let series = length ?? (isRealSeries ? 2 * (extent - 1) : extent)
        guard (1...FourierTransform.maximumLength).contains(series) else {
            throw node.error("a series of \(series) numbers is not supported")
        }
        let transform = FourierTransform(
            axis: axis,
            isInverse: isInverse,
            form: isRealSeries ? .realSeries(length: series) : isOneSided ? .oneSided : .complete
        )
        let count = isRealSeries ? series / 2 + 1 : series
        var steps = LoweringSteps(node, lowering)
        let fitted = try fit(input, axis: axis, from: extent, to: count, &steps)
        let result = try steps.finish(transform, [fitted])
        lowering = steps.lowering
        return [result]
    }

    private static func single(_ node: ONNXNode, _ index: Int) throws -> Int? {
        guard let numbers = try node.optionalFixedIntegers(index) else { return nil }
        guard numbers.count == 1 else { throw node.error("input \(index) is not one number") }
        return numbers[0]
    }

    /// A series with zeros appended, or its end cut off.
    private static func fit(
        _ input: ImportedValue,
        axis: Int,
        from extent: Int,
        to count: Int,
        _ steps: inout LoweringSteps
    ) throws -> ImportedValue {
        if count == extent { return input }
        if count < extent {
            return try steps.apply(Slice([Slice.Part(axis: axis, start: 0, count: count)]), [input])
        }
        let rank = steps.lowering.shape(of: input).rank
        let pad = Pad(
            begin: [Int](repeating: 0, count: rank),
            end: (0..<rank).map { $0 == axis ? count - extent : 0 }
        )
        return try steps.apply(pad, [input])
    }

    /// `STFT`: the transforms of overlapping pieces of a signal `[N, length, 1 or 2]`.
    static func lowerSTFT(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        let signal = try node.input(0)
        let shape = lowering.shape(of: signal)
        guard shape.rank == 3, let length = shape[1].fixed, let parts = shape[2].fixed,
            parts == 1 || parts == 2
        else { throw node.error("a signal of shape \(shape) is not supported") }
        guard let step = try single(node, 1), step > 0 else { throw node.error("its step is not positive") }
        var steps = LoweringSteps(node, lowering)
        let window = node.optionalInput(2)
        let windowLength = window.flatMap { lowering.shape(of: $0).fixed }
        let frame = try single(node, 3) ?? windowLength?.count ?? length
        guard window == nil || windowLength == Shape(trusted: [max(frame, 0)]), frame >= 1, frame <= length,
            frame <= FourierTransform.maximumLength
        else { throw node.error("its window does not fit its frames of \(frame) numbers") }
        let frames = (length - frame) / step + 1
        let (total, overflow) = frames.multipliedReportingOverflow(by: frame)
        guard !overflow, total <= Constants.maximumElements else {
            throw node.error("it has too many frames")
        }
        try steps.lowering.charge(2 * total, for: node)
        let indices = (0..<total).map { $0 / frame * step + $0 % frame }
        let picked = try steps.apply(Gather(axis: 1, indices: indices), [signal])
        var framed = try steps.reshape(
            picked,
            [shape[0], Dimension(constant: frames), Dimension(constant: frame), shape[2]]
        )
        if let window {
            let factors = try steps.reshape(window, [Dimension(constant: frame), 1])
            framed = try steps.apply(Mul(), [framed, factors])
        }
        let isOneSided = try node.int("onesided") ?? 1 != 0
        guard !isOneSided || parts == 1 else {
            throw node.error("only real signals have one-sided transforms")
        }
        let transform = FourierTransform(axis: 2, form: isOneSided ? .oneSided : .complete)
        let result = try steps.finish(transform, [framed])
        lowering = steps.lowering
        return [result]
    }
}
