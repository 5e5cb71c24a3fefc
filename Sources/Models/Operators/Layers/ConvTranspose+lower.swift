import BulwarkTensors

extension ConvTranspose {
    static func lower(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        let images = try lowering.shape(of: node.input(0))
        guard let weights = try lowering.shape(of: node.input(1)).fixed, weights.rank >= 3 else {
            throw node.error("its weights have at least three axes of fixed extent")
        }
        let kernel = Array(weights.dimensions.dropFirst(2))
        guard try node.ints("kernel_shape") ?? kernel == kernel else {
            throw node.error("attribute kernel_shape differs from the shape of the weights, \(weights)")
        }
        let zeros = [Int](repeating: 0, count: kernel.count)
        let outputPadding = try node.ints("output_padding") ?? zeros
        // Its padding cuts off, so what `auto_pad` means is found the other way round than for `Conv`.
        let window = try SlidingWindow.reading(node, kernel: kernel, input: images, ignoringAutomatic: true)
        let mode = try node.string("auto_pad") ?? "NOTSET"
        var (begin, end, extra) = (window.padsBegin, window.padsEnd, outputPadding)
        if let target = try targetExtents(node, images, window.strides, mode) {
            guard target.count == kernel.count, outputPadding.count == kernel.count else {
                throw node.error("its attributes do not have one entry for each spatial axis")
            }
            // Checks all attributes, so that the arithmetic below cannot overflow.
            let bare = ConvTranspose(
                strides: window.strides,
                dilations: window.dilations,
                padsBegin: zeros,
                padsEnd: zeros,
                outputPadding: outputPadding
            )
            let natural = try node.checked { () throws(OperatorError) in
                try bare.extents(images, kernel: kernel)
            }
            for axis in kernel.indices {
                let total = natural[axis] - target[axis]
                // Of a step that the window does not fill, an explicit shape may want more.
                let missing = max(-total, 0)
                guard missing == 0 || (mode == "NOTSET" && missing < window.strides[axis]) else {
                    throw node.error(
                        "axis \(axis) of its output has \(natural[axis]) elements, not \(target[axis])"
                    )
                }
                extra[axis] += missing
                let (half, rest) = (max(total, 0) / 2, max(total, 0) - max(total, 0) / 2)
                (begin[axis], end[axis]) = mode == "SAME_UPPER" ? (half, rest) : (rest, half)
            }
        }
        let operation = ConvTranspose(
            group: try node.int("group") ?? 1,
            strides: window.strides,
            dilations: window.dilations,
            padsBegin: begin,
            padsEnd: end,
            outputPadding: extra
        )
        let inputs = node.optionalInput(2) == nil ? [0, 1] : [0, 1, 2]
        return [try lowering.emit(operation, node, inputs: inputs)]
    }

    /// The extents that padding has to be chosen for, or nil if the node says how much padding there is.
    private static func targetExtents(
        _ node: ONNXNode,
        _ images: SymbolicShape,
        _ strides: [Int],
        _ mode: String
    ) throws -> [Int]? {
        if let written = try node.ints("output_shape"), !written.isEmpty {
            // Some exporters write the extents of samples and channels, too.
            let target = Array(written.suffix(strides.count))
            guard target.allSatisfy({ (1...GraphBuilder.maximumElements).contains($0) }) else {
                throw node.error("attribute output_shape has an extent out of range")
            }
            return target
        }
        guard mode == "SAME_UPPER" || mode == "SAME_LOWER" else { return nil }
        let extents = try node.checked { () throws(OperatorError) in try SlidingWindow.spatialExtents(images)
        }
        return try zip(extents, strides).map { extent, stride in
            let (size, overflow) = extent.multipliedReportingOverflow(by: stride)
            guard !overflow, (1...GraphBuilder.maximumElements).contains(size) else {
                throw node.error("its output would be too large")
            }
            return size
        }
    }
}
