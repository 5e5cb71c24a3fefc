import BulwarkTensors

/// The places at which affine maps of an image sample it (ONNX `AffineGrid`): a product of each map with the
/// coordinates of all outputs.
enum AffineGrid {
    static func lower(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        let maps = try node.input(0)
        let shape = lowering.shape(of: maps)
        guard let size = try node.optionalIntegers(1), (4...5).contains(size.elements.count) else {
            throw node.error("input 1 has to be the four or five extents of images")
        }
        let axes = size.elements.count - 2
        guard shape.rank == 3, shape[1].fixed == axes, shape[2].fixed == axes + 1 else {
            throw node.error("its maps have \(axes) rows and \(axes + 1) columns, not \(shape)")
        }
        let isExample = size.elements[0] == 1 && lowering.firstAxisGrows && shape[0] == .batch
        guard size.elements[0] == shape[0] || isExample else {
            throw node.error("it has \(shape[0]) maps for \(size.elements[0]) images")
        }
        let image = try node.fixed(SymbolicShape(Array(size.elements[2...])), "the extent of an image")
        let alignsCorners = try node.int("align_corners") ?? 0 != 0
        guard !image.dimensions.contains(0), !alignsCorners || !image.dimensions.contains(1) else {
            throw node.error("an image of shape \(image) has no corners to align")
        }
        guard image.count <= GraphBuilder.maximumElements / (axes + 1) else {
            throw node.error("an image of shape \(image) is too large")
        }
        // Each row: the coordinates of one output, last axis first, and 1.
        let strides = image.strides
        let coordinates = try lowering.constant([image.count, axes + 1], of: node) { position in
            let column = position % (axes + 1)
            guard column < axes else { return 1 }
            let axis = axes - 1 - column
            let extent = Double(image[axis])
            let coordinate = Double(position / (axes + 1) / strides[axis] % image[axis])
            return Float(
                alignsCorners ? 2 * coordinate / (extent - 1) - 1 : (2 * coordinate + 1) / extent - 1
            )
        }
        let turned = try lowering.apply(Transpose(permutation: [0, 2, 1]), maps, as: "turned", of: node)
        let places = try lowering.apply(MatMul(), coordinates, turned, as: "places", of: node)
        let target =
            [shape[0]] + image.dimensions.map { Dimension(constant: $0) } + [Dimension(constant: axes)]
        return [try lowering.reshape(places, to: target, of: node)]
    }
}
