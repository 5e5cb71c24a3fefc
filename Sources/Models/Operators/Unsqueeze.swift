import BulwarkTensors

/// The same elements with additional axes of extent 1 (ONNX `Unsqueeze`).
public struct Unsqueeze: ReshapingOperator {
    /// Where the new axes are in the output; negative from its end.
    public let axes: [Int]

    /// An insertion of axes.
    public init(axes: [Int]) { self.axes = axes }

    /// The input's shape with the axes.
    public func outputShape(for inputs: [SymbolicShape]) throws(OperatorError) -> SymbolicShape {
        try inputs.expectCount(1...1)
        let rank = inputs[0].rank + axes.count
        let added = Set(try Axes.resolve(axes, rank: rank))
        var rest = inputs[0].dimensions.makeIterator()
        return SymbolicShape((0..<rank).map { added.contains($0) ? 1 : rest.next() ?? 1 })
    }

    /// `Unsqueeze` with its axes as a constant.
    public var onnx: ONNXForm { ONNXForm("Unsqueeze", trailing: [.ints(axes)]) }

    static func lower(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        guard let axes = try node.axes(input: 1) else { throw node.error("its axes are missing") }
        if axes.isEmpty { return [try node.input(0)] }
        return try Unsqueeze(axes: axes).lowered(node, into: &lowering)
    }
}
