import BulwarkTensors

extension AveragePool {
    static func lower(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        guard let kernel = try node.ints("kernel_shape") else {
            throw node.error("attribute kernel_shape is missing")
        }
        let input = try lowering.shape(of: node.input(0))
        let window = try SlidingWindow.reading(node, kernel: kernel, input: input)
        let ceilMode = try SlidingWindow.roundsUp(node)
        let countsPadding = try node.int("count_include_pad") ?? 0 != 0
        let extents = try node.checked { () throws(OperatorError) in
            let extents = try window.outputExtents(input, ceiling: ceilMode)
            if !countsPadding { try window.refuseEmptyWindows(input, outputs: extents) }
            return extents
        }
        if window.dilations.contains(where: { $0 != 1 }) {
            return try lowerDilated(node, window, input, extents, countsPadding, into: &lowering)
        }
        let pool = AveragePool(
            kernel: kernel,
            strides: window.strides,
            padsBegin: window.padsBegin,
            padsEnd: window.padsEnd,
            ceilMode: ceilMode,
            countsPadding: countsPadding
        )
        return [try lowering.emit(pool, node, inputs: [0])]
    }

    /// A dilated average is a convolution of each channel with ones, divided by the number of taps that
    /// count.
    ///
    /// Pools with dilations exist since opset 19 only; this form can be written as opset 17.
    private static func lowerDilated(
        _ node: ONNXNode,
        _ window: SlidingWindow,
        _ input: SymbolicShape,
        _ extents: [Int],
        _ countsPadding: Bool,
        into lowering: inout ONNXLowering
    ) throws -> [ImportedValue] {
        guard let channels = input[1].fixed else {
            throw node.error("the number of channels is not a number")
        }
        let ones = try? Shape([channels, 1] + window.kernel)
        let counts = try? Shape([1, 1] + extents)
        guard let ones, let counts, [ones, counts].allSatisfy({ $0.fits(IntegerFolding.maximumElements) })
        else {
            throw node.error("its window or its output is too large to dilate")
        }
        try lowering.charge(ones.count + counts.count, for: node)
        let divisors = window.divisors(
            input: Shape(trusted: [1, 1] + input.dimensions.dropFirst(2).compactMap(\.fixed)),
            output: counts,
            countingPadding: countsPadding
        )
        // What `ceilMode` adds becomes padding, which a sum does not notice.
        let padsEnd = window.kernel.indices.map { axis in
            let reached = (extents[axis] - 1) * window.strides[axis] + window.span(axis)
            return max(window.padsEnd[axis], reached - (input[axis + 2].constant + window.padsBegin[axis]))
        }
        let sums = Conv(
            group: channels,
            strides: window.strides,
            dilations: window.dilations,
            padsBegin: window.padsBegin,
            padsEnd: padsEnd
        )
        let step = node.step("sums")
        let weights = ImportedValue.constant(Tensor(ones, repeating: 1))
        let total = try lowering.emit(
            sums,
            step,
            arguments: [(try node.input(0), name: "\(node.name).0"), (weights, name: "\(step.name).ones")]
        )
        let divisor = ImportedValue.constant(Tensor(counts, divisors))
        return [
            try lowering.emit(
                Div(),
                node,
                arguments: [(total, name: "\(node.name).sums"), (divisor, name: "\(node.name).counts")]
            )
        ]
    }
}
