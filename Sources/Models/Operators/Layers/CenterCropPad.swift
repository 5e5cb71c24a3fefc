import BulwarkTensors

/// The middle of an image, or an image in the middle of zeros (ONNX `CenterCropPad`), as a slice and a
/// padding.
enum CenterCropPad {
    static func lower(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        let input = try node.input(0)
        let shape = lowering.shape(of: input)
        guard let target = try node.optionalIntegers(1), target.shape.rank == 1 else {
            throw node.error("input 1 has to be a list of extents")
        }
        let axes = try node.ints("axes") ?? Array(0..<shape.rank)
        _ = try node.checked { () throws(OperatorError) in try Axes.resolve(axes, rank: shape.rank) }
        guard axes.count == target.elements.count else {
            throw node.error("it has \(target.elements.count) extents for \(axes.count) axes")
        }
        var parts: [Slice.Part] = []
        var begin = [Int](repeating: 0, count: shape.rank)
        var end = begin
        for (axis, size) in zip(axes, target.elements) {
            let axis = Axes.index(axis, rank: shape.rank)
            if size == shape[axis] { continue }
            guard let own = shape[axis].fixed, let size = size.fixed else {
                throw node.error("axis \(axis) depends on the number of samples")
            }
            guard (0...GraphBuilder.maximumElements).contains(size) else {
                throw node.error("the extent \(size) is out of range")
            }
            // Of an odd difference the larger half comes after.
            let difference = (size - own).magnitude
            if size < own {
                parts.append(Slice.Part(axis: axis, start: Int(difference / 2), count: size))
            } else {
                begin[axis] = Int(difference / 2)
                end[axis] = size - own - begin[axis]
            }
        }
        var result = input
        if !parts.isEmpty { result = try lowering.apply(Slice(parts), result, as: "crop", of: node) }
        if begin.contains(where: { $0 > 0 }) || end.contains(where: { $0 > 0 }) {
            result = try lowering.apply(Pad(begin: begin, end: end), result, of: node)
        }
        return [result]
    }
}
