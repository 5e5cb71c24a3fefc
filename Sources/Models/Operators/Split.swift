import BulwarkTensors

/// A tensor cut into parts along one axis (ONNX `Split`); each part is a `Slice`.
enum Split {
    static func lower(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        let input = try node.input(0)
        let shape = lowering.shape(of: input)
        let written = try node.int("axis") ?? 0
        let axis = try node.checked { () throws(OperatorError) in try Axes.resolve(written, rank: shape.rank)
        }
        guard let extent = shape[axis].fixed else {
            throw node.error("splits axis \(axis), which depends on the number of samples")
        }
        var start = 0
        return try sizes(node, extent: extent).map { size in
            let part = Slice([Slice.Part(axis: axis, start: start, count: size)])
            start += size
            return try part.lowered(node, input, into: &lowering)
        }
    }

    /// The extents of the parts: an attribute before opset 13, an input since, or else equal ones.
    private static func sizes(_ node: ONNXNode, extent: Int) throws -> [Int] {
        if let sizes = try node.ints("split") ?? node.optionalFixedIntegers(1) {
            var total = 0
            for size in sizes {
                guard size >= 0, size <= extent - total else {
                    throw node.error("its parts do not add up to \(extent)")
                }
                total += size
            }
            guard total == extent else { throw node.error("its parts do not add up to \(extent)") }
            guard sizes.count <= max(node.outputCount, 1) else {
                throw node.error("it has \(sizes.count) parts, but \(node.outputCount) outputs")
            }
            return sizes
        }
        let count = try node.int("num_outputs") ?? node.outputCount
        guard count > 0, count <= max(node.outputCount, 1) else {
            throw node.error("cannot be split into \(count) parts")
        }
        // Since opset 18 the last part may be smaller.
        guard node.opset >= 18 || extent % count == 0 else {
            throw node.error("\(extent) elements cannot be split into \(count) equal parts")
        }
        let size = extent / count + (extent % count == 0 ? 0 : 1)
        let last = extent - size * (count - 1)
        guard last >= 0 else { throw node.error("\(extent) elements cannot be split into \(count) parts") }
        return [Int](repeating: size, count: count - 1) + [last]
    }
}
