import BulwarkTensors

/// The features at some positions of the last axis (`ArrayFeatureExtractor` in `ai.onnx.ml`), as a `Gather`.
enum ArrayFeatureExtractor {
    static func lower(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        let source = (try node.input(0), name: "\(node.name).0")
        let shape = lowering.shape(of: source.0)
        let positions = try node.input(1)
        guard shape.rank > 0, let count = lowering.shape(of: positions).count else {
            throw node.error("picks from a single number, or at more positions than can be counted")
        }
        let step = shape.rank == 1 ? node.step("picked") : node
        let picked: ImportedValue
        if case .integers(let list) = positions {
            guard let indices = list.fixed else {
                throw node.error("picks at positions that depend on the number of samples")
            }
            try lowering.charge(2 * indices.count, for: node)
            picked = try lowering.emit(Gather(axis: -1, indices: indices), step, arguments: [source])
        } else {
            let list = try lowering.emit(
                Reshape(to: [count]),
                node.step("positions"),
                arguments: [(positions, name: "\(node.name).1")]
            )
            picked = try lowering.emit(
                RuntimeGather(axis: -1),
                step,
                arguments: [source, (list, name: "\(node.name).positions")]
            )
        }
        // What is picked from a list is a row.
        guard shape.rank == 1 else { return [picked] }
        return [
            try lowering.emit(
                Reshape(to: [1, count]),
                node,
                arguments: [(picked, name: "\(node.name).picked")]
            )
        ]
    }
}
