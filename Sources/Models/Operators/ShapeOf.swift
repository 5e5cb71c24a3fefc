import BulwarkTensors

/// The extents of a value as integers, where the batch stays a symbol (ONNX `Shape`).
enum ShapeOf {
    static func lower(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        let shape = try lowering.shape(of: node.input(0))
        func bounded(_ axis: Int) -> Int { min(max(axis < 0 ? axis + shape.rank : axis, 0), shape.rank) }
        let start = bounded(try node.int("start") ?? 0)
        let end = bounded(try node.int("end") ?? shape.rank)
        return [.integers(IntegerArray(Array(shape.dimensions[start..<max(start, end)])))]
    }
}
