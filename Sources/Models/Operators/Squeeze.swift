import BulwarkTensors

/// The same elements without some axes of extent 1 (ONNX `Squeeze`).
public struct Squeeze: ReshapingOperator {
    /// The axes that go; negative from the end.
    public let axes: [Int]

    /// A removal of axes.
    public init(axes: [Int]) { self.axes = axes }

    /// The input's shape without the axes.
    public func outputShape(for inputs: [SymbolicShape]) throws(OperatorError) -> SymbolicShape {
        try inputs.expectCount(1...1)
        let shape = inputs[0]
        let removed = try Axes.resolve(axes, rank: shape.rank)
        guard removed.allSatisfy({ shape[$0] == 1 }) else {
            throw .shapes("axes \(axes) do not all have extent 1", inputs)
        }
        let gone = Set(removed)
        return SymbolicShape(shape.dimensions.indices.filter { !gone.contains($0) }.map { shape[$0] })
    }

    /// `Squeeze` with its axes as a constant.
    public var onnx: ONNXForm { ONNXForm("Squeeze", trailing: [.ints(axes)]) }

    static func lower(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        let shape = try lowering.shape(of: node.input(0))
        let axes = try node.axes(input: 1) ?? shape.dimensions.indices.filter { shape[$0] == 1 }
        if axes.isEmpty { return [try node.input(0)] }
        return try Squeeze(axes: axes).lowered(node, into: &lowering)
    }
}
