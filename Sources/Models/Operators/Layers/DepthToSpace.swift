import BulwarkTensors

/// Channels spread over blocks of pixels (ONNX `DepthToSpace`), as reshapes and a transposition.
///
/// The pixel shuffle of Shi et al., "Real-time single image and video super-resolution" (arXiv 1609.05158).
enum DepthToSpace {
    private enum Order: String {
        case depthFirst = "DCR"
        case columnFirst = "CRD"
    }

    static func lower(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        let input = try node.input(0)
        let (shape, block) = try image(node, lowering.shape(of: input))
        let (area, overflow) = block.multipliedReportingOverflow(by: block)
        guard !overflow, let channels = shape[1].divided(by: Dimension(constant: area)),
            let height = shape[2].multiplied(by: Dimension(constant: block)),
            let width = shape[3].multiplied(by: Dimension(constant: block))
        else { throw node.error("\(shape[1]) channels do not fill blocks of \(block) × \(block) pixels") }
        let side = Dimension(constant: block)
        let isDepthFirst = try node.choice("mode", default: Order.depthFirst) == .depthFirst
        let blocks = isDepthFirst ? [side, side, channels] : [channels, side, side]
        let apart = try lowering.reshape(
            input,
            to: [shape[0]] + blocks + [shape[2], shape[3]],
            as: "apart",
            of: node
        )
        let order = isDepthFirst ? [0, 3, 4, 1, 5, 2] : [0, 1, 4, 2, 5, 3]
        let moved = try lowering.apply(Transpose(permutation: order), apart, as: "moved", of: node)
        return [try lowering.reshape(moved, to: [shape[0], channels, height, width], of: node)]
    }

    /// `SpaceToDepth`: blocks of pixels made into channels.
    static func lowerInverse(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        let input = try node.input(0)
        let (shape, block) = try image(node, lowering.shape(of: input))
        let side = Dimension(constant: block)
        let (area, overflow) = block.multipliedReportingOverflow(by: block)
        guard !overflow, let channels = shape[1].multiplied(by: Dimension(constant: area)),
            let height = shape[2].divided(by: side), let width = shape[3].divided(by: side)
        else { throw node.error("blocks of \(block) × \(block) pixels do not fill images of shape \(shape)") }
        let isDepthFirst = try node.choice("mode", default: Order.depthFirst) == .depthFirst
        let apart = try lowering.reshape(
            input,
            to: [shape[0], shape[1], height, side, width, side],
            as: "apart",
            of: node
        )
        let order = isDepthFirst ? [0, 3, 5, 1, 2, 4] : [0, 1, 3, 5, 2, 4]
        let moved = try lowering.apply(Transpose(permutation: order), apart, as: "moved", of: node)
        return [try lowering.reshape(moved, to: [shape[0], channels, height, width], of: node)]
    }

    private static func image(
        _ node: ONNXNode,
        _ shape: SymbolicShape
    ) throws(ONNXError) -> (SymbolicShape, block: Int) {
        guard shape.rank == 4 else { throw node.error("its input is not of the form [N, C, H, W]") }
        guard let block = try node.int("blocksize"), block > 0 else {
            throw node.error("attribute blocksize is not a positive number")
        }
        return (shape, block)
    }
}
