import BulwarkTensors

/// Columns of image patches added up to images (ONNX `Col2Im`), as a transposed convolution.
///
/// Its weights are ones and zeros: each row of the columns goes to its own tap of the window.
enum Col2Im {
    static func lower(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        let input = try node.input(0)
        let shape = lowering.shape(of: input)
        guard let image = try node.optionalFixedIntegers(1), let block = try node.optionalFixedIntegers(2),
            image.count == block.count, (1...3).contains(image.count),
            block.allSatisfy({ (1...SlidingWindow.maximumAttribute).contains($0) }),
            image.allSatisfy({ (1...GraphBuilder.maximumElements).contains($0) })
        else { throw node.error("it takes an image and a block of one to three positive extents") }
        guard shape.rank == 3, let rows = shape[1].fixed, let columns = shape[2].fixed,
            let taps = try? Shape(block).count, rows > 0, rows % taps == 0
        else { throw node.error("its input is not [N, channels · block, columns], but \(shape)") }
        let spatial: SymbolicShape = SymbolicShape([1, 1] + image.map { Dimension(constant: $0) })
        let window = try SlidingWindow.reading(node, kernel: block, input: spatial)
        let counts = try node.checked { () throws(OperatorError) in try window.outputExtents(spatial) }
        guard (try? Shape(counts))?.count == columns else {
            throw node.error("\(columns) columns are not the \(counts) positions of its window")
        }
        let channels = rows / taps
        // What is left of an image that the windows do not fill; it stays zero.
        let rest = block.indices.map { axis in
            let reached = (counts[axis] - 1) * window.strides[axis] + window.span(axis)
            return image[axis] + window.padsBegin[axis] + window.padsEnd[axis] - reached
        }
        let operation = ConvTranspose(
            group: channels,
            strides: window.strides,
            dilations: window.dilations,
            padsBegin: window.padsBegin,
            padsEnd: window.padsEnd,
            outputPadding: rest
        )
        let weightShape = try? Shape([rows, 1] + block)
        guard let weightShape, weightShape.fits(GraphBuilder.maximumElements) else {
            throw node.error("its block is too large")
        }
        let weights = try lowering.constant(weightShape, of: node) { $0 / taps % taps == $0 % taps ? 1 : 0 }
        let patches = try lowering.reshape(
            input,
            to: [shape[0], shape[1]] + counts.map { Dimension(constant: $0) },
            as: "patches",
            of: node
        )
        return [try lowering.apply(operation, patches, weights, of: node)]
    }
}
